import type { Recogniser } from '../recogniser.ts';
import { findCrossings } from './crossing.ts';
import { findCityStates, findLivedIn } from './place.ts';
import { findPostcodes } from './postcode.ts';
import { findBoxes, findRoutes } from './route.ts';
import { findStreets } from './street.ts';
import { findUnits } from './street-unit.ts';
import { findZips } from './zip.ts';

/** Street addresses, routes, crossings, boxes, units, cities with their state, counties, ZIP codes. A state or a country alone is none. */
export const address: Recogniser = {
  name: 'address',
  passes: ['regex'],
  find: (reading) => [
    ...findStreets(reading),
    ...findRoutes(reading),
    ...findCrossings(reading),
    ...findBoxes(reading),
    ...findUnits(reading),
    ...findCityStates(reading),
    ...findLivedIn(reading),
    ...findZips(reading),
    ...findPostcodes(reading),
  ],
};

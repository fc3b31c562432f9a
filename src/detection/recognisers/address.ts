import type { Recogniser } from '../recogniser.ts';
import { findCityStates, findLivedIn } from './place.ts';
import { findBoxes, findStreets, findUnits } from './street.ts';
import { findZips } from './zip.ts';

/** Street addresses, boxes, units, cities with their state, counties, ZIP codes. A state or a country alone is none. */
export const address: Recogniser = {
  name: 'address',
  passes: ['regex'],
  find: (reading) => [...findStreets(reading), ...findBoxes(reading), ...findUnits(reading), ...findCityStates(reading), ...findLivedIn(reading), ...findZips(reading)],
};

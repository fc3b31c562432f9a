import type { Recogniser } from '../recogniser.ts';
import { corner, numberedCorner, streetName } from './crossing.ts';
import { cityFrom, cityState, county, livedIn, phraseTown, precinct } from './place.ts';
import { findPostcodes } from './postcode.ts';
import { box, route } from './route.ts';
import { findStreets } from './street.ts';
import { houseNumber, numberBehind, unit } from './street-unit.ts';
import { triggered } from './trigger.ts';
import { wordStreet } from './word-street.ts';
import { findZips } from './zip.ts';

const findByWord = triggered([
  cityState,
  livedIn,
  cityFrom,
  county,
  precinct,
  route,
  box,
  corner,
  streetName,
  numberedCorner,
  unit,
  houseNumber,
  numberBehind,
  phraseTown,
  wordStreet,
]);

/** Street addresses, routes, crossings, boxes, units, cities with their state, counties, ZIP codes. A state or a country alone is none. */
export const address: Recogniser = {
  name: 'address',
  passes: ['regex'],
  find: (reading) => [...findStreets(reading), ...findByWord(reading), ...findZips(reading), ...findPostcodes(reading)],
};

import { expect, test } from 'vitest';
import {
  dateLayout,
  layOutDate,
  layOutDigits,
  phoneLayout,
} from '../../../../../src/masking/rehydration/written-form/layouts.ts';

const MARCH = { year: 1962, month: 3, day: 4 };

test.each([
  ['as MM/DD/YYYY, please', 'MM/DD/YYYY', '03/04/1962'],
  ['date (yyyy-mm-dd)', 'yyyy-mm-dd', '1962-03-04'],
  ['DD.MM.YYYY', 'DD.MM.YYYY', '04.03.1962'],
  ['YYYYMMDD', 'YYYYMMDD', '19620304'],
  ['DD MM YYYY', 'DD MM YYYY', '04 03 1962'],
])('dateLayout finds the layout in %j, and layOutDate writes it', (hints, layout, written) => {
  expect(dateLayout(hints)).toBe(layout);
  expect(layOutDate(MARCH, layout)).toBe(written);
});

test.each(['', 'date of birth', 'MM/DD', 'MM/DD-YYYY', 'MM/MM/YYYY', 'XMM/DD/YYYY', 'MM/DD/YYYYX'])(
  'dateLayout finds none in %j',
  (hints) => {
    expect(dateLayout(hints)).toBeNull();
  },
);

test.each([
  ['XXX-XXX-XXXX', 10, '212-555-0187'],
  ['like (NNN) NNN-NNNN.', 10, '(212) 555-0187'],
  ['###.###.####', 10, '212.555.0187'],
  ['e.g. 415-555-0142', 10, '212-555-0187'],
  ['+1XXXXXXXXXX', 10, null],
  ['XXX-XXXX or XXX-XXX-XXXX', 10, '212-555-0187'],
  ['XXX-XXXX', 10, null],
  ['', 10, null],
])('phoneLayout of %j lays out the digits', (hints, digits, written) => {
  const layout = phoneLayout(hints, digits);
  expect(layout === null ? null : layOutDigits('2125550187', layout)).toBe(written);
});

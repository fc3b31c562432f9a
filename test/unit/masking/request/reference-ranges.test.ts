/** Keys of the interval that a result is compared with, and numbers of references under like keys. */
import { expect, it } from 'vitest';
import { documentLeaving } from './json-call.ts';

it('an interval under the key of a range stays', () => {
  const document = {
    reference_range: '1000-4800',
    ref_range: '4.5-11.0',
    normal: '70-99 mg/dL',
    range: '>=1200 mL',
    target: '<7.0 %',
  };
  expect(documentLeaving(document)).toEqual(document);
});

it.each([
  ['reference', '4471-2298'],
  ['reference', '2298-4471'],
  ['ref', '8837'],
  ['reference', '8837 A'],
  ['target', '4471-2298'],
])('a number of a reference under %s, %s, is masked', (key, value) => {
  expect(documentLeaving({ [key]: value })).toEqual({ [key]: '<OTHER_ID>' });
});

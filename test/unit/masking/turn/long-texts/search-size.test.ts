import { describe, expect, test } from 'vitest';
import type { EntityKind } from '../../../../../src/detection/kinds.ts';
import { packing } from '../../../../../src/masking/turn/long-texts/packed-values.ts';
import { cuttingFor, patienceMs } from '../../../../../src/masking/turn/long-texts/search-size.ts';
import { segmentsOf } from '../../../../../src/masking/turn/long-texts/segments.ts';
import type { TextSearch } from '../../../../../src/masking/turn/long-texts/text-search.ts';
import { runAtOnce } from '../../../../../src/platform/steps.ts';

const TEXT = 'call back. '.repeat(20_000);
const USUAL = 20_000;

function searchFor(count: number): TextSearch {
  const values = Array.from({ length: count }, (_, n): readonly [string, EntityKind] => [`A${n}`, 'MRN']);
  return { for: 'known', text: TEXT, since: 0, values: runAtOnce(packing([values], 0, count)) };
}

/** How many values all segments read together. */
function valuesRead(search: TextSearch & { for: 'known' }): number {
  return segmentsOf(search.text, cuttingFor(search)).length * search.values.lengths.length;
}

describe('a long text that is searched for known values', () => {
  test.each([100, 2001, 20_001, 100_000])('has %i values read for few segments', (count) => {
    const search = searchFor(count);
    if (search.for !== 'known') throw new Error('it is a search for known values');
    expect(valuesRead(search)).toBeLessThanOrEqual(Math.max(count, 80_000));
  });

  test('may take longer for each value that is read', () => {
    expect(patienceMs(searchFor(100), USUAL)).toBe(USUAL + 100);
    expect(patienceMs(searchFor(100_000), USUAL)).toBe(USUAL + 100_000);
  });

  test('may take the usual time where it is searched for identifiers', () => {
    expect(patienceMs({ for: 'identifiers', text: TEXT }, USUAL)).toBe(USUAL);
  });
});

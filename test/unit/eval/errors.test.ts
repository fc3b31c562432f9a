import { describe, expect, test } from 'vitest';
import { parseRow } from '../../eval/annotated-set.ts';
import { findErrors, ledgerLine } from '../../eval/errors.ts';
import type { DetectedRow } from '../../eval/evaluate.ts';
import type { Prediction } from '../../eval/tally.ts';
import { formatErrors } from '../../eval/table.ts';

const TEXT = 'bob smith of texas saw ann in march at mercy';
const at = <L>(label: L, value: string): { start: number; end: number; label: L } => ({
  start: TEXT.indexOf(value),
  end: TEXT.indexOf(value) + value.length,
  label,
});

function detected(...found: Prediction[]): DetectedRow[] {
  const spans = [at('NAME', 'bob smith'), at('NEUTRAL', 'texas'), at('NAME', 'ann'), at('ORG', 'mercy')];
  const row = parseRow(JSON.stringify({ id: 'r1', text: TEXT, spans }));
  if ('rule' in row) throw new Error(row.rule);
  return [{ row, found, milliseconds: 0 }];
}

const listed = (set: string, ...found: Prediction[]): string[] =>
  findErrors(set, detected(...found)).map(({ what, label, value }) => `${what} ${label} ${value}`);

describe('the errors of a set', () => {
  test('are what was missed, what was found in part, and what was not there', () => {
    expect(listed('calls', at('NAME', 'bob'), at('DATE', 'march'))).toEqual([
      'partly NAME bob smith',
      'missed NAME ann',
      'false DATE march',
    ]);
  });

  test('are none where all is hidden, whatever it was taken for; neutral words and organisations are none', () => {
    expect(
      listed(
        'calls',
        at('GEO', 'bob smith'),
        at('ID', 'ann'),
        at('GEO', 'texas'),
        at('NAME', 'mercy'),
        at('ORG', 'saw'),
      ),
    ).toEqual([]);
  });

  test('are none where the corpus does not annotate the label', () => {
    expect(listed('aci', at('NAME', 'bob smith'), at('NAME', 'ann'), at('DATE', 'march'))).toEqual([]);
    expect(listed('aci', at('NAME', 'bob smith'), at('NAME', 'ann'), at('NAME', 'march'))).toEqual([
      'false NAME march',
    ]);
  });

  test('are shown with their row and their surroundings, up to a limit', () => {
    const errors = findErrors('calls', detected());
    expect(formatErrors(errors, 1)).toBe(
      `missed  NAME      r1: [bob smith] of texas saw ann in march at mercy\nand 1 more`,
    );
    expect(formatErrors(errors, 2).split('\n')).toHaveLength(2);
  });
});

test('a line of the ledger stays one row of its table', () => {
  expect(ledgerLine('2026-05-03', 'calls', 12, 'why | not\nhere ')).toBe(
    '| 2026-05-03 | calls | 12 | why / not here |\n',
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRow } from '../../eval/annotated-set.ts';
import type { Row } from '../../eval/annotated-set.ts';
import { figuresOf } from '../../eval/figures.ts';
import { PHI_LABELS } from '../../eval/labels.ts';
import type { PhiLabel } from '../../eval/labels.ts';
import { addTallies, EMPTY_TALLY, isHidden, tallyRow } from '../../eval/tally.ts';
import type { Prediction, Tally } from '../../eval/tally.ts';

/** `<NAME bob smith>` marks what is annotated, `[NAME bob]` what was found; found parts may stand in annotated ones. */
function read(marked: string): { row: Row; found: Prediction[] } {
  const spans: { start: number; end: number; label: string }[] = [];
  const found: Prediction[] = [];
  const open: { label: string; start: number }[] = [];
  let text = '';
  for (const part of marked.split(/([<[][A-Z]+ |[>\]])/)) {
    if (/^[<[][A-Z]+ $/.test(part)) open.push({ label: part.slice(1, -1), start: text.length });
    else if (part === '>' || part === ']') {
      const { label, start } = open.pop() ?? { label: '', start: 0 };
      if (part === '>') spans.push({ start, end: text.length, label });
      else found.push({ start, end: text.length, label: label as PhiLabel });
    } else text += part;
  }
  const row = parseRow(JSON.stringify({ id: 'x', text, spans }));
  if ('rule' in row) throw new Error(row.rule);
  return { row, found };
}

function tally(marked: string, set = 'calls'): Tally {
  const { row, found } = read(marked);
  return tallyRow(set, row, found);
}

describe('words', () => {
  test('are found, missed and false', () => {
    // 7 words; gold: bob smith, boston; found: smith (right), is (false).
    const { words, all } = tally('it [DATE is] <NAME bob [NAME smith]> from <GEO boston> ok');
    expect(words).toBe(7);
    expect(all).toMatchObject({ goldWords: 3, coveredWords: 1, typedWords: 1, predictedWords: 2, falseWords: 1 });
    const { precision, recall, f1, f2, falsePerThousand } = figuresOf(all, words);
    expect([precision, recall, f1]).toEqual([1 / 2, 1 / 3, 2 / 5]);
    expect(f2).toBeCloseTo((5 * (1 / 2) * (1 / 3)) / (4 * (1 / 2) + 1 / 3), 12);
    expect(falsePerThousand).toBeCloseTo(1000 / 7, 12);
  });

  test('are covered by a span of any label, but typed only by the very one', () => {
    expect(tally('<NAME [GEO jackson]>').all).toMatchObject({
      goldWords: 1,
      coveredWords: 1,
      typedWords: 0,
      falseWords: 0,
    });
    expect(tally('<MRN [ID 12345]>').all).toMatchObject({ coveredWords: 1, typedWords: 0 });
    expect(tally('<MRN [MRN 12345]>').all).toMatchObject({ coveredWords: 1, typedWords: 1 });
  });

  test('half covered are not covered: the rest of a number is a leak', () => {
    expect(tally('<PHONE [PHONE 555014]2>').all).toMatchObject({ goldWords: 1, coveredWords: 0, leakedSpans: 1 });
    expect(tally('<PHONE [PHONE 555][ID 0142]>').all).toMatchObject({ coveredWords: 1, leakedSpans: 0 });
  });

  test('of two spans are typed only where both are covered', () => {
    const row: Row = {
      ...read('ab').row,
      spans: [
        { start: 0, end: 1, label: 'NAME', orig: 'NAME' },
        { start: 1, end: 2, label: 'NAME', orig: 'NAME' },
      ],
    };
    expect(tallyRow('calls', row, [{ start: 0, end: 1, label: 'NAME' }]).all).toMatchObject({
      goldWords: 1,
      coveredWords: 0,
      typedWords: 0,
    });
  });

  test('only need to be covered as far as they are annotated', () => {
    expect(tally('<NAME [NAME bob]>x').all).toMatchObject({ goldWords: 1, coveredWords: 1, leakedSpans: 0 });
  });

  test('that are neutral or an organisation are neither required nor punished', () => {
    const { all } = tally('[GEO <NEUTRAL texas>] [NAME <ORG mercy hospital>] on <NEUTRAL monday>');
    expect(all).toMatchObject({ goldWords: 0, predictedWords: 0, falseWords: 0, goldSpans: 0, predictedSpans: 0 });
  });

  test('beside neutral ones in one finding are false', () => {
    expect(tally('[DATE <NEUTRAL monday> morning]').all).toMatchObject({
      predictedWords: 1,
      falseWords: 1,
      predictedSpans: 1,
      rightPredictions: 0,
    });
  });

  test('found as an organisation are covered, and never false', () => {
    expect(tally('[ORG <NAME mayo>] and [ORG others]').all).toMatchObject({
      coveredWords: 1,
      falseWords: 0,
      predictedSpans: 0,
    });
  });

  test('count once where findings overlap', () => {
    const { row } = read('<NAME bob> went');
    const found: Prediction[] = [
      { start: 0, end: 8, label: 'NAME' },
      { start: 0, end: 8, label: 'GEO' },
    ];
    expect(tallyRow('x', row, found).all).toMatchObject({ coveredWords: 1, falseWords: 1, predictedWords: 2 });
  });
});

describe('spans', () => {
  test('are met by their class, exact with their ends', () => {
    expect(tally('<NAME bob [NAME smith]>').all).toMatchObject({
      goldSpans: 1,
      metSpans: 1,
      exactSpans: 0,
      leakedSpans: 1,
      rightPredictions: 1,
      exactPredictions: 0,
    });
    expect(tally('<NAME [NAME bob smith]>').all).toMatchObject({
      metSpans: 1,
      exactSpans: 1,
      leakedSpans: 0,
      exactPredictions: 1,
    });
    expect(tally('<PLAN [ID 12345]>').all).toMatchObject({ metSpans: 1, exactSpans: 1 });
  });

  test('of another class are neither met nor right', () => {
    const { all } = tally('<NAME [GEO jackson]>');
    expect(all).toMatchObject({ metSpans: 0, leakedSpans: 0, predictedSpans: 1, rightPredictions: 0 });
    expect(figuresOf(all, 1)).toMatchObject({ lenientF1: 0, leakRate: 0, f1: 1 });
  });

  test('without a letter or a digit are none', () => {
    expect(tally('<NAME @> bob').all).toMatchObject({ goldSpans: 0, leakedSpans: 0 });
  });
});

describe('kinds', () => {
  test('are counted apart: what was to be found by its label, what was found by its own', () => {
    const { kinds } = tally('<NAME bob> and <GEO [NAME boston]> or [DATE may]');
    expect(kinds.NAME).toMatchObject({
      goldWords: 1,
      coveredWords: 0,
      predictedWords: 1,
      falseWords: 0,
      leakedSpans: 1,
      rightPredictions: 0,
      predictedSpans: 1,
    });
    expect(kinds.GEO).toMatchObject({
      goldWords: 1,
      coveredWords: 1,
      typedWords: 0,
      predictedWords: 0,
      leakedSpans: 0,
    });
    expect(kinds.DATE).toMatchObject({ goldWords: 0, predictedWords: 1, falseWords: 1 });
  });
});

describe('a corpus that annotates some labels only', () => {
  test('does not hold findings of others against a detector', () => {
    const marked = '<NAME [NAME bob]> on [DATE march fourteenth] in [NAME may]';
    expect(tally(marked, 'deep/aci').all).toMatchObject({ coveredWords: 1, falseWords: 1, predictedSpans: 2 });
    expect(tally(marked, 'aci_test-3').all.falseWords).toBe(1);
    expect(tally(marked, 'slurp').all.falseWords).toBe(3);
    expect(tally(marked, 'calls').all.falseWords).toBe(3);
  });

  test('still counts them where they meet what it annotates', () => {
    expect(tally('<NAME [DATE may]> [DATE day]', 'btc').all).toMatchObject({
      coveredWords: 1,
      falseWords: 0,
      predictedSpans: 1,
      rightPredictions: 0,
    });
  });
});

test('hidden whole is every word of the span, by whatever', () => {
  const { row, found } = read('<NAME [NAME bob] [GEO smith]> <GEO elm [GEO road]> <ID ->');
  expect(row.spans.map((span) => isHidden(row.text, span, found))).toEqual([true, false, null]);
});

describe('properties', () => {
  const text = "call maria gonzalez at 555-0142 on may 3rd o'brien";
  const span = fc
    .tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 12 }), fc.constantFrom(...PHI_LABELS))
    .map(([start, length, label]) => ({ start, end: Math.min(text.length, start + length), label }));
  const spans = fc.array(span, { maxLength: 6 });
  const rowOf = (gold: readonly Prediction[]): Row => ({
    id: 'x',
    text,
    spans: gold.map((one) => ({ ...one, orig: null })),
    form: null,
    call: null,
  });

  test('what is found as it is annotated is all there is to find', () => {
    fc.assert(
      fc.property(spans, (gold) => {
        const { all } = tallyRow('x', rowOf(gold), gold);
        expect(all.coveredWords).toBe(all.goldWords);
        expect(all.typedWords).toBe(all.goldWords);
        expect([all.falseWords, all.leakedSpans]).toEqual([0, 0]);
        expect(all.exactSpans).toBe(all.goldSpans);
      }),
    );
  });

  test('counts stay within each other', () => {
    fc.assert(
      fc.property(spans, spans, (gold, found) => {
        const { words, all } = tallyRow('x', rowOf(gold), found);
        expect(all.goldWords + all.falseWords).toBeLessThanOrEqual(words);
        expect(all.typedWords).toBeLessThanOrEqual(all.coveredWords);
        expect(all.coveredWords).toBeLessThanOrEqual(all.goldWords);
        expect(all.coveredWords + all.falseWords).toBeLessThanOrEqual(all.predictedWords);
        expect(all.exactSpans).toBeLessThanOrEqual(all.metSpans);
        expect(all.metSpans).toBeLessThanOrEqual(all.goldSpans);
        expect(all.exactPredictions).toBeLessThanOrEqual(all.rightPredictions);
        expect(all.rightPredictions).toBeLessThanOrEqual(all.predictedSpans);
      }),
    );
  });

  test('one finding more never leaks more', () => {
    fc.assert(
      fc.property(spans, spans, span, (gold, found, more) => {
        const before = tallyRow('x', rowOf(gold), found).all;
        const after = tallyRow('x', rowOf(gold), [...found, more]).all;
        expect(after.leakedSpans).toBeLessThanOrEqual(before.leakedSpans);
        expect(after.coveredWords).toBeGreaterThanOrEqual(before.coveredWords);
      }),
    );
  });

  test('tallies add up in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(spans, spans), { maxLength: 4 }), (rows) => {
        const tallies = rows.map(([gold, found]) => tallyRow('x', rowOf(gold), found));
        const sum = (list: readonly Tally[]): Tally => list.reduce(addTallies, EMPTY_TALLY);
        expect(sum(tallies)).toEqual(sum([...tallies].reverse()));
        expect(sum(tallies).all.goldWords).toBe(tallies.reduce((total, { all }) => total + all.goldWords, 0));
      }),
    );
  });
});

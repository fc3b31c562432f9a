import { describe, expect, test } from 'vitest';
import type { Row } from '../../eval/annotated-set.ts';
import type { Detector } from '../../eval/detector.ts';
import { conversations, detectCalls, detectRows, judge } from '../../eval/evaluate.ts';
import type { Prediction } from '../../eval/tally.ts';

function row(id: string, text: string, name: string | null, call: [id: string, turn: number] | null = null): Row {
  const start = name === null ? -1 : text.indexOf(name);
  return {
    id,
    text,
    form: 'spoken',
    spans: name === null ? [] : [{ start, end: start + name.length, label: 'NAME', orig: null }],
    call: call === null ? null : { id: call[0], turn: call[1], speaker: 'caller' },
  };
}

/** Finds "bob" always, and "smith" once it has heard "bob" in the same call. */
const BOB: Detector = {
  name: 'bob',
  version: '1',
  model: null,
  detectRow: ({ text }) => find(text, 'bob'),
  startCall: () => {
    let heard = false;
    return ({ text }) => {
      const known = heard ? find(text, 'smith') : [];
      heard ||= text.includes('bob');
      return Promise.resolve([...find(text, 'bob'), ...known]);
    };
  },
};

function find(text: string, name: string): Prediction[] {
  const start = text.indexOf(name);
  return start < 0 ? [] : [{ start, end: start + name.length, label: 'NAME' }];
}

const ROWS = [
  row('2', 'smith here', 'smith', ['c1', 2]),
  row('1', 'bob here', 'bob', ['c1', 1]),
  row('3', 'smith who', 'smith', ['c2', 1]),
  row('4', 'bob alone', 'bob'),
];

describe('rows', () => {
  test('are given once, in their order, each by itself', async () => {
    const seen: string[] = [];
    const detected = await detectRows(ROWS, ({ id }) => {
      seen.push(id);
      return [];
    });
    expect(seen).toEqual(['2', '1', '3', '4']);
    expect(detected.map((one) => one.row.id)).toEqual(seen);
    for (const { milliseconds } of detected) expect(milliseconds).toBeGreaterThanOrEqual(0);
  });
});

describe('conversations', () => {
  test('are the calls with their turns in order, and each other row by itself', () => {
    expect(conversations(ROWS).map((rows) => rows.map(({ id }) => id))).toEqual([['1', '2'], ['3'], ['4']]);
  });

  test('are detected turn after turn, and know nothing of each other', async () => {
    const detected = await detectCalls(ROWS, BOB);
    expect(detected?.map(({ row: { id }, found }) => [id, found.length])).toEqual([
      ['1', 1],
      ['2', 1],
      ['3', 0],
      ['4', 1],
    ]);
  });

  test('are left out for a detector that knows none, and a set that has none', async () => {
    expect(await detectCalls(ROWS, { ...BOB, startCall: null })).toBeNull();
    expect(await detectCalls(ROWS.slice(3), BOB)).toBeNull();
  });
});

describe('the judgement', () => {
  test('sums the rows up, by kind too, with intervals around the figures', async () => {
    const result = judge('calls', await detectRows(ROWS, BOB.detectRow), 1);
    expect(result.all).toMatchObject({ n: 4, precision: 1, recall: 0.5, leakRate: 0.5, falsePerThousand: 0 });
    expect(Object.keys(result.kinds)).toEqual(['NAME']);
    expect(result.kinds.NAME).toMatchObject({
      n: 4,
      recall: 0.5,
      hiddenInterval: [expect.closeTo(0.15, 2), expect.closeTo(0.85, 2)],
    });
    expect(result.presidio).toEqual({ precision: 1, recall: 0.5, f2: expect.closeTo(2.5 / 4.5, 12) as number });
    const [lower, upper] = result.intervals.recall;
    expect(lower).toBeLessThan(0.5);
    expect(upper).toBeGreaterThan(0.5);
    expect(result.latency.shortTurnP50).toBeNull();
  });

  test('draws a call as a whole: turns that depend on each other are one example', async () => {
    // In one call everything is found, in the other nothing. Were the turns drawn one by one, recall would hardly leave the middle.
    const rows = Array.from({ length: 200 }, (_, at) =>
      row(String(at), at < 100 ? 'bob' : 'smith', at < 100 ? 'bob' : 'smith', [at < 100 ? 'found' : 'missed', at]),
    );
    const result = judge('calls', await detectRows(rows, BOB.detectRow), 1);
    expect(result.all.recall).toBe(0.5);
    expect(result.intervals.recall).toEqual([0, 1]);
  });

  test('is the same for the same seed', async () => {
    const detected = await detectRows(ROWS, BOB.detectRow);
    expect(judge('calls', detected, 5)).toEqual(judge('calls', detected, 5));
  });

  test('has the times of short turns where there are enough of them', () => {
    const turn = row('x', 'one two three four five six seven eight nine ten eleven twelve', null);
    const detected = Array.from({ length: 100 }, (_, at) => ({ row: turn, found: [], milliseconds: at + 1 }));
    expect(judge('x', detected, 1).latency).toEqual({ p50: 50, p99: 99, max: 100, shortTurnP50: 50, shortTurnP99: 99 });
    expect(judge('x', detected.slice(1), 1).latency.shortTurnP50).toBeNull();
  });
});

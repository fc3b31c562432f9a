import { describe, expect, test } from 'vitest';
import type { FigureName, TargetName } from '../../bench/figures.ts';
import { FIGURE_NAMES, GOALS } from '../../bench/figures.ts';
import { summarise } from '../../bench/summary.ts';
import type { Observation, Summary } from '../../bench/summary.ts';

function seen(
  target: TargetName,
  figures: Partial<Record<FigureName, number>>,
  errors: [string, number][] = [],
): Observation {
  return { target, figures, errors: new Map(errors) };
}

function good(summary: Summary): Extract<Summary, { ok: true }> {
  if (!summary.ok) throw new Error('there were errors');
  return summary;
}

function goal(summary: Summary, figure: FigureName, to: string): { found: number | null; met: boolean } | undefined {
  return good(summary).goals.find(
    (judged) => judged.goal.figure === figure && (judged.goal.kind === 'absolute' ? 'nobody' : judged.goal.to) === to,
  );
}

describe('errors', () => {
  test('one error of one target leaves no figure to compare', () => {
    const summary = summarise([
      seen('masker', { jsonRate: 1000 }),
      seen('raw', { jsonRate: 2000 }),
      seen('portkey', { jsonRate: 9000 }, [['HTTP 500 (burst)', 1]]),
    ]);
    expect(summary).toEqual({ ok: false, errors: [{ target: 'portkey', what: 'HTTP 500 (burst)', count: 1 }] });
  });

  test('the same mishap is counted over all rounds, by target', () => {
    const summary = summarise([
      seen('raw', {}, [['HTTP 502', 3]]),
      seen('masker', {}, [['HTTP 502', 1]]),
      seen('raw', {}, [
        ['HTTP 502', 4],
        ['ECONNRESET', 1],
      ]),
    ]);
    expect(summary).toEqual({
      ok: false,
      errors: [
        { target: 'raw', what: 'HTTP 502', count: 7 },
        { target: 'masker', what: 'HTTP 502', count: 1 },
        { target: 'raw', what: 'ECONNRESET', count: 1 },
      ],
    });
  });
});

describe('figures', () => {
  const observations = [
    seen('direct', { singleP50: 1, jsonRate: 40_000 }),
    seen('raw', { singleP50: 1.5, jsonRate: 10_000 }),
    seen('masker', { singleP50: 3, jsonRate: 3000 }),
    seen('portkey', { singleP50: 5, jsonRate: 1000 }),
    seen('masker', { singleP50: 2, jsonRate: 5000 }),
    seen('masker', { singleP50: 90, jsonRate: 4000 }),
  ];

  test('each is the median of its rounds', () => {
    const { rows } = good(summarise(observations));
    expect(rows.map(({ label }) => label)).toHaveLength(FIGURE_NAMES.length);
    expect(rows[0]).toEqual({
      label: 'JSON, 1 connection: p50',
      unit: 'ms',
      values: { direct: 1, raw: 1.5, masker: 3, portkey: 5 },
    });
    expect(rows.find(({ label }) => label === 'JSON, N connections')?.values).toEqual({
      direct: 40_000,
      raw: 10_000,
      masker: 4000,
      portkey: 1000,
    });
  });

  test('added is what is above the stub alone', () => {
    const { added } = good(summarise(observations));
    expect(added[0]).toEqual({
      label: 'added to JSON, 1 connection: p50',
      unit: 'ms',
      values: { raw: 0.5, masker: 2, portkey: 4 },
    });
  });

  test('ratios are Masker divided by the other, of figures and of what is added', () => {
    const { ratios } = good(summarise(observations));
    expect(ratios.find(({ label }) => label === 'JSON, N connections')?.to).toEqual({ raw: 0.4, portkey: 4 });
    expect(ratios.find(({ label }) => label === 'added to JSON, 1 connection: p50')?.to).toEqual({
      raw: 4,
      portkey: 0.5,
    });
  });

  test('what was not measured is left out, and nothing is made up for it', () => {
    const summary = good(summarise([seen('masker', { jsonRate: 4000, chunkP99: 1 })]));
    expect(summary.added).toEqual([]);
    expect(summary.ratios).toEqual([]);
    expect(summary.goals.map(({ goal: { figure } }) => figure)).toEqual(['chunkP99']);
  });

  test('nothing is divided by what noise made zero or less', () => {
    const { ratios } = good(
      summarise([seen('direct', { singleP50: 1 }), seen('raw', { singleP50: 0.9 }), seen('masker', { singleP50: 2 })]),
    );
    expect(ratios.find(({ label }) => label === 'added to JSON, 1 connection: p50')?.to).toEqual({ raw: null });
  });
});

describe('goals', () => {
  test('exactly at the bound is met, just beyond it is missed', () => {
    const judge = (jsonRate: number): Summary =>
      summarise([seen('masker', { jsonRate }), seen('raw', { jsonRate: 10_000 }), seen('portkey', { jsonRate: 1000 })]);
    expect(goal(judge(4000), 'jsonRate', 'raw')).toMatchObject({ found: 0.4, met: true });
    expect(goal(judge(3999), 'jsonRate', 'raw')?.met).toBe(false);
    expect(goal(judge(4000), 'jsonRate', 'portkey')).toMatchObject({ found: 4, met: true });
    expect(goal(judge(3999), 'jsonRate', 'portkey')?.met).toBe(false);
  });

  test('a low figure is a good one where the bound is from above', () => {
    const judge = (firstByteP50: number): Summary =>
      summarise([seen('masker', { firstByteP50 }), seen('portkey', { firstByteP50: 10 })]);
    expect(goal(judge(2), 'firstByteP50', 'portkey')?.met).toBe(true);
    expect(goal(judge(2.1), 'firstByteP50', 'portkey')?.met).toBe(false);
  });

  test('what is added is compared with what is added', () => {
    const judge = (ours: number): Summary =>
      summarise([
        seen('direct', { singleP50: 1 }),
        seen('masker', { singleP50: ours }),
        seen('portkey', { singleP50: 3 }),
      ]);
    expect(goal(judge(3), 'singleP50', 'portkey')).toMatchObject({ found: 1, met: true });
    expect(goal(judge(3.1), 'singleP50', 'portkey')?.met).toBe(false);
  });

  test('an absolute bound needs nobody else', () => {
    expect(goal(summarise([seen('masker', { chunkP99: 2 })]), 'chunkP99', 'nobody')).toMatchObject({
      found: 2,
      met: true,
    });
    expect(goal(summarise([seen('masker', { chunkP99: 2.01 })]), 'chunkP99', 'nobody')?.met).toBe(false);
  });

  test('a ratio that cannot be formed is a goal missed', () => {
    const summary = summarise([
      seen('direct', { singleP50: 1 }),
      seen('masker', { singleP50: 2 }),
      seen('portkey', { singleP50: 1 }),
    ]);
    expect(goal(summary, 'singleP50', 'portkey')).toMatchObject({ found: null, met: false });
  });

  test('all are judged when all is measured', () => {
    const figures = Object.fromEntries(FIGURE_NAMES.map((figure) => [figure, 2])) as Record<FigureName, number>;
    expect(
      good(summarise((['direct', 'raw', 'masker', 'portkey'] as const).map((target) => seen(target, figures)))).goals,
    ).toHaveLength(GOALS.length);
  });
});

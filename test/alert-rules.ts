/** Alert rules of deploy/, evaluated by Prometheus over what a real node served before and during a failure. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { Exposition } from './metrics.ts';

export const RULES: string = path.resolve(import.meta.dirname, '../deploy/prometheus/alerts.yaml');

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export async function alertRules(): Promise<readonly Rule[]> {
  const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

/** A scrape; null where the node did not answer. */
export type Scrape = Exposition | null;

/** Scrapes of a quarter of an hour: longer than any rule waits. */
const STEP_S = 15;
const STEPS = 60;

/** Returns the series of a time in which gauges stay at what `now` has, and counters grow at each scrape as from `before` to `now`. */
function seriesOf(before: Scrape, now: Scrape): { series: string; values: string }[] {
  const up = { series: 'up{job="masker",instance="node"}', values: `${now === null ? 0 : 1}+0x${STEPS}` };
  return [
    up,
    // A gauge of the event loop has no figure where nothing was measured yet.
    ...(now?.samples ?? [])
      .filter(({ value }) => Number.isFinite(value))
      .map(({ name, labels, value }) => {
        const grows = now?.types.get(name) === 'counter' || /_(?:bucket|sum|count)$/.test(name);
        const earlier = grows ? (before?.value(name, labels) ?? 0) : value;
        const all = { ...labels, job: 'masker', instance: 'node' };
        const text = Object.entries(all).map(([label, of]) => `${label}=${JSON.stringify(of)}`);
        // A counter of a process that was started anew begins at nothing.
        const growth = Math.max(0, value - earlier);
        return { series: `${name}{${text.join(',')}}`, values: `${value - growth}+${growth}x${STEPS}` };
      }),
  ];
}

/**
 * Returns whether the alert fires a quarter of an hour after the state from `before` to `now` began and lasted. Rejects
 * with what promtool says if it cannot read rules or series.
 */
export async function fires(alert: string, before: Scrape, now: Scrape): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'masker-alerts-'));
  const expectation = (value: number): object => ({
    rule_files: [RULES],
    evaluation_interval: `${STEP_S}s`,
    tests: [
      {
        interval: `${STEP_S}s`,
        input_series: seriesOf(before, now),
        promql_expr_test: [
          {
            expr: `(count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)) > bool 0`,
            eval_time: `${(STEP_S * STEPS) / 60}m`,
            exp_samples: [{ labels: '{}', value }],
          },
        ],
      },
    ],
  });
  const holds = async (value: number): Promise<boolean> => {
    const file = path.join(folder, `${value}.yaml`);
    await writeFile(file, stringify(expectation(value)));
    try {
      await promisify(execFile)('promtool', ['test', 'rules', file]);
      return true;
    } catch (error) {
      const said =
        error instanceof Error && 'stdout' in error && 'stderr' in error
          ? `${String(error.stdout)}${String(error.stderr)}`
          : '';
      if (!said.includes('exp:')) throw new Error(`promtool: ${said}`, { cause: error });
      return false;
    }
  };
  try {
    const [isFiring, isSilent] = [await holds(1), await holds(0)];
    if (isFiring === isSilent) throw new Error(`promtool contradicts itself on ${alert}`);
    return isFiring;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

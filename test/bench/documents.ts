/** The texts in README and docs/benchmarks.md that quote a stored benchmark. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable, replaceBetweenMarkers } from '../marked-text.ts';
import { ADDED, FIGURES } from './figures.ts';
import type { FigureName, Goal } from './figures.ts';
import type { Floors } from './floors.ts';
import type { Options } from './options.ts';
import { writeBench } from './result.ts';
import type { StoredBench } from './result.ts';
import type { JudgedGoal, Summary } from './summary.ts';
import { formatNumber } from './table.ts';

export const README_FILE = fileURLToPath(new URL('../../README.md', import.meta.url));
export const BENCHMARKS_FILE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** The figures that the documents compare, in their order; latencies of ADDED also less that of the stub. */
const QUOTED: readonly { readonly figure: FigureName; readonly added: boolean }[] = [
  { figure: 'jsonRate', added: false },
  { figure: 'jsonCpu', added: false },
  { figure: 'callRate', added: false },
  { figure: 'callCpu', added: false },
  { figure: 'singleP50', added: true },
  { figure: 'keyedP50', added: true },
  { figure: 'pausedP99', added: false },
  { figure: 'firstByteP50', added: false },
  { figure: 'chunkP99', added: false },
  { figure: 'burstRate', added: false },
];

const labelOf = (figure: FigureName, added: boolean): string =>
  added && ADDED.includes(figure) ? `added to ${FIGURES[figure].label}` : FIGURES[figure].label;

/**
 * Returns what is stored of a run.
 * @throws Error when the run did not measure Masker, raw pass-through and Portkey, or had errors.
 */
export function storedBench(
  summary: Summary,
  { connections, seconds, rounds }: Pick<Options, 'connections' | 'seconds' | 'rounds'>,
  floors: Floors | null,
  { date, cores }: { readonly date: string; readonly cores: number },
): StoredBench {
  const portkey = summary.ok
    ? summary.rows.find(({ label }) => label === FIGURES.jsonRate.label)?.values.portkey
    : null;
  if (!summary.ok || floors === null || typeof portkey !== 'number')
    throw new Error('--write needs a run without errors of Masker, raw pass-through and Portkey');
  const withN = (label: string): string => label.replace(/\bN\b/, String(connections));
  const ratios = QUOTED.flatMap(({ figure, added }) => {
    const label = labelOf(figure, added);
    const row = summary.ratios.find((ratio) => ratio.label === label);
    const unit = FIGURES[figure].unit;
    return row === undefined
      ? []
      : [
          {
            figure,
            label: `${withN(label)} (${unit})`,
            to: { raw: row.to.raw ?? null, portkey: row.to.portkey ?? null },
          },
        ];
  });
  const goals = summary.goals.map(({ goal, found, met }) => ({ ...goalTexts(goal, found, withN), met }));
  const share = { sessions: floors.sessions / portkey, journal: floors.journal / portkey };
  return { date, cores, seconds, rounds, connections, ratios, goals, floors: share };
}

function goalTexts(
  goal: Goal,
  found: JudgedGoal['found'],
  withN: (label: string) => string,
): { text: string; found: string; goal: string } {
  const { label, unit } = FIGURES[goal.figure];
  const against = goal.kind === 'ratio' ? `× ${goal.to === 'raw' ? 'raw pass-through' : 'Portkey'}` : unit;
  const was = found === null ? 'n/a' : `${formatNumber(found)} ${goal.kind === 'ratio' ? '×' : unit}`;
  return {
    text: withN(goal.added ? `added to ${label}` : label),
    found: was,
    goal: `${goal.bound} ${goal.value} ${against}`,
  };
}

const cell = (value: number | null): string => (value === null ? 'n/a' : formatNumber(value));

/** Returns the text between the markers of docs/benchmarks.md. */
export function benchmarksSection({ date, cores, seconds, rounds, ratios, goals, floors }: StoredBench): string {
  return [
    `Measured ${date}: \`npm run bench -- --seconds ${seconds} --rounds ${rounds}\`, on ${cores} cores that client, stub, gateways and database share.`,
    markdownTable(
      ["Masker's figure as a multiple of the other's", 'to raw pass-through', 'to Portkey'],
      ratios.map(({ label, to }) => [label, cell(to.raw), cell(to.portkey)]),
    ),
    `Goals, ${goals.filter(({ met }) => met).length} of ${goals.length} met:`,
    markdownTable(
      ['figure', 'found', 'goal', 'met'],
      goals.map(({ text, found, goal, met }) => [text, found, goal, met ? 'yes' : 'no']),
    ),
    `Masking, encrypting and recording the same JSON turns in one process, without HTTP and database, reaches ${formatNumber(floors.sessions)} × the requests per second of Portkey. The two journal writes alone, on Masker's database, reach ${formatNumber(floors.journal)} ×.`,
  ].join('\n\n');
}

/** Returns the README's sentence about overhead. */
export function readmeOverhead({ ratios }: StoredBench): string {
  const to = (figure: FigureName): string => cell(ratios.find((ratio) => ratio.figure === figure)?.to.portkey ?? null);
  return `Overhead, compared with the Portkey gateway, which does not mask: ${to('callRate')} × its requests per second in calls that grow, ${to('jsonRate')} × in single requests, ${to('singleP50')} × its added latency.`;
}

/** Stores a run and rewrites the documents. Returns the files. */
export function writeDocuments(result: StoredBench): string[] {
  writeBench(result);
  for (const [file, section] of [
    [README_FILE, readmeOverhead(result)],
    [BENCHMARKS_FILE, benchmarksSection(result)],
  ] as const)
    writeFileSync(file, replaceBetweenMarkers(readFileSync(file, 'utf8'), section, 'bench'));
  return [README_FILE, BENCHMARKS_FILE];
}

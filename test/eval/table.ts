/** Results as text for a terminal. */
import { formatColumns } from '../bench/table.ts';
import type { DetectionError } from './errors.ts';
import type { DetectorResult } from './evaluate.ts';
import type { Figures } from './figures.ts';
import type { HostileTime } from './hostile.ts';
import { HOSTILE_NAMES } from './hostile-inputs.ts';
import { PHI_LABELS } from './labels.ts';
import type { SetReport } from './set-report.ts';

const HEAD = ['P', 'R', 'F1', 'F2', 'typed F1', 'lenient', 'strict', 'leak', 'false/1000'];

/** One set: a line for each detector, then a line for each kind. */
export function formatSet(report: SetReport): string {
  const { set, form, rows, words, masker, inCall, shipped, peers } = report;
  const detectors: (readonly [string, DetectorResult])[] = [
    ['own rules', masker],
    ...(inCall === null ? [] : [['own rules in call', inCall] as const]),
    [`healthcare-default${inCall === null ? '' : ' in call'}`, shipped],
    ...Object.entries(peers),
  ];
  const [lower, upper] = (inCall ?? masker).intervals.f1;
  const [least, most] = (inCall ?? masker).intervals.leakRate;
  return [
    `${set}: ${rows} rows, ${words} words, ${masker.all.n} identifiers${form === null ? '' : `, ${form}`}`,
    formatColumns([
      ['', ...HEAD, 'Presidio P', 'R', 'F2', 'p50 ms', 'p99 ms', 'short turn'],
      ...detectors.map(([name, { all, presidio, latency }]) => [
        `  ${name}`,
        ...figureCells(all),
        share(presidio.precision),
        share(presidio.recall),
        share(presidio.f2),
        latency.p50.toFixed(3),
        latency.p99.toFixed(3),
        latency.shortTurnP50 === null || latency.shortTurnP99 === null
          ? ''
          : `${latency.shortTurnP50.toFixed(3)} / ${latency.shortTurnP99.toFixed(3)}`,
      ]),
    ]),
    `  95 %${inCall === null ? '' : ' in call'}: F1 ${share(lower)}-${share(upper)}, leak ${share(least)}-${share(most)}`,
    formatKinds(inCall ?? masker),
  ].join('\n');
}

function formatKinds({ kinds }: DetectorResult): string {
  const lines = PHI_LABELS.flatMap((label) => {
    const figures = kinds[label];
    if (figures === undefined) return [];
    const [lower, upper] = figures.hiddenInterval;
    return [
      [
        `    ${label}`,
        String(figures.n),
        ...figureCells(figures),
        figures.n === 0 ? '' : `${share(lower)}-${share(upper)}`,
      ],
    ];
  });
  return formatColumns([['    kind', 'n', ...HEAD, 'hidden whole, 95 %'], ...lines]);
}

function figureCells({
  precision,
  recall,
  f1,
  f2,
  typedF1,
  lenientF1,
  strictF1,
  leakRate,
  falsePerThousand,
}: Figures): string[] {
  return [precision, recall, f1, f2, typedF1, lenientF1, strictF1, leakRate]
    .map(share)
    .concat(falsePerThousand.toFixed(2));
}

function share(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

/** Milliseconds of each detector for each hostile input. */
export function formatHostile(times: Readonly<Record<string, readonly HostileTime[]>>): string {
  const cell = ({ milliseconds, outcome }: HostileTime): string => {
    switch (outcome) {
      case 'done':
        return milliseconds.toFixed(0);
      case 'failed':
        return `${milliseconds.toFixed(0)} failed`;
      case 'late':
        return `> ${milliseconds}`;
    }
  };
  return formatColumns([
    ['ms for 100 kB of', ...Object.keys(times)],
    ...HOSTILE_NAMES.map((input) => [
      input,
      ...Object.values(times).map((ofOne) =>
        ofOne
          .filter((time) => time.input === input)
          .map(cell)
          .join(),
      ),
    ]),
  ]);
}

export function formatErrors(errors: readonly DetectionError[], limit: number): string {
  const lines = errors
    .slice(0, limit)
    .map(
      ({ row, what, label, around }) => `${what.padEnd(7)} ${label.padEnd(9)} ${row}: ${around.replace(/\s+/g, ' ')}`,
    );
  const more = errors.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

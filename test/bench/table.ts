/** The result of a run as text for a terminal. */
import { FIGURES, OTHERS, TARGET_LABELS, TARGETS } from './figures.ts';
import type { TargetName } from './figures.ts';
import type { Floors } from './floors.ts';
import type { FlushCost } from './flush-cost.ts';
import type { JudgedGoal, RatioRow, Row, Summary } from './summary.ts';

/** A number as a person compares it: three significant digits below a thousand, whole numbers above. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Columns padded to their widest cell: the first to the left, the others to the right. */
export function formatColumns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines)
    line.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return lines
    .map((line) =>
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What parts of Masker's work cost by themselves. */
export interface Parts {
  readonly flush: FlushCost;
  readonly floors: Floors;
}

/** The whole report. `connections` replaces the N of the labels; `parts` is null where Masker was not measured. */
export function formatSummary(summary: Summary, connections: number, parts: Parts | null): string {
  if (!summary.ok) {
    const lines = summary.errors.map(
      ({ target, what, count }) => `  ${TARGET_LABELS[target]}: ${what}, ${count} times`,
    );
    return ['There were errors, so nothing is compared:', ...lines].join('\n');
  }
  const withN = (label: string): string => label.replace(/\bN\b/, String(connections));
  const sections = [formatRows(summary.rows, withN)];
  if (summary.added.length > 0) sections.push(`Added to the stub alone\n${formatRows(summary.added, withN)}`);
  if (summary.ratios.length > 0)
    sections.push(`Masker's figure as a multiple of the other's\n${formatRatios(summary.ratios, withN)}`);
  if (parts !== null)
    sections.push(formatFlush(parts.flush, summary.added), withN(formatFloors(parts.floors, summary.rows)));
  if (summary.goals.length > 0)
    sections.push(`Goals\n${summary.goals.map((goal) => formatGoal(goal, withN)).join('\n')}`);
  return sections.join('\n\n');
}

function formatRows(rows: readonly Row[], withN: (label: string) => string): string {
  const present = TARGETS.filter((target) => rows.some(({ values }) => target in values));
  const cell = (row: Row, target: TargetName): string => {
    const value = row.values[target];
    return value === undefined ? '' : `${formatNumber(value)} ${row.unit}`;
  };
  return formatColumns([
    ['', ...present.map((target) => TARGET_LABELS[target])],
    ...rows.map((row) => [withN(row.label), ...present.map((target) => cell(row, target))]),
  ]);
}

function formatRatios(rows: readonly RatioRow[], withN: (label: string) => string): string {
  const others = OTHERS.filter((other) => rows.some(({ to }) => other in to));
  const cell = (value: number | null | undefined): string =>
    value === undefined ? '' : value === null ? 'n/a' : `${formatNumber(value)} x`;
  return formatColumns([
    ['', ...others.map((other) => `to ${TARGET_LABELS[other]}`)],
    ...rows.map(({ label, unit, to }) => [`${withN(label)} (${unit})`, ...others.map((other) => cell(to[other]))]),
  ]);
}

/** The journal waits for one flush before a request leaves; the rest of what Masker adds is its own. */
function formatFlush(flush: FlushCost, added: readonly Row[]): string {
  const rest = (['singleP50', 'keyedP50'] as const).map((figure) => {
    const values = added.find(({ label }) => label.includes(FIGURES[figure].label))?.values;
    return (['masker', 'earlier'] as const).map((target) => {
      const value = values?.[target];
      return value === undefined
        ? ''
        : `\n${TARGET_LABELS[target]}, added to ${FIGURES[figure].label}, less one flush: ${formatNumber(value - flush.p50)} ms`;
    });
  });
  return `Disk flush where the journal lies (append 4 KiB, fdatasync): p50 ${formatNumber(flush.p50)} ms, p99 ${formatNumber(flush.p99)} ms${rest.flat().join('')}`;
}

/** Neither part can be left out, so no door in front of them is faster than the slower one. */
function formatFloors({ sessions, journal }: Floors, rows: readonly Row[]): string {
  const portkey = rows.find(({ label }) => label === FIGURES.jsonRate.label)?.values.portkey;
  const rate = (value: number): string =>
    `${formatNumber(value)} turns/s${portkey === undefined ? '' : `, ${formatNumber(value / portkey)} x what Portkey forwards`}`;
  return `Parts of a JSON turn by themselves, N at once
  masked, sealed and recorded, with no doors and no database: ${rate(sessions)}
  its two journal writes, with nothing else: ${rate(journal)}`;
}

function formatGoal({ goal, found, met }: JudgedGoal, withN: (label: string) => string): string {
  const { label, unit } = FIGURES[goal.figure];
  const what = withN(goal.added ? `added to ${label}` : label);
  const asked =
    goal.kind === 'ratio'
      ? `${goal.bound} ${goal.value} x ${TARGET_LABELS[goal.to]}`
      : `${goal.bound} ${goal.value} ${unit}`;
  const was = found === null ? 'n/a' : `${formatNumber(found)} ${goal.kind === 'ratio' ? 'x' : unit}`;
  return `  ${met ? 'met   ' : 'missed'}  ${what}: ${was} (${asked})`;
}

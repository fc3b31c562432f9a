/** The places that quote a stored evaluation: the README, docs/detection-quality.md and the coverage that reports state. */
import { fileURLToPath } from 'node:url';
import type { CoverageData } from '../../src/reports/safe-harbor.ts';
import { markdownTable } from '../marked-text.ts';
import { coverageData } from './coverage.ts';
import { PEER_NAMES } from './peers.ts';
import type { StoredFigures, StoredResult, StoredSet } from './result.ts';

export const README_FILE = fileURLToPath(new URL('../../README.md', import.meta.url));
export const QUALITY_FILE = fileURLToPath(new URL('../../docs/detection-quality.md', import.meta.url));
export const COVERAGE_FILE = fileURLToPath(new URL('../../src/reports/safe-harbor-coverage.json', import.meta.url));

/** The text of the coverage file. */
export function coverageFile(result: StoredResult): string {
  return `${JSON.stringify(coverageData(result.detector, result.coverage), null, 2)}\n`;
}

/** Returns the README's text between the markers: recall and leaks of each set, beside the best other package. */
export function readmeSection({ sets }: StoredResult): string {
  const lines = sets.map(({ set, masker, inCall, peers }) => {
    const { recall, precision, leakRate } = (inCall ?? masker).all;
    const others = Object.values(peers).map(({ all }) => all.leakRate);
    const best = others.length === 0 ? '-' : percent(Math.min(...others.map((rate) => rate ?? 1)));
    return [set, percent(recall), percent(precision), percent(leakRate), best];
  });
  return markdownTable(['test set', 'recall', 'precision', 'leaks', 'leaks of the best other npm package'], lines);
}

/** Returns the text between the markers of docs/detection-quality.md. */
export function qualitySection(result: StoredResult): string {
  const { detector, model, date, startup } = result;
  const load = `${startup.loadMs.toFixed(0)} ms and ${startup.memoryMb.toFixed(0)} MB to load${startup.from === 'source' ? ' from source' : ''}`;
  const sections = [`Measured ${date} with \`${detector}\`, model \`${model}\` (${load}).`, qualityTable(result.sets)];
  const peers = peerTable(result.sets);
  if (peers !== null) sections.push('Other packages on the same rows, token F1 / leak rate:', peers);
  sections.push(
    'Safe Harbor categories, identifiers hidden whole (number of examples):',
    coverageTable(coverageData(detector, result.coverage)),
  );
  return sections.join('\n\n');
}

function qualityTable(sets: readonly StoredSet[]): string {
  const lines = sets.flatMap((set) => {
    const alone = row(set, set.inCall === null ? set.set : `${set.set}, each turn alone`, set.masker);
    const own = set.inCall === null ? [alone] : [alone, row(set, `${set.set}, in the call`, set.inCall)];
    return set.shipped === undefined ? own : [...own, row(set, `${set.set}, policy healthcare-default`, set.shipped)];
  });
  return markdownTable(
    [
      'set',
      'rows',
      'identifiers',
      'precision',
      'recall',
      'F1 (95 %)',
      'leak rate',
      'false words / 1,000',
      'Presidio F2',
      'p50 / p99',
    ],
    lines,
  );
}

function row({ rows }: StoredSet, name: string, { all, intervals, presidio, latency }: StoredFigures): string[] {
  const [lower, upper] = intervals.f1;
  return [
    name,
    String(rows),
    String(all.n),
    share(all.precision),
    share(all.recall),
    `${share(all.f1)} (${share(lower)}-${share(upper)})`,
    percent(all.leakRate),
    all.falsePerThousand.toFixed(1),
    share(presidio.f2),
    `${latency.p50.toFixed(2)} / ${latency.p99.toFixed(2)} ms`,
  ];
}

function peerTable(sets: readonly StoredSet[]): string | null {
  const names = PEER_NAMES.filter((name) => sets.some(({ peers }) => Object.hasOwn(peers, name)));
  if (names.length === 0) return null;
  const cell = (found: StoredFigures | undefined): string =>
    found === undefined ? '' : `${share(found.all.f1)} / ${percent(found.all.leakRate)}`;
  return markdownTable(
    ['set', 'masker', ...names],
    sets.map(({ set, masker, inCall, peers }) => [
      set,
      cell(inCall ?? masker),
      ...names.map((name) => cell(peers[name])),
    ]),
  );
}

function coverageTable({ categories }: CoverageData): string {
  const cell = ({ recall, n }: CoverageData['categories']['A_names']['written']): string =>
    recall === null ? '-' : `${percent(recall)} (${n})`;
  return markdownTable(
    ['category', 'written', 'spoken', 'coverage'],
    Object.entries(categories).map(([category, { written, spoken, status }]) => [
      category,
      cell(written),
      cell(spoken),
      status,
    ]),
  );
}

function share(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}

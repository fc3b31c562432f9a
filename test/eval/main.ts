/** `npm run eval`: how good detection is, on the project's own sets or on others. See README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { replaceBetweenMarkers } from '../marked-text.ts';
import { readSets } from './annotated-set.ts';
import type { AnnotatedSet, RowProblem } from './annotated-set.ts';
import { countCoverage } from './coverage.ts';
import type { Detector } from './detector.ts';
import { COVERAGE_FILE, coverageFile, QUALITY_FILE, qualitySection, README_FILE, readmeSection } from './documents.ts';
import { appendToLedger, findErrors, ledgerLine } from './errors.ts';
import { timeHostile } from './hostile.ts';
import type { HostileTime } from './hostile.ts';
import { masker, shippedPolicy } from './masker.ts';
import { isTrainingData, parseOptions, USAGE } from './options.ts';
import type { Options } from './options.ts';
import { installPeers, loadPeer, PEER_NAMES, peerDetector } from './peers.ts';
import { readResult, writeResult } from './result.ts';
import { measureSet, splitByForm, toJson } from './set-report.ts';
import type { MeasuredSet } from './set-report.ts';
import { measureStartup } from './startup.ts';
import { formatErrors, formatHostile, formatSet } from './table.ts';

/** Bad rows that are named for each file; a file of another format would fill the screen. */
const SHOWN_PROBLEMS = 5;

function readAll(options: Options): AnnotatedSet[] {
  const { sets, problems } = readSets(options.data);
  reportProblems(problems);
  const chosen = sets.flatMap((set) =>
    options.set === null || options.set === set.name
      ? splitByForm(set)
      : splitByForm(set).filter(({ name }) => name === options.set),
  );
  if (chosen.length === 0)
    throw new Error(
      options.set === null
        ? `${options.data} holds no row that can be evaluated`
        : `${options.data} holds no set ${options.set}`,
    );
  return chosen;
}

/** Bad rows are left out, named, and make the run fail at its end. */
function reportProblems(problems: readonly RowProblem[]): void {
  if (problems.length === 0) return;
  process.exitCode = 1;
  const byFile = new Map<string, RowProblem[]>();
  for (const problem of problems) byFile.set(problem.file, [...(byFile.get(problem.file) ?? []), problem]);
  for (const [file, ofFile] of byFile) {
    for (const { line, rule } of ofFile.slice(0, SHOWN_PROBLEMS)) console.error(`${file}:${line}: ${rule}`);
    if (ofFile.length > SHOWN_PROBLEMS)
      console.error(`${file}: and ${ofFile.length - SHOWN_PROBLEMS} more rows that are left out`);
  }
}

async function evaluate(options: Options): Promise<void> {
  const sets = readAll(options);
  const detector = masker(options.model);
  const shipped = shippedPolicy(options.model);
  const peers = options.peers ? await allPeers() : [];
  const startup = measureStartup();
  const measured: MeasuredSet[] = [];
  for (const set of sets) {
    const one = await measureSet(set, detector, shipped, peers, options.seed);
    measured.push(one);
    console.log(options.json ? toJson(one.report) : `${formatSet(one.report)}\n`);
  }
  if (!options.json) {
    const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    console.log(
      `${detector.version}, model ${detector.model ?? ''}; load ${startup.loadMs.toFixed(0)} ms, ${startup.memoryMb.toFixed(0)} MB (from ${startup.from}); peak of this run ${peak} MB`,
    );
  }
  if (options.mode !== 'write') return;
  writeResult({
    detector: detector.version,
    model: detector.model ?? '',
    date: new Date().toISOString().slice(0, 10),
    startup,
    coverage: countCoverage(measured.flatMap(({ detected }) => detected)),
    sets: measured.map(({ report }) => report),
  });
  const result = readResult();
  writeFileSync(COVERAGE_FILE, coverageFile(result));
  for (const [file, section] of [
    [README_FILE, readmeSection(result)],
    [QUALITY_FILE, qualitySection(result)],
  ] as const)
    writeFileSync(file, replaceBetweenMarkers(readFileSync(file, 'utf8'), section, 'eval'));
}

async function allPeers(): Promise<Detector[]> {
  installPeers();
  const detectors: Detector[] = [];
  for (const name of PEER_NAMES) detectors.push(await peerDetector(await loadPeer(name)));
  return detectors;
}

async function showErrors(options: Options): Promise<void> {
  const detector = masker(options.model);
  for (const set of readAll(options)) {
    const { detected } = await measureSet(set, detector, detector, [], options.seed);
    const errors = findErrors(set.name, detected);
    console.log(formatErrors(errors, options.limit));
    if (!isTrainingData(options.data)) {
      appendToLedger(
        ledgerLine(
          new Date().toISOString().slice(0, 10),
          set.name,
          Math.min(errors.length, options.limit),
          options.why ?? '',
        ),
      );
    }
  }
}

async function hostile(options: Options): Promise<void> {
  if (options.peers) installPeers();
  const times: Record<string, HostileTime[]> = {};
  for (const name of ['masker', ...(options.peers ? PEER_NAMES : [])] as const) times[name] = await timeHostile(name);
  console.log(options.json ? toJson(times) : formatHostile(times));
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  switch (options.mode) {
    case 'evaluate':
    case 'write':
      return evaluate(options);
    case 'errors':
      return showErrors(options);
    case 'hostile':
      return hostile(options);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

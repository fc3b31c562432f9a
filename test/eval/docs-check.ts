/** `npm run docs:check`: the documents equal the stored evaluation and benchmark, and the evaluation is of this detector. */
import { readFileSync } from 'node:fs';
import { DETECTOR_VERSION } from '../../src/detection/detection.ts';
import { builtInTagger } from '../../src/detection/tagger/built-in.ts';
import { BENCHMARKS_FILE, benchmarksSection, readmeOverhead } from '../bench/documents.ts';
import { readBench } from '../bench/result.ts';
import type { StoredBench } from '../bench/result.ts';
import { replaceBetweenMarkers } from '../marked-text.ts';
import { COVERAGE_FILE, coverageFile, QUALITY_FILE, qualitySection, README_FILE, readmeSection } from './documents.ts';
import { readResult } from './result.ts';
import type { StoredResult } from './result.ts';

/** The documents as they are, and the versions that they should be about. */
export interface Documents {
  readonly readme: string;
  readonly quality: string;
  readonly coverage: string;
  readonly detector: string;
  readonly model: string;
}

/** What does not fit, one sentence each. */
export function documentProblems(
  result: StoredResult,
  { readme, quality, coverage, detector, model }: Documents,
): string[] {
  const problems: string[] = [];
  if (result.detector !== detector)
    problems.push(`the stored evaluation is of ${result.detector}, the detector is ${detector}`);
  if (result.model !== model)
    problems.push(`the stored evaluation is of model ${result.model}, the tagger has ${model}`);
  if (replaceBetweenMarkers(readme, readmeSection(result), 'eval') !== readme)
    problems.push("the README's quality table is not what the stored evaluation says");
  if (replaceBetweenMarkers(quality, qualitySection(result), 'eval') !== quality)
    problems.push('docs/detection-quality.md is not what the stored evaluation says');
  if (coverageFile(result) !== coverage)
    problems.push('src/reports/safe-harbor-coverage.json is not what the stored evaluation says');
  return problems;
}

/** Returns what differs between the documents and the stored benchmark, one sentence each. */
export function benchProblems(result: StoredBench, readme: string, benchmarks: string): string[] {
  const problems: string[] = [];
  if (replaceBetweenMarkers(readme, readmeOverhead(result), 'bench') !== readme)
    problems.push("the README's overhead is not what the stored benchmark says");
  if (replaceBetweenMarkers(benchmarks, benchmarksSection(result), 'bench') !== benchmarks)
    problems.push('docs/benchmarks.md is not what the stored benchmark says');
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const documents = {
    readme: readFileSync(README_FILE, 'utf8'),
    quality: readFileSync(QUALITY_FILE, 'utf8'),
    coverage: readFileSync(COVERAGE_FILE, 'utf8'),
    detector: DETECTOR_VERSION,
    model: builtInTagger().version,
  };
  const problems = documentProblems(readResult(), documents);
  const benched = benchProblems(readBench(), documents.readme, readFileSync(BENCHMARKS_FILE, 'utf8'));
  for (const problem of [...problems, ...benched]) console.error(problem);
  if (problems.length > 0) console.error('Run `npm run eval -- --write`, and with --peers where the table compares.');
  if (benched.length > 0) console.error('Run `npm run bench -- --write`.');
  if (problems.length + benched.length > 0) process.exitCode = 1;
}

// `npm test`: everything that must hold. The checks run one after the other beside the tests, which wait for other
// processes half of the time. Ends with one line, `N passed, N failed`, over all checks and all tests. Exits non-zero if
// anything failed or no test ran.
//
//   --install   installs the programs that tests need and this machine lacks, as CI does; needs root and Debian's apt-get
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, missingPackages } from './test-programs.mjs';
import { summarise } from './test-summary.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Each check with its command; the build precedes them all, since they read what it generates. */
const BUILD = ['build', process.execPath, ['tools/build.mjs', '--if-stale']];
const CHECKS = [
  ['types', 'npx', ['tsc', '-p', 'tsconfig.test.json']],
  ["types of the verifier's page", 'npx', ['tsc', '-p', 'verifier/page']],
  ['types of the portal', 'npx', ['tsc', '-p', 'src/portal/app']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['migrations match the schema', 'npm', ['run', '--silent', 'migrate:check']],
  ['schema files are current', 'npx', ['tsx', 'tools/schema.ts', '--check']],
  ['figures of the documents are those measured', 'npm', ['run', '--silent', 'docs:check']],
];

/** Runs a command to its end. Resolves with its exit code and, unless it writes to the terminal itself, its output. */
function run(command, args, isShown) {
  const stdio = isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status, output: Buffer.concat(output).toString('utf8') }));
  });
}

/** Runs a check, and prints its name, its time and, if it failed, what it wrote. Returns true if it passed. */
async function check([name, command, args]) {
  const startedAt = Date.now();
  const { status, output } = await run(command, args, false);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  if (status !== 0) process.stdout.write(`\n${output}\n`);
  console.log(`--- ${name}: ${status === 0 ? 'passed' : 'failed'} after ${seconds} s`);
  return status === 0;
}

/** Runs the checks in order. Returns the names of those that failed. */
async function runChecks(checks) {
  const failed = [];
  for (const each of checks) if (!(await check(each))) failed.push(each[0]);
  return failed;
}

async function runTests() {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'masker-test-'));
  const results = path.join(scratch, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const { status } = await run('npx', ['vitest', 'run', ...reporters], true);
  let report = null;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    // summarise() reports it
  }
  rmSync(scratch, { recursive: true, force: true });
  return summarise(report, status, { skipsFail: Boolean(process.env.CI), root });
}

/** Tests whose program is missing are skipped, which CI does not accept. */
function provide() {
  const packages = missingPackages();
  if (packages.length === 0) return;
  const isAsked = Boolean(process.env.CI) || process.argv.includes('--install');
  if (isAsked && install(packages)) console.log(`--- installed: ${packages.join(' ')}`);
  else console.log(`--- missing: ${packages.join(' ')}; the tests that need it are skipped`);
}

provide();
const failedBuild = await runChecks([BUILD]);
const [failedChecks, tests] = await Promise.all([runChecks(CHECKS), runTests()]);
const failures = [...failedBuild, ...failedChecks];

console.log();
for (const name of failures) console.log(`failed: check: ${name}`);
for (const line of tests.lines) console.log(line);
const passed = 1 + CHECKS.length - failures.length + tests.passed;
const failed = failures.length + tests.failed;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

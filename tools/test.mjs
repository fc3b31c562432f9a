// `npm test`: everything that must hold, in the order in which it fails fastest. Ends with one line,
// `N passed, N failed`, over all steps and all tests; exits non-zero when anything failed or no test ran.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'masker-test-'));
const results = path.join(scratch, 'vitest.json');

/** Each step with its command. The last one runs the tests; the others count as one check each. */
const CHECKS = [
  ['build', 'npm', ['run', '--silent', 'build']],
  ['types', 'npx', ['tsc', '-p', 'tsconfig.test.json']],
  ["types of the verifier's page", 'npx', ['tsc', '-p', 'verifier/page']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['migrations match the schema', 'npm', ['run', '--silent', 'migrate:check']],
  ['schema files are current', 'npx', ['tsx', 'tools/schema.ts', '--check']],
  ['figures of the documents are those measured', 'npm', ['run', '--silent', 'docs:check']],
];

let passed = 0;
let failed = 0;
for (const [name, command, args] of CHECKS) {
  console.log(`\n--- ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) passed += 1;
  else failed += 1;
}

console.log('\n--- tests');
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
  {
    stdio: 'inherit',
  },
);
let ran = 0;
try {
  const report = JSON.parse(readFileSync(results, 'utf8'));
  ran = report.numPassedTests + report.numFailedTests;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((test) => test.status === 'pending' || test.status === 'skipped'),
  );
  for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
  // A missing optional part is a skip on a developer's machine and a failure in CI.
  if (process.env.CI) failed += skipped.length;
} catch {
  console.log('the test run left no report');
}
// A suite that could not even be loaded fails no test by name.
if ((status !== 0 && failed === 0) || ran === 0) failed += 1;
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

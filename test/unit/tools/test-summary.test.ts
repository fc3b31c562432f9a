/** What `npm test` counts and names of a run of vitest. */
import { expect, test } from 'vitest';
import { summarise } from '../../../tools/test-summary.mjs';
import type { TestReport } from '../../../tools/test-summary.mjs';

type File = TestReport['testResults'][number];

const LOCAL = { skipsFail: false, root: '/project' };
const file = (name: string, status: string, message = '', ...tests: string[]): File => ({
  name: `/project/test/${name}`,
  status,
  message,
  assertionResults: tests.map((each) => ({ fullName: ` does ${each}`, status: each })),
});
const report = (...testResults: File[]): TestReport => ({ testResults });
const PASSED = file('good.test.ts', 'passed', '', 'passed', 'passed');

test('counts passed and failed tests, and names each failed one with its file', () => {
  expect(summarise(report(PASSED, file('bad.test.ts', 'failed', '', 'passed', 'failed')), 1, LOCAL)).toEqual({
    passed: 3,
    failed: 1,
    lines: ['failed: test/bad.test.ts: does failed'],
  });
});

test('counts each file that cannot be loaded as one failure, and names it with its first line', () => {
  const broken = ['a.test.ts', 'b.test.ts'].map((name) => file(name, 'failed', 'Cannot find ./x\n  at line 1'));
  expect(summarise(report(PASSED, ...broken), 1, LOCAL)).toEqual({
    passed: 2,
    failed: 2,
    lines: ['failed to run: test/a.test.ts: Cannot find ./x', 'failed to run: test/b.test.ts: Cannot find ./x'],
  });
});

test('counts a file whose hook failed as one failure, and not as skipped tests', () => {
  const hooked = file('hook.test.ts', 'failed', 'no database', 'skipped', 'skipped');
  expect(summarise(report(PASSED, hooked), 1, { ...LOCAL, skipsFail: true })).toEqual({
    passed: 2,
    failed: 1,
    lines: ['failed to run: test/hook.test.ts: no database'],
  });
});

test('counts a file without tests as a failure', () => {
  expect(summarise(report(PASSED, file('empty.test.ts', 'passed')), 0, LOCAL)).toMatchObject({
    failed: 1,
    lines: ['failed to run: test/empty.test.ts: it has no tests'],
  });
});

test.each([
  [false, 0],
  [true, 1],
])('names a skipped test, and counts it as failed only where skips fail (%s)', (skipsFail, failed) => {
  const skipping = file('browser.test.ts', 'passed', '', 'passed', 'skipped');
  expect(summarise(report(skipping), 0, { ...LOCAL, skipsFail })).toEqual({
    passed: 1,
    failed,
    lines: ['skipped: test/browser.test.ts: does skipped'],
  });
});

test('counts an error outside of any test, a run without tests, and a run without a report as one failure each', () => {
  expect(summarise(report(PASSED), 1, LOCAL)).toEqual({ passed: 2, failed: 1, lines: ['failed: vitest ended with 1'] });
  expect(summarise(report(), 0, LOCAL)).toEqual({ passed: 0, failed: 1, lines: ['failed: no test ran'] });
  expect(summarise(null, null, LOCAL)).toMatchObject({ passed: 0, failed: 1 });
});

// Counts what a run of vitest reported, and names what the counts alone hide.

/**
 * @param report the parsed report of vitest's JSON reporter; null if the run left none
 * @param status the exit code of vitest; null if a signal ended it
 * @param options `skipsFail`: a skipped test counts as failed, as in CI; `root`: the folder that file names are relative to
 * @returns the counts, and one line for each test or file that did not pass
 */
export function summarise(report, status, { skipsFail, root }) {
  if (report === null) return { passed: 0, failed: 1, lines: ['failed: the test run left no report'] };
  const lines = [];
  let passed = 0;
  let failed = 0;
  let broken = 0;
  let skipped = 0;
  for (const { name, status: fileStatus, message, assertionResults } of report.testResults) {
    const file = name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
    const failures = assertionResults.filter((test) => test.status === 'failed');
    passed += assertionResults.filter((test) => test.status === 'passed').length;
    failed += failures.length;
    for (const { fullName } of failures) lines.push(`failed: ${file}: ${fullName.trim()}`);
    // A file that cannot be loaded has no tests. A hook that fails leaves its tests without a result of their own.
    const cannotRun = (fileStatus === 'failed' && failures.length === 0) || assertionResults.length === 0;
    if (cannotRun) {
      broken += 1;
      lines.push(`failed to run: ${file}: ${firstLine(message) || 'it has no tests'}`);
    }
    for (const { fullName, status: testStatus } of assertionResults) {
      if (testStatus === 'passed' || testStatus === 'failed' || cannotRun) continue;
      skipped += 1;
      lines.push(`skipped: ${file}: ${fullName.trim()}`);
    }
  }
  failed += broken + (skipsFail ? skipped : 0);
  if (passed + failed === 0) return { passed, failed: 1, lines: ['failed: no test ran'] };
  // An error outside of any test, such as a rejection that is not handled, fails no file.
  if (status !== 0 && failed === 0)
    return { passed, failed: 1, lines: [...lines, `failed: vitest ended with ${status ?? 'a signal'}`] };
  return { passed, failed, lines };
}

function firstLine(text) {
  return text.trim().split('\n')[0] ?? '';
}

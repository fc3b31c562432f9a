/** docs/errors.md describes every code of the failure catalogue, with its status. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURES } from '../../../src/platform/failure.ts';

/** Returns the cells of each row whose first cell is a code: code, status, meaning, retry. */
function documentedCodes(): string[][] {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  return page
    .split('\n')
    .filter((line) => /^\| `[a-z_]+` \| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('docs/errors.md lists each code of the catalogue once, with its HTTP status', () => {
  const documented = documentedCodes().map(([code = '', status]) => [code.replaceAll('`', ''), Number(status)]);
  expect(documented.sort()).toEqual(Object.entries(FAILURES).sort());
});

test('docs/errors.md gives each code a meaning, and says whether to retry', () => {
  for (const [code, , meaning, retry] of documentedCodes()) {
    expect(meaning, code).toMatch(/^[A-Z].{10,}/);
    expect(retry, code).toMatch(/^(Yes|No|Once)\b/);
  }
});

import { expect, test } from 'vitest';
import { resultLines, summaryLine } from '../../../../../src/cli/commands/doctor/report.ts';
import { terminalOf, wrapped } from '../../../../../src/cli/commands/client/terminal.ts';
import type { Terminal } from '../../../../../src/cli/commands/client/terminal.ts';

const file: Terminal = { width: null, paint: (_colour, text) => text };
const narrow: Terminal = { width: 70, paint: (colour, text) => `<${colour}>${text}` };
const result = { id: 'x', group: 'G', title: 'Disk flush', duration_ms: 1 };

test('resultLines puts what to do below what was found', () => {
  expect(resultLines({ ...result, status: 'fail', found: '120 ms', fix: 'Use an SSD.' }, file)).toEqual([
    '  FAIL Disk flush                     120 ms',
    '                                      → Use an SSD.',
  ]);
  expect(resultLines({ ...result, status: 'skipped', found: 'none', fix: 'Set it.' }, file)).toHaveLength(1);
});

test('resultLines wraps to the width of the terminal and leaves control characters out', () => {
  const found = `one two three four five six seven eight nine ten\u001b[2J`;
  const lines = resultLines({ ...result, status: 'ok', found }, narrow);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join('')).not.toContain('\u001b');
});

test('summaryLine counts each kind', () => {
  expect(summaryLine({ ok: 3, warn: 1, fail: 0, skipped: 2 }, file)).toBe(
    '6 checks: 3 ok, 1 warning, 0 failed, 2 skipped',
  );
});

test('terminalOf paints on a terminal only, and not where NO_COLOR is set', () => {
  const stream = (isTTY: boolean) => ({ isTTY, columns: 80 });
  expect(terminalOf(stream(true), {}).paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(terminalOf(stream(true), { NO_COLOR: '1' }).paint('red', 'x')).toBe('x');
  expect(terminalOf(stream(true), { TERM: 'dumb' }).paint('red', 'x')).toBe('x');
  expect(terminalOf(stream(false), {})).toMatchObject({ width: null });
  expect(terminalOf(stream(false), {}).paint('red', 'x')).toBe('x');
});

test('wrapped breaks between words and keeps a long word whole', () => {
  expect(wrapped('aa bb ccccccc d', 5)).toEqual(['aa bb', 'ccccccc', 'd']);
});

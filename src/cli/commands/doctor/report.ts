/** How the findings of `masker doctor` look on a terminal. */
import { printable } from '../client/printable.ts';
import { wrapped } from '../client/terminal.ts';
import type { Colour, Terminal } from '../client/terminal.ts';
import type { CheckResult, CheckStatus, Summary } from './check.ts';

const MARK: Readonly<Record<CheckStatus, readonly [string, Colour]>> = {
  ok: ['ok  ', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
  skipped: ['skip', 'dim'],
};
const TITLE_WIDTH = 30;
/** Of what is not printed on a terminal. */
const FILE_WIDTH = 120;
const MOST_WIDTH = 120;
const INDENT = '  ';
const LEAST_TEXT = 24;

/** The lines of one result: mark, title and finding, and below it what to do. */
export function resultLines({ status, title, found, fix }: CheckResult, terminal: Terminal): string[] {
  const [word, colour] = MARK[status];
  const start = INDENT.length + word.length + 1 + TITLE_WIDTH + 1;
  const width = Math.max(LEAST_TEXT, Math.min(terminal.width ?? FILE_WIDTH, MOST_WIDTH) - start);
  const [first = '', ...rest] = wrapped(printable(found), width);
  const tint = (text: string): string => (status === 'skipped' ? terminal.paint('dim', text) : text);
  const remedy = fix === undefined || status === 'skipped' ? [] : wrapped(`→ ${fix}`, width);
  return [
    `${INDENT}${terminal.paint(colour, word)} ${tint(title.padEnd(TITLE_WIDTH))} ${tint(first)}`,
    ...rest.map((line) => `${' '.repeat(start)}${tint(line)}`),
    ...remedy.map((line) => `${' '.repeat(start)}${terminal.paint(colour, line)}`),
  ];
}

/** One line that says how the checks ended. */
export function summaryLine({ ok, warn, fail, skipped }: Summary, terminal: Terminal): string {
  const parts = [
    terminal.paint('green', `${ok} ok`),
    terminal.paint(warn === 0 ? 'dim' : 'yellow', `${warn} ${warn === 1 ? 'warning' : 'warnings'}`),
    terminal.paint(fail === 0 ? 'dim' : 'red', `${fail} failed`),
    terminal.paint('dim', `${skipped} skipped`),
  ];
  return `${terminal.paint('bold', `${ok + warn + fail + skipped} checks:`)} ${parts.join(', ')}`;
}

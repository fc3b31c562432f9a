/** What went wrong in which row, for a person; and the ledger of such looks. */
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DetectedRow } from './evaluate.ts';
import { isPhiLabel } from './labels.ts';
import { exhaustiveLabels } from './corpora.ts';
import { isHidden } from './tally.ts';

export interface DetectionError {
  readonly row: string;
  /** `partly`: met, but with words left; `false`: nothing to find there. */
  readonly what: 'missed' | 'partly' | 'false';
  readonly label: string;
  readonly value: string;
  /** The row's text around it. */
  readonly around: string;
}

/** The errors in a set, in the order of its rows. What is NEUTRAL or not annotated is no error; a wrong label is none either. */
export function findErrors(set: string, detected: readonly DetectedRow[]): DetectionError[] {
  const annotated = exhaustiveLabels(set);
  return detected.flatMap(({ row, found }) => {
    const { text } = row;
    const error = (
      what: DetectionError['what'],
      { start, end, label }: { start: number; end: number; label: string },
    ): DetectionError => ({
      row: row.id,
      what,
      label,
      value: text.slice(start, end),
      around: `${text.slice(Math.max(0, start - 60), start)}[${text.slice(start, end)}]${text.slice(end, end + 40)}`,
    });
    const left = row.spans
      .filter((span) => isPhiLabel(span.label) && isHidden(text, span, found) === false)
      .map((span) =>
        error(found.some(({ start, end }) => start < span.end && span.start < end) ? 'partly' : 'missed', span),
      );
    const wrong = found
      .filter(
        ({ start, end, label }) =>
          label !== 'ORG' &&
          (annotated?.has(label) ?? true) &&
          !row.spans.some((span) => span.start < end && start < span.end),
      )
      .map((span) => error('false', span));
    return [...left, ...wrong];
  });
}

const LEDGER_FILE = fileURLToPath(new URL('LEDGER.md', import.meta.url));

/** A line of the ledger, as a row of its table. */
export function ledgerLine(date: string, set: string, shown: number, why: string): string {
  const cell = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('|', '/');
  return `| ${date} | ${cell(set)} | ${shown} | ${cell(why)} |\n`;
}

/** Notes that errors in evaluation data were looked at. */
export function appendToLedger(line: string): void {
  appendFileSync(LEDGER_FILE, line);
}

/** A text with what detection finds in it written out, for the tests of documents. */
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';

/** The text with each found value in angle brackets behind its kind: `PID|1||<MRN 88213>`. */
export function masked(text: string): string {
  let out = '';
  let at = 0;
  for (const { start, end, kind } of detect(text, DEFAULT_RULES)) {
    out += `${text.slice(at, start)}<${kind} ${text.slice(start, end)}>`;
    at = end;
  }
  return out + text.slice(at);
}

/** The values that tokens of the text stand for. */
export function values(text: string): string[] {
  return detect(text, DEFAULT_RULES).map(({ start, end, meant }) => meant ?? text.slice(start, end));
}

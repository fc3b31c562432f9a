/**
 * JSON texts that end in the middle, as an interrupted call of a tool leaves its arguments in the history: read as if the
 * rest had come, so that their values are masked like those of whole ones.
 */
import { rewritingJson, type Rewriting, type SteppedRewriter } from './json-rewrite.ts';
import { endOf } from '../platform/text-end.ts';

/** Arrays and objects may be nested so deep. */
const MAX_DEPTH = 512;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** An escape that is cut: `\`, `\u`, `\u00e`. */
const CUT_ESCAPE = /\\(?:u[0-9A-Fa-f]{0,3})?$/;
const LITERALS = ['true', 'false', 'null'];
/** Characters of what a text ends with that tell how it goes on: more than a cut escape or number has. */
const ENDING = 16;
/** Characters and strings that are read before the work may be interrupted. */
const AT_ONCE = 1000;

/**
 * The cut JSON text with its parts rewritten, or null where the text is not the beginning of a JSON object or array. An
 * escape that is cut at the end goes where the value that it ends is changed. Yields wherever it may be interrupted.
 */
export function* rewritingCutJson<Ask = never, Answer = unknown>(
  text: string,
  rewriter: SteppedRewriter<Ask, Answer>,
): Rewriting<string | null, Ask, Answer> {
  const completion = yield* readingCompletion(text);
  if (completion === null) return null;
  const { kept, rest } = completion;
  const whole = kept + rest;
  const written = yield* rewritingJson(whole, rewriter);
  if (written === null) return null;
  return written === whole || !written.endsWith(rest)
    ? written === whole
      ? text
      : written
    : written.slice(0, written.length - rest.length);
}

interface Completion {
  /** The text without an escape that is cut. */
  readonly kept: string;
  /** What makes it whole. */
  readonly rest: string;
}

/** The scan of a cut text, as far as it came. */
interface Scan {
  /** What is open. */
  readonly levels: ('{' | '[')[];
  /** What stands before the place that the scan has reached. */
  last: string;
  /** Where the string begins that the text ends in; -1 for none. */
  openQuote: number;
}

/** What completes the text; null where it is whole, or no JSON. Linear. Yields wherever it may be interrupted. */
function* readingCompletion(text: string): Generator<undefined, Completion | null> {
  const scan: Scan = { levels: [], last: '', openQuote: -1 };
  let read = 0;
  for (let at = 0; at < text.length; at++) {
    read += 1;
    if (read % AT_ONCE === 0) yield;
    const unit = text.charCodeAt(at);
    // A pattern is asked only for what may be white space: most characters are none.
    if ((unit <= 0x20 || unit > 0x7f) && /\s/.test(text.charAt(at))) continue;
    if (at > 0 && scan.levels.length === 0) return null;
    const end = unit === QUOTE ? stringRead(text, at, scan) : characterRead(text.charAt(at), at, scan);
    if (end === null) return null;
    at = end;
  }
  return scan.levels.length === 0 ? null : completed(text, scan);
}

/** Reads the string that begins at `open`. Returns its last place. */
function stringRead(text: string, open: number, scan: Scan): number {
  const isKey = scan.levels.at(-1) === '{' && (scan.last === '{' || scan.last === ',');
  const end = closingQuote(text, open);
  scan.last = isKey ? 'key' : 'value';
  if (end !== -1) return end;
  scan.openQuote = open;
  return text.length;
}

/** Reads a character outside of strings. Returns its place; null where the nesting is too deep. */
function characterRead(character: string, at: number, scan: Scan): number | null {
  if (character === '{' || character === '[') {
    if (scan.levels.length === MAX_DEPTH) return null;
    scan.levels.push(character);
    scan.last = character;
  } else if (character === '}' || character === ']') {
    scan.levels.pop();
    scan.last = 'value';
  } else scan.last = character === ',' || character === ':' ? character : 'value';
  return at;
}

function completed(text: string, { levels, last, openQuote }: Scan): Completion {
  const inString = openQuote !== -1;
  const kept = inString && !isWholeEscape(text) ? withoutCutEscape(text) : text;
  const value = inString ? (last === 'key' ? '":null' : '"') : afterLast(text, last, levels.at(-1) === '{');
  return {
    kept,
    rest:
      value +
      levels
        .reverse()
        .map((open) => (open === '{' ? '}' : ']'))
        .join(''),
  };
}

/** Where the string that begins at `open` ends; -1 where it does not. */
function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) at++;
    else if (unit === QUOTE) return at;
  }
  return -1;
}

function withoutCutEscape(text: string): string {
  return text.slice(0, -ENDING) + text.slice(-ENDING).replace(CUT_ESCAPE, '');
}

/** Whether the backslashes at the end are whole escapes of backslashes. */
function isWholeEscape(text: string): boolean {
  const cut = CUT_ESCAPE.exec(text.slice(-ENDING));
  if (cut === null) return true;
  let backslashes = 0;
  const from = Math.max(0, text.length - ENDING) + cut.index;
  for (let at = from; text.charCodeAt(at) === BACKSLASH; at--) backslashes++;
  return backslashes % 2 === 0;
}

/** What must follow the last thing outside of strings. */
function afterLast(text: string, last: string, isObject: boolean): string {
  if (last === 'key') return ':null';
  if (last === ':') return 'null';
  if (last === ',') return isObject ? '"":null' : 'null';
  const word = endOf(text, /[a-z]/);
  if (word !== '') return LITERALS.find((literal) => literal.startsWith(word))?.slice(word.length) ?? '';
  return /(?:^|[^\w.+-])-$|\d\.$|\d[eE][+-]?$/.test(text.slice(-ENDING)) ? '0' : '';
}

/**
 * JSON texts that end in the middle, as an interrupted call of a tool leaves its arguments in the history: read as if the
 * rest had come, so that their values are masked like those of whole ones.
 */
import { rewritingJson, type Rewriting, type SteppedRewriter } from './json-rewrite.ts';
import { endOf } from '../platform/text-end.ts';

/** Arrays and objects may be nested so deep. */
const MAX_DEPTH = 512;
/** An escape that is cut: `\`, `\u`, `\u00e`. */
const CUT_ESCAPE = /\\(?:u[0-9A-Fa-f]{0,3})?$/;
const LITERALS = ['true', 'false', 'null'];

/**
 * The cut JSON text with its parts rewritten, or null where the text is not the beginning of a JSON object or array. An
 * escape that is cut at the end goes where the value that it ends is changed. Yields wherever it may be interrupted.
 */
export function* rewritingCutJson<Ask = never, Answer = unknown>(
  text: string,
  rewriter: SteppedRewriter<Ask, Answer>,
): Rewriting<string | null, Ask, Answer> {
  const completion = yield* completing(text);
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

/** Characters outside of strings that are read in one step: a fraction of a millisecond. */
const READ_AT_ONCE = 65_536;

/** What completes the text; null where it is whole, or no JSON. Linear. Yields wherever it may be interrupted. */
function* completing(text: string): Generator<undefined, Completion | null> {
  const levels: ('{' | '[')[] = [];
  /** What stands before the place that the scan has reached. */
  let last = '';
  let isKey = false;
  let openQuote = -1;
  for (let at = 0, read = 1; at < text.length; at++, read++) {
    if (read % READ_AT_ONCE === 0) yield;
    const character = text.charAt(at);
    if (isSpace(text.charCodeAt(at))) continue;
    if (at > 0 && levels.length === 0) return null;
    if (character === '"') {
      isKey = levels.at(-1) === '{' && (last === '{' || last === ',');
      const end = closingQuote(text, at);
      if (end === -1) {
        openQuote = at;
        break;
      }
      at = end;
      last = isKey ? 'key' : 'value';
    } else if (character === '{' || character === '[') {
      if (levels.length === MAX_DEPTH) return null;
      levels.push(character);
      last = character;
    } else if (character === '}' || character === ']') {
      levels.pop();
      last = 'value';
    } else last = character === ',' || character === ':' ? character : 'value';
  }
  if (levels.length === 0) return null;
  const kept = openQuote === -1 ? text : text.replace(CUT_ESCAPE, isWholeEscape(text) ? '$&' : '');
  const inString = openQuote !== -1;
  const value = inString ? (isKey ? '":null' : '"') : afterLast(text, last, levels.at(-1) === '{');
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

/** White space as JSON has it (RFC 8259, section 2), and what else JavaScript takes for it. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)));
}

/** Where the string that begins at `open` ends; -1 where it does not. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

/** Whether the backslashes at the end are whole escapes of backslashes. */
function isWholeEscape(text: string): boolean {
  const cut = CUT_ESCAPE.exec(text);
  if (cut === null) return true;
  let backslashes = 0;
  for (let at = cut.index; text.charAt(at) === '\\'; at--) backslashes++;
  return backslashes % 2 === 0;
}

/** What must follow the last thing outside of strings. */
function afterLast(text: string, last: string, isObject: boolean): string {
  if (last === 'key') return ':null';
  if (last === ':') return 'null';
  if (last === ',') return isObject ? '"":null' : 'null';
  const word = endOf(text, /[a-z]/);
  if (word !== '') return LITERALS.find((literal) => literal.startsWith(word))?.slice(word.length) ?? '';
  return /(?:^|[^\w.+-])-$|\d\.$|\d[eE][+-]?$/.test(text) ? '0' : '';
}

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
  const completion = completionOf(text);
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

/** What completes the text; null where it is whole, or no JSON. Linear. */
function completionOf(text: string): Completion | null {
  const levels: ('{' | '[')[] = [];
  /** What stands before the place that the scan has reached. */
  let last = '';
  let isKey = false;
  let openQuote = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (/\s/.test(character)) continue;
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

/** Where the string that begins at `open` ends; -1 where it does not. */
function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') return at;
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

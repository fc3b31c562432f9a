/**
 * Markup that cuts a token in two: links that a model or a client makes of `MSKV1.NAME`, tags of HTML, and brackets that
 * began before the token or end behind it. What belongs to the text around the token stays. See docs/proxy.md, Restoring values.
 */
import type { Place } from './place.ts';
import { foldText } from './tolerance.ts';
import { WrittenReader } from './written-reader.ts';

const CLOSING_BRACKET = 0x5d;
const PARENTHESIS = 0x28;
const LESS_THAN = 0x3c;
const LONGEST_TARGET = 160;
const LONGEST_TAG = 200;
/** Elements that mark words up within a sentence. */
const TAG = /^\/?(?:a|abbr|b|br|code|em|font|i|kbd|mark|nobr|s|small|span|strong|tt|u|wbr)(?:\s[^<>]*|\s?\/)?$/i;
/** The beginning of one, cut anywhere. */
const TAG_BEGUN = /^\/?(?:[a-z]{0,6}|[a-z]{1,6}\s[^<>]*|[a-z]{1,6}\s?\/)$/i;
/** How a URL begins. */
const URL_HEAD = /^<?(?:[a-z][a-z0-9+.-]{0,15}:(?:\/\/)?)?/i;
const BRACKETS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
]);
const CLOSING: ReadonlySet<string> = new Set(BRACKETS.values());
const ANY_BRACKET = /[()[\]{}<>]/;

const reader = new WrittenReader();

/** Brackets and tags that stand inside a token and whose counterparts stand outside it. */
export interface RecordedDigests {
  readonly before: string;
  readonly behind: string;
}

const NO_MARKS: RecordedDigests = { before: '', behind: '' };

/**
 * Where the markup ends that `code`, which ends at `next`, begins inside a token with these letters so far. Null for a
 * character that begins none; `open` while that depends on what follows. A link is markup where it leads to the same letters.
 */
export function pastMarkup(place: Place, code: number, next: number, letters: string): number | 'open' | null {
  if (code === LESS_THAN) {
    const tag = upTo('>', place, next, LONGEST_TAG, (text) => TAG_BEGUN.test(text));
    return tag === null || tag === 'open' ? tag : TAG.test(tag.text) ? tag.end : null;
  }
  if (code !== CLOSING_BRACKET || reader.read(place.text, next, place.depth) !== 'char' || reader.code !== PARENTHESIS)
    return null;
  const target = upTo(')', place, reader.next, LONGEST_TARGET, (text) => !/\s/.test(text));
  if (target === null || target === 'open') return target;
  return letters.startsWith(foldText(target.text.replace(URL_HEAD, ''))) ? target.end : null;
}

/** The text from `from` to the first `end`, as long as `holds` of all of it. */
function upTo(
  end: string,
  { text, depth, final }: Place,
  from: number,
  most: number,
  holds: (text: string) => boolean,
): { readonly text: string; readonly end: number } | 'open' | null {
  let inside = '';
  for (let at = from; inside.length <= most; at = reader.next) {
    const found = reader.read(text, at, depth);
    if (found === 'more' && !final) return 'open';
    if (found !== 'char') return null;
    const char = String.fromCharCode(reader.code);
    if (char === end) return { text: inside, end: reader.next };
    inside += char;
    if (!holds(inside)) return null;
  }
  return null;
}

/** The brackets and tags of the text around a token that stand in the token, which begins at the place and ends at `end`. */
export function marksIn({ text, at, depth }: Place, end: number): RecordedDigests {
  if (!ANY_BRACKET.test(text.slice(at, end))) return NO_MARKS;
  let inside = '';
  for (let pos = at; pos < end && reader.read(text, pos, depth) === 'char'; pos = reader.next)
    inside += String.fromCharCode(reader.code);
  return unbalanced(inside);
}

interface Opened {
  readonly mark: string;
  /** What closes it. */
  readonly by: string;
}

function unbalanced(inside: string): RecordedDigests {
  const open: Opened[] = [];
  let behind = '';
  const close = (by: string, mark: string): void => {
    const at = open.findLastIndex((opened) => opened.by === by);
    if (at === -1) behind += mark;
    else open.splice(at, 1);
  };
  for (let at = 0; at < inside.length; at++) {
    const char = inside.charAt(at);
    const tag = char === '<' ? tagAt(inside, at) : null;
    if (tag !== null) {
      at += tag.mark.length - 1;
      if (tag.mark.startsWith('</')) close(tag.by, tag.mark);
      else if (tag.by !== '') open.push(tag);
      continue;
    }
    const target = char === ']' && !open.some(({ by }) => by === ']') ? targetAt(inside, at + 1) : null;
    if (target !== null) {
      // The target repeats the beginning of the token, and goes with it.
      behind += `](${URL_HEAD.exec(target)?.[0] ?? ''})`;
      at += target.length + 2;
      continue;
    }
    const by = BRACKETS.get(char);
    if (by !== undefined) open.push({ mark: char, by });
    else if (CLOSING.has(char)) close(char, char);
  }
  // A tag of which an attribute repeats the token goes with it.
  const before = open.map(({ mark }) => (foldText(mark).includes('MSK') ? '' : mark)).join('');
  return { before, behind };
}

/** The tag at `at`, and the end tag that closes it; none closes an empty element. */
function tagAt(text: string, at: number): Opened | null {
  const end = text.indexOf('>', at);
  if (end === -1 || !TAG.test(text.slice(at + 1, end))) return null;
  const mark = text.slice(at, end + 1);
  const name = /[a-z]+/i.exec(mark)?.[0].toLowerCase() ?? '';
  return { mark, by: /^(?:br|wbr)$/.test(name) || mark.endsWith('/>') ? '' : `</${name}>` };
}

/** The target of a link whose parenthesis begins at `at`; null where none stands there. */
function targetAt(text: string, at: number): string | null {
  return /^\(([^)\s]{0,160})\)/.exec(text.slice(at, at + LONGEST_TARGET + 2))?.[1] ?? null;
}

/**
 * Finds the tokens of a session that a model has altered. Only what is beyond doubt is found: the letters and digits
 * must all be there, in order, with no more between them than `tolerance.ts` allows. See docs/proxy.md, Restoring values.
 */
import type { TokenIndex } from './issued-tokens.ts';
import type { Place } from './place.ts';
import { pastMarkup } from './token-markup.ts';
import { endingAt, goesOn, someBelow, step, type Issued, type TrieNode } from './token-trie.ts';
import { foldCode, foldToken, MOST_NOISE, noiseOf, SEPARATOR_WORDS, type Noise } from './tolerance.ts';
import { WrittenReader } from './written-reader.ts';

/**
 * What stands there: tokens of the session with one spelling, up to `end`; `open` while the text may still become one;
 * `broken` is none, but has the scheme, kind and kid of one, and its value begins at `valueAt`.
 */
export type AlteredMatch =
  | { readonly is: 'none' | 'open' }
  | { readonly is: 'found'; readonly end: number; readonly issued: readonly Issued[] }
  | { readonly is: 'broken'; readonly valueAt: number; readonly like: Issued };

const NONE: AlteredMatch = { is: 'none' };
const OPEN: AlteredMatch = { is: 'open' };

/** Letters and digits of the longer scheme; in the shorter one they end with its 1. */
const SCHEME_LENGTH = 5;
const ONE = 0x31;
const QUOTE = 0x22;

const reader = new WrittenReader();

/** Looks for an altered token of the session at a place, in time linear in it. */
export function matchAltered({ folded }: TokenIndex, place: Place): AlteredMatch {
  const { text, at, depth, edge, final } = place;
  /** Where each letter and digit stands. */
  const places: number[] = [];
  let letters = '';
  let node = folded.root;
  let last = 0;
  let pos = at;
  let end = at;
  let noise = 0;
  let isSpaced = false;
  /** Whether the separator here was said already. */
  let isNamed = false;
  let found: AlteredMatch = NONE;
  for (;;) {
    const count = places.length;
    const isWhole = pos === end && endingAt(node, count).length > 0;
    if (isWhole) found = { is: 'found', end, issued: endingAt(node, count) };
    if (!goesOn(node, count)) return found;
    const read = reader.read(text, pos, depth);
    if (read === 'more' && !final) return OPEN;
    if (read !== 'char') break;
    const { code, next } = reader;
    const inScheme = count < SCHEME_LENGTH && last !== ONE;
    const letter = foldCode(code);
    if (letter === 0) {
      const past = inScheme ? null : pastMarkup(place, code, next, letters);
      if (past === 'open') return OPEN;
      const kind = past === null ? noiseAt(place, code) : 'soft';
      // Only where no word goes on may a scheme be spelled out: "a.m. Sk" is none.
      if (kind === null || ++noise > MOST_NOISE || (inScheme && edge !== 'clear')) break;
      isSpaced = kind === 'space' || (isSpaced && kind === 'soft');
      pos = past ?? next;
      continue;
    }
    if (isSpaced && !inScheme && !isNamed) {
      const word = separatorWord(place, pos, node, count);
      if (word === 'open') return OPEN;
      if (word !== null) {
        pos = word;
        noise = 0;
        isSpaced = false;
        isNamed = true;
        continue;
      }
    }
    if (inScheme && edge === 'inside' && code !== letter) break;
    const child = step(node, count, letter);
    if (child === null) break;
    places.push(pos);
    letters += String.fromCharCode(letter);
    node = child;
    last = letter;
    pos = end = next;
    noise = 0;
    isSpaced = isNamed = false;
  }
  return found.is === 'none' ? broken(node, places, pos) : found;
}

/** What a character that is no letter does inside a token at this place. */
export function noiseAt({ isBetweenStrings }: Place, code: number): Noise {
  return isBetweenStrings && code === QUOTE ? null : noiseOf(code);
}

/** Where the name of a separator ends that stands at `pos` by itself, if the tokens of `node` have a separator there. */
function separatorWord(
  { text, depth, final }: Place,
  pos: number,
  node: TrieNode,
  count: number,
): number | 'open' | null {
  const some = someBelow(node);
  if (some === null || !hasSeparator(some.token, count)) return null;
  let word = '';
  let at = pos;
  for (;;) {
    const read = reader.read(text, at, depth);
    if (read === 'more' && !final) return SEPARATOR_WORDS.some((name) => name.startsWith(word)) ? 'open' : null;
    const letter = read === 'char' ? foldCode(reader.code) : 0;
    if (letter === 0) {
      const isApart = read === 'char' && noiseOf(reader.code) === 'space';
      return isApart && SEPARATOR_WORDS.includes(word) ? at : null;
    }
    word += String.fromCharCode(letter);
    if (!SEPARATOR_WORDS.some((name) => name.startsWith(word))) return null;
    at = reader.next;
  }
}

/** Whether a separator stands behind the first `count` letters and digits of a token. */
function hasSeparator(token: string, count: number): boolean {
  let letters = 0;
  for (let at = 0; at < token.length; at++) {
    const isLetter = foldCode(token.charCodeAt(at)) !== 0;
    if (letters === count) return !isLetter;
    if (isLetter) letters++;
  }
  return false;
}

function broken(node: TrieNode, places: readonly number[], pos: number): AlteredMatch {
  const like = someBelow(node);
  if (like === null) return NONE;
  const head = foldToken(like.token.slice(0, like.token.lastIndexOf('.'))).length;
  return places.length < head ? NONE : { is: 'broken', valueAt: places[head] ?? pos, like };
}

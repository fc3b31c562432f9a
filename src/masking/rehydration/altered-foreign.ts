/**
 * What was meant for a token and is none of this session's, however it is written: it is refused rather than spoken.
 * What is written as the grammar has it is `tokenShapeAt`'s to see. See docs/proxy.md, Restoring values.
 */
import { ENTITY_KINDS, type EntityKind } from '../../detection/kinds.ts';
import { AEAD_VALUE_MAX_LENGTH, AEAD_VALUE_MIN_BYTES, VAULT_VALUE_LENGTH } from '../../tokens/grammar.ts';
import { noiseAt } from './altered-token.ts';
import type { Place } from './place.ts';
import type { Issued } from './token-trie.ts';
import { foldCode, isMarkup, MOST_NOISE, schemeState } from './tolerance.ts';
import { WrittenReader } from './written-reader.ts';

/** What stands at a place and where it ends; `open` while that depends on what follows. */
export type Refusable =
  { readonly is: 'none' | 'open' } | { readonly is: 'refusable'; readonly end: number; readonly kind: EntityKind };

const NONE: Refusable = { is: 'none' };
const OPEN: Refusable = { is: 'open' };

/** Letters of the shortest text that stands for a value where the rest of the token is not as issued, spelled out or not. */
const SHORTEST_VALUE = 16;
const SHORTEST_SPELLED = 8;
const SHORTEST_AEAD_VALUE = Math.ceil((AEAD_VALUE_MIN_BYTES * 8) / 5);
const LONGEST_WORD = 64;
const LONGEST_HEAD = 'MSKV1'.length + 3 * LONGEST_WORD;
const LONGEST_TOKEN = LONGEST_HEAD + AEAD_VALUE_MAX_LENGTH;

/** Each kind as {@link read} writes it. */
const KINDS: ReadonlyMap<string, EntityKind> = new Map(ENTITY_KINDS.map((kind) => [kind.replaceAll('_', '.'), kind]));

const reader = new WrittenReader();

/** A stretch of text without its markup: letters folded, each run of separators a dot, one with white space a space. */
interface Read {
  readonly text: string;
  /** Where each character of `text` ends in the original. */
  readonly ends: readonly number[];
  /** Whether the original ended before anything else did. */
  readonly ranOut: boolean;
}

function read(place: Place, from: number, mostLetters: number, overSpaces: boolean): Read {
  const ends: number[] = [];
  let text = '';
  let letters = 0;
  let noise = 0;
  let mark = '';
  let pos = from;
  while (letters < mostLetters) {
    const found = reader.read(place.text, pos, place.depth);
    if (found === 'more') return { text: text + mark, ends, ranOut: true };
    if (found === 'closed') break;
    const letter = foldCode(reader.code);
    if (letter !== 0) {
      if (mark !== '') ends.push(pos);
      text += mark + String.fromCharCode(letter);
      ends.push(reader.next);
      letters++;
      noise = 0;
      mark = '';
    } else {
      const kind = noiseAt(place, reader.code);
      if (kind === null || ++noise > MOST_NOISE) break;
      if (!isMarkup(reader.code)) {
        if (kind !== 'separator' && !overSpaces) break;
        mark = kind === 'separator' && mark !== ' ' ? '.' : ' ';
      }
    }
    pos = reader.next;
  }
  return { text: text + mark, ends, ranOut: false };
}

/** What stands for the value behind the scheme, kind and kid of `like`, a token of the session: see `broken`. */
export function foreignValue(place: Place, valueAt: number, like: Issued): Refusable {
  const limit = like.token.length - like.token.lastIndexOf('.') - 1;
  const start = read(place, valueAt, SHORTEST_VALUE, true);
  // Prose behind the head of a token is looked at no further.
  if (!start.ranOut && !/^(?:[A-Z0-9]{16}|(?:[A-Z0-9][ .]){7}[A-Z0-9])/.test(start.text)) return NONE;
  const { text, ends, ranOut } = read(place, valueAt, limit, true);
  const run = /^[A-Z0-9]*/.exec(text)?.[0].length ?? 0;
  if (run === limit) return refusable(ends, run, like.kind);
  if (run === text.length && ranOut) return place.final ? NONE : OPEN;
  if (run >= SHORTEST_VALUE) return refusable(ends, run, like.kind);
  // Letter by letter: a longer word behind it is the sentence that goes on.
  const spelled = /^(?:[A-Z0-9][ .])*(?:[A-Z0-9](?![A-Z0-9]))?/.exec(text)?.[0] ?? '';
  const letters = (spelled.length + 1) >> 1;
  if (spelled.length === text.length && ranOut && letters < limit) return place.final ? NONE : OPEN;
  return letters < SHORTEST_SPELLED
    ? NONE
    : refusable(ends, spelled.length - (/[ .]$/.test(spelled) ? 1 : 0), like.kind);
}

/** What has the shape of a token in another spelling: the separators are there, and the kind is one. */
export function foreignShape(place: Place): Refusable {
  if (place.edge === 'inside') return NONE;
  const start = read(place, place.at, 'MSKV1'.length, false);
  // A separator ends the scheme: without one it is the beginning of a word.
  const scheme = /^MSK(?:V1|1)/.exec(start.text)?.[0];
  if (scheme === undefined) return start.ranOut && !place.final && schemeState(start.text) === 'open' ? OPEN : NONE;
  const head = read(place, place.at, LONGEST_HEAD, false);
  // Nothing is carried by words: only one long word is worth to be read to its end.
  const { text, ends, ranOut } =
    head.ranOut || !/[A-Z0-9]{64}$/.test(head.text) ? head : read(place, place.at, LONGEST_TOKEN, false);
  const mayGoOn = ranOut && !place.final;
  const behind = text.slice(scheme.length);
  if (behind === '' || behind === '.') return mayGoOn ? OPEN : NONE;
  const [written, kind] = [...KINDS].find(([name]) => behind.startsWith(`.${name}.`)) ?? [];
  if (written === undefined || kind === undefined) {
    return mayGoOn && [...KINDS.keys()].some((name) => `.${name}.`.startsWith(behind)) ? OPEN : NONE;
  }
  const valueLength = scheme === 'MSKV1' ? VAULT_VALUE_LENGTH : AEAD_VALUE_MAX_LENGTH;
  const longEnough = scheme === 'MSKV1' ? VAULT_VALUE_LENGTH : SHORTEST_AEAD_VALUE;
  // Behind the kind: the words of the kid, and the value, which is the first that is too long for a word or the last.
  let from = scheme.length + written.length + 2;
  const words = text
    .slice(from)
    .split('.')
    .filter((word) => word !== '');
  for (const [at, word] of words.entries()) {
    // Another token begins here: this one was cut short, and the next must not be eaten with it.
    if (/MSKV?1/.test(word.slice(0, valueLength))) return NONE;
    const isLast = at === words.length - 1;
    const isOpen = isLast && mayGoOn && !text.endsWith('.') && word.length < valueLength;
    if (isOpen) return OPEN;
    const isValue = at > 0 && word.length >= longEnough;
    if (isValue || (isLast && at > 0 && !ranOut))
      return refusable(ends, from + Math.min(word.length, valueLength), kind);
    from += word.length + 1;
    if (from > scheme.length + 2 * LONGEST_WORD) return NONE;
  }
  return mayGoOn ? OPEN : NONE;
}

/** `length` characters of what was read. */
function refusable(ends: readonly number[], length: number, kind: EntityKind): Refusable {
  const end = ends[length - 1];
  return end === undefined ? NONE : { is: 'refusable', end, kind };
}

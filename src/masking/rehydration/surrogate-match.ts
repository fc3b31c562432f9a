/**
 * Finds what a model says of a surrogate: a key of it, as a word of its own, in any case but with a capital where the key has
 * one. Linear in the longest key.
 */
import { beginsLike, foldKeyUnit, isWordCharacter } from '../../tokens/surrogate-keys.ts';
import type { TokenIndex } from './issued-tokens.ts';
import type { Place } from './place.ts';
import { endingAt, goesOn, step, type IssuedSurrogate } from './token-trie.ts';
import { WrittenReader } from './written-reader.ts';

/** The longest key at a place. */
export interface FoundSurrogate {
  readonly is: 'found';
  readonly end: number;
  readonly issued: readonly IssuedSurrogate[];
  /** Whether it is written exactly as it was sent. */
  readonly isAsSent: boolean;
}

/** What stands at a place; `open` while that depends on what follows. */
export type SurrogateMatch = FoundSurrogate | { readonly is: 'none' | 'open' };

const NONE: SurrogateMatch = { is: 'none' };
const OPEN: SurrogateMatch = { is: 'open' };
const NUMBER = /^\d+$/;
/** An accent that is a character of its own: with it the word is another one. */
const ACCENT = /^\p{M}$/u;

const reader = new WrittenReader();

/** Looks for a key at the place. */
export function matchSurrogate({ surrogates }: TokenIndex, place: Place): SurrogateMatch {
  const { text, depth, final, edge } = place;
  // In JSON, outside its strings, a point before it makes it the fraction of another number.
  if (edge === 'inside' || (edge === 'joined' && place.isBetweenStrings) || !goesOn(surrogates.root, 0)) return NONE;
  let node = surrogates.root;
  let read = '';
  let found = NONE;
  for (let pos = place.at; ;) {
    const next = reader.read(text, pos, depth);
    const { code, next: after } = reader;
    const here = endingAt(node, read.length).filter((issued) => fits(issued, read, place));
    if (here.length > 0) {
      // Whether the word is over is not known yet.
      if (next === 'more' && !final) return OPEN;
      if (next !== 'char' || !continues(String.fromCharCode(code), place))
        found = {
          is: 'found',
          end: pos,
          issued: here,
          isAsSent: here.some(({ key, isWhole }) => isWhole && key === read),
        };
    }
    if (!goesOn(node, read.length)) return found;
    if (next === 'more' && !final) return OPEN;
    if (next !== 'char') return found;
    const further = step(node, read.length, foldKeyUnit(code));
    if (further === null) return found;
    node = further;
    read += String.fromCharCode(code);
    pos = after;
  }
}

const fits = ({ key }: IssuedSurrogate, read: string, { isBetweenStrings }: Place): boolean =>
  beginsLike(key, read.charAt(0)) && (!isBetweenStrings || NUMBER.test(key));

/** Whether what was read is a part of a longer word or number. */
const continues = (char: string, { isBetweenStrings }: Place): boolean =>
  isWordCharacter(char) || ACCENT.test(char) || (isBetweenStrings && /[.+-]/.test(char));

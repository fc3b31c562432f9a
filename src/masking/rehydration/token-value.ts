/**
 * The value part of a token that a model emits alone, without scheme, kind and kid: 26 letters that nobody can read and that
 * mean nothing. It is refused like any other fragment, whole or from {@link FRAGMENT_LETTERS} letters on.
 */
import type { Refusable } from './altered-foreign.ts';
import { noiseAt } from './altered-token.ts';
import type { Place } from './place.ts';
import type { TokenIndex } from './issued-tokens.ts';
import { endingAt, goesOn, someBelow, step } from './token-trie.ts';
import { foldCode, MOST_NOISE } from './tolerance.ts';
import { WrittenReader } from './written-reader.ts';

/** Letters of base32 that no other word begins with: 60 bits. */
export const FRAGMENT_LETTERS = 12;
/** Letters that are read behind a value that is not as issued. */
const LONGEST_REST = 64;
/** Letters that are compared before a place is judged. */
const GLANCE = 4;

const NONE: Refusable = { is: 'none' };
const OPEN: Refusable = { is: 'open' };

const reader = new WrittenReader();

/** Returns false only where no value of a token of the session begins with the letter at `at`. */
export function mayBeginValue({ values }: TokenIndex, text: string, at: number): boolean {
  let node = step(values.root, 0, foldCode(text.charCodeAt(at)));
  for (let depth = 1; node !== null && depth < GLANCE; depth++) {
    const letter = foldCode(text.charCodeAt(at + depth));
    if (letter === 0) return true;
    node = step(node, depth, letter);
  }
  return node !== null;
}

/** Looks for the value part of a token of the session at a place, in time linear in it. What the end of the text cuts is text. */
export function matchValue({ values }: TokenIndex, place: Place): Refusable {
  if (place.edge === 'inside' || place.isBetweenStrings) return NONE;
  let node = values.root;
  let pos = place.at;
  let end = pos;
  let noise = 0;
  let found: Refusable = NONE;
  for (let count = 0; ;) {
    const [issued] = pos === end ? endingAt(node, count) : [];
    if (issued !== undefined) found = { is: 'refusable', end, kind: issued.kind };
    if (!goesOn(node, count)) return found;
    const read = reader.read(place.text, pos, place.depth);
    if (read === 'more' && !place.final) return OPEN;
    // The text ends right behind a letter: it cuts the value short.
    if (read === 'more' && pos === end) return found;
    const letter = read === 'char' ? foldCode(reader.code) : 0;
    const next = letter === 0 ? null : step(node, count, letter);
    if (next !== null) {
      node = next;
      count++;
      pos = end = reader.next;
      noise = 0;
    } else if (read === 'char' && letter === 0 && noiseAt(place, reader.code) !== null && ++noise <= MOST_NOISE) {
      pos = reader.next;
    } else {
      if (found.is !== 'none' || count < FRAGMENT_LETTERS) return found;
      const kind = someBelow(node)?.kind;
      const rest = wordEnd(place, end);
      return kind === undefined ? NONE : rest === null ? OPEN : { is: 'refusable', end: rest, kind };
    }
  }
}

/** Where the letters end that follow each other from `from` on; null while that is open. */
function wordEnd({ text, depth, final }: Place, from: number): number | null {
  let end = from;
  for (let count = 0; count < LONGEST_REST; count++) {
    const read = reader.read(text, end, depth);
    if (read === 'more' && !final) return null;
    if (read !== 'char' || foldCode(reader.code) === 0) break;
    end = reader.next;
  }
  return end;
}

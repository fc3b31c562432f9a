/** Surrogates of names, word by word: the same gender and origin where the lists know them. */
import { MEN, SURNAMES, WOMEN } from './census-names.ts';
import type { DrawStream } from './draw-stream.ts';
import { NAMES_BY_ORIGIN } from './names-by-origin.ts';
import { inCaseOf } from './written-case.ts';

const KEPT: ReadonlySet<string> = new Set(
  'mr mrs ms miss dr doctor prof professor nurse sir madam jr sr ii iii iv md do phd rn np pa and of'.split(' '),
);
const WOMEN_SET: ReadonlySet<string> = new Set(WOMEN);
const MEN_SET: ReadonlySet<string> = new Set(MEN);
const SURNAME_SET: ReadonlySet<string> = new Set(SURNAMES);
const GIVEN = MEN.flatMap((man, at) => [man, WOMEN[at] ?? man]);

/** Returns the stream of one word of a name, which is in lower case. */
export type WordStream = (word: string) => DrawStream;
/** Returns the surrogate that a word has for good, or draws one. */
export type WordMemory = (word: string, draw: (stream: DrawStream) => string) => string;

/** Returns a name of as many words, with its titles, initials, case and marks; `spelled` letters are spelled again. */
export function nameSurrogate(value: string, memory: WordMemory): string {
  const spelled = spelledLetters(value);
  if (spelled !== null)
    return respelled(
      value,
      memory(spelled, (stream) => drawName(spelled, true, stream)),
    );
  const words = [...value.matchAll(/\p{L}[\p{L}\p{M}]*(?:['’](?!s\b)\p{L}+)?/gu)];
  const named = words.filter(([word]) => word !== 's' && !KEPT.has(word.toLowerCase()));
  const last = named.at(-1)?.index;
  const isReversed = /^\p{L}+,/u.test(value);
  let [out, from] = ['', 0];
  for (const match of words) {
    const [word] = match;
    const lower = word.toLowerCase();
    out += value.slice(from, match.index);
    from = match.index + word.length;
    const isAfterMark = /['’]/.test(value.charAt(match.index - 1));
    if (KEPT.has(lower) || (lower === 's' && isAfterMark)) out += word;
    else {
      const first = named[0]?.index;
      const isFamily = named.length > 1 && match.index === (isReversed ? first : last);
      out += inCaseOf(
        word,
        memory(lower, (stream) => drawName(lower, !isFamily, stream)),
      );
    }
  }
  return out + value.slice(from);
}

function drawName(word: string, isGiven: boolean, stream: DrawStream): string {
  if (word.length === 1) return stream.character('abcdefghjklmnprstw');
  return stream.pickCommon(listFor(word, isGiven));
}

/** A word that is known as one kind of name only is that kind, wherever it stands. */
function listFor(word: string, isGiven: boolean): readonly string[] {
  if (isGiven && WOMEN_SET.has(word)) return WOMEN;
  if (isGiven && MEN_SET.has(word)) return MEN;
  if (SURNAME_SET.has(word)) return SURNAMES;
  const origin = NAMES_BY_ORIGIN.find(({ given, family }) => (isGiven ? given : family).includes(word));
  if (origin !== undefined) return isGiven ? origin.given : origin.family;
  return isGiven ? GIVEN : SURNAMES;
}

/** Returns the letters of "J-A-N-E" or "j. a. n. e." as one word; null where the value is not spelled. */
function spelledLetters(value: string): string | null {
  const letters = value
    .trim()
    .split(/[ .,-]+/)
    .filter((part) => part !== '');
  return letters.length > 2 && letters.every((part) => /^\p{L}$/u.test(part)) ? letters.join('').toLowerCase() : null;
}

function respelled(value: string, name: string): string {
  const separator = /^\p{L}([ .,-]+)/u.exec(value)?.[1] ?? '-';
  const letters = Array.from(name).join(separator);
  return value === value.toUpperCase() ? letters.toUpperCase() : letters;
}

/** Surrogates of addresses: other numbers and names; the kind of street, the state and the first three digits of a ZIP code stay. */
import { DIRECTIONS, STATE_CODES, STATES, STREET_KINDS } from '../detection/vocabulary/places.ts';
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import { SURNAMES } from './census-names.ts';
import { codeForm } from './code-form.ts';
import { sameClasses } from './codes.ts';
import type { DrawStream } from './draw-stream.ts';
import { TOWNS } from './towns.ts';
import { inCaseOf } from './written-case.ts';

const KEPT: ReadonlySet<string> = new Set(
  'apartment apt unit suite ste floor fl room rm building bldg box po p.o lot zip code county city of the and in at street avenue'.split(
    ' ',
  ),
);
const STATE_WORDS: ReadonlySet<string> = new Set([...STATES.keys()].flatMap((name) => name.split(' ')));

/** Returns an address of the same parts. */
export function addressSurrogate(value: string, stream: DrawStream): string {
  const words = scanWords(value);
  const towns = TOWNS.get(stateOf(words) ?? '') ?? [...TOWNS.values()].flat();
  const kindAt = words.findLastIndex((word) => STREET_KINDS.has(word.lower));
  let [out, from] = ['', 0];
  for (const [at, word] of words.entries()) {
    if (word.type === 'mark' || isKept(words, at)) continue;
    out += value.slice(from, word.start);
    from = word.end;
    const isTown = kindAt === -1 || at > kindAt;
    out += word.type === 'letters' ? lettersFor(word, isTown ? towns : SURNAMES, stream) : digitsFor(word.text, stream);
  }
  return out + value.slice(from);
}

function lettersFor(word: Word, list: readonly string[], stream: DrawStream): string {
  const form = codeForm(word.text);
  if (form.chars.length > 0 && /^\d+$/.test(form.chars)) return form.render(sameClasses(form.chars, stream));
  if (word.text.length === 1) return inCaseOf(word.text, stream.character('abcdefghjk'));
  return inCaseOf(word.text, stream.pickCommon(list).toLowerCase());
}

/** A ZIP code keeps the three digits of its area; a numbered street gets another number with its ending. */
function digitsFor(text: string, stream: DrawStream): string {
  const [digits = '', suffix = ''] = /^(\d+)(\D*)$/.exec(text)?.slice(1) ?? [text];
  if (suffix !== '') return `${4 + stream.below(6)}th`;
  return digits.length === 5 ? digits.slice(0, 3) + stream.digits(2) : sameClasses(digits, stream);
}

function isKept(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined) return true;
  const { lower, text } = word;
  if (STATE_CODES.has(text) || STREET_KINDS.has(lower) || DIRECTIONS.has(lower) || KEPT.has(lower)) return true;
  return STATE_WORDS.has(lower) && stateAt(words, at);
}

/** Returns true if the word is, or is a part of, the name of a state. */
function stateAt(words: readonly Word[], at: number): boolean {
  const name = (from: number): string => `${words[from]?.lower ?? ''} ${words[from + 1]?.lower ?? ''}`;
  return STATES.has(words[at]?.lower ?? '') || STATES.has(name(at)) || STATES.has(name(at - 1));
}

function stateOf(words: readonly Word[]): string | null {
  const code = words.findLast(({ text }) => STATE_CODES.has(text));
  if (code !== undefined) return code.text;
  for (const [at, { lower }] of words.entries()) {
    const state = STATES.get(lower) ?? STATES.get(`${lower} ${words[at + 1]?.lower ?? ''}`);
    if (state !== undefined) return state;
  }
  return null;
}

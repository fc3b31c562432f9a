/** Surrogates of addresses: other numbers, streets and towns in the same state and the same area of ZIP codes. */
import { stateStartingAt } from '../detection/recognisers/state.ts';
import { isNumberWord, readOrdinal, REPEAT_WORDS } from '../detection/spoken/numbers.ts';
import { COUNTRIES, DIRECTIONS, PREFIXED_STREET_KINDS, STATES, STREET_KINDS } from '../detection/vocabulary/places.ts';
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import { readCode, writeCode } from './code-pieces.ts';
import { sameClasses } from './code-values.ts';
import type { Drawing } from './drawing.ts';
import type { Draws } from './draws.ts';
import { drawTown, otherScript } from './people.ts';
import { inCaseOf, ordinalDigits, ordinalWords } from './spoken-forms.ts';
import { readSpelled, spellOut } from './spelled-words.ts';

const STREETS =
  'oak maple cedar elm walnut chestnut hickory sycamore magnolia dogwood juniper laurel willow birch poplar highland meadow orchard prairie harbor canyon summit garden mill franklin madison monroe lincoln'.split(
    ' ',
  );
/** Words of an address that say nothing of where it is. They stay. */
const KEPT: ReadonlySet<string> = new Set(
  (
    'apartment apt unit suite ste floor fl lot bldg building trailer room rm space spc penthouse flat number no po box post office county parish borough township precinct city town village of ' +
    "in at on near the and my is zip code postal plus dash hyphen house corner usa us united states 's"
  ).split(' '),
);
/** The three digits of areas with 20,000 people or fewer, which Safe Harbor does not let stand (45 CFR 164.514(b)(2)(i)(B)). */
const SMALL_AREAS: ReadonlySet<string> = new Set(
  '036 059 063 102 203 205 369 556 692 790 821 823 830 831 878 879 884 890 893'.split(' '),
);

const ZIP_DIGITS = 5;

type Part = 'kept' | 'place' | 'code';

/** Words that are replaced together. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly part: 'place' | 'code';
}

export class AddressSurrogates {
  readonly #drawing: Drawing;
  /** The state in which a town of the text is, by its lower-case name. */
  readonly #states = new Map<string, string>();

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** Learns the states of the towns of an address. Longer addresses are learned first. */
  learn(text: string): void {
    const words = scanWords(text);
    const state = words.map((_word, at) => stateAt(words, at)).find((mention) => mention !== null) ?? null;
    if (state === null) return;
    for (const { first, last } of stretches(words)) {
      const name = nameOf(words, first, last);
      this.#states.set(name, this.#states.get(name) ?? state.code);
    }
  }

  /** Returns what no other address may have: the names of streets and towns, and the longer numbers. */
  static parts(text: string): readonly string[] {
    const words = scanWords(text);
    return stretches(words).flatMap(({ first, last, part }) => {
      if (part === 'place') return [nameOf(words, first, last)];
      const { chars } = readCode(text.slice(words[first]?.start, words[last]?.end));
      return chars.length >= ZIP_DIGITS ? [chars] : [];
    });
  }

  /** Returns the surrogate of an address in a folded text. */
  of(text: string): string {
    const words = scanWords(text);
    let out = '';
    let from = 0;
    for (const { first, last, part } of stretches(words)) {
      const [start, end] = [words[first]?.start ?? 0, words[last]?.end ?? 0];
      const by = part === 'place' ? this.#place(text, words, first, last) : this.#code(text.slice(start, end));
      out += text.slice(from, start) + by;
      from = end;
    }
    return out + text.slice(from);
  }

  #place(text: string, words: readonly Word[], first: number, last: number): string {
    const spelled = readSpelled(text, words, first);
    const surface = text.slice(words[first]?.start, words[last]?.end);
    const name = spelled?.letters ?? nameOf(words, first, last);
    const by = this.#name(name, isStreet(words, first, last));
    return spelled === null ? inCaseOf(surface, by) : spellOut(by, spelled, surface);
  }

  #name(name: string, isOfStreet: boolean): string {
    return this.#drawing.name(
      `${isOfStreet ? 'STREET' : 'TOWN'}\0${name}`,
      (draws) =>
        otherScript(name, draws) ??
        (isOfStreet ? draws.pick(STREETS) : drawTown(name, this.#states.get(name) ?? null, draws).toLowerCase()),
    );
  }

  #code(surface: string): string {
    const words = scanWords(surface);
    const ordinal = readOrdinal(words, 0);
    if (ordinal !== null && ordinal.value < 100 && ordinal.next === words.length) {
      const own = String(ordinal.value);
      const drawn = Number(this.#drawing.other(`ORDINAL\0${own}`, own, (draws) => String(1 + draws.below(60))));
      return words[0]?.type === 'ordinal' ? ordinalDigits(drawn) : inCaseOf(surface, ordinalWords(drawn));
    }
    const code = readCode(surface);
    return writeCode(
      code,
      this.#drawing.other(`NUMBER\0${code.chars}`, code.chars, (draws) => digits(code.chars, draws)),
    );
  }
}

/** A ZIP code keeps its area; in the smallest areas it takes the next one. */
function digits(chars: string, draws: Draws): string {
  if (!/^\d{5}(?:\d{4})?$/.test(chars)) return sameClasses(chars, draws);
  let area = chars.slice(0, 3);
  while (SMALL_AREAS.has(area)) area = area.charAt(0) + String((Number(area.slice(1)) + 1) % 100).padStart(2, '0');
  let post = chars.slice(3, 5);
  while (post === chars.slice(3, 5)) post = draws.digits(2);
  return area + post + draws.digits(chars.length - 5);
}

function stretches(words: readonly Word[]): readonly Stretch[] {
  const found: { first: number; last: number; part: 'place' | 'code' }[] = [];
  let isOpen = false;
  for (let at = 0; at < words.length; at++) {
    const state = stateAt(words, at);
    const word = words[at];
    if (state !== null) {
      isOpen = false;
      at = state.last;
    } else if (word?.type === 'mark') {
      // A comma ends a name; "12-B" and "94103-1234" are one code.
      if (found.at(-1)?.part === 'place' || word.text === ',') isOpen = false;
    } else {
      const part = partOf(words, at);
      const last = found.at(-1);
      if (part === 'kept') isOpen = false;
      else if (isOpen && last?.part === part && word?.type !== 'ordinal') last.last = at;
      else {
        found.push({ first: at, last: at, part });
        isOpen = word?.type !== 'ordinal';
      }
    }
  }
  return found;
}

function partOf(words: readonly Word[], at: number): Part {
  const word = words[at];
  if (word?.type !== 'letters') return 'code';
  const { lower } = word;
  const isGlued =
    (words[at + 1]?.glued === true && words[at + 1]?.type === 'digits') ||
    (word.glued && words[at - 1]?.type === 'digits');
  if (
    isGlued ||
    lower.length === 1 ||
    isNumberWord(lower) ||
    REPEAT_WORDS.has(lower) ||
    readOrdinal(words, at) !== null
  )
    return lower.length === 1 && DIRECTIONS.has(lower) && !isGlued ? 'kept' : 'code';
  const isName = STREET_KINDS.has(lower) && at === 0;
  return !isName &&
    (KEPT.has(lower) ||
      STREET_KINDS.has(lower) ||
      PREFIXED_STREET_KINDS.has(lower) ||
      DIRECTIONS.has(lower) ||
      COUNTRIES.has(lower))
    ? 'kept'
    : 'place';
}

/** A state, where nothing but a code, a country or the end follows: "New York, New York", "Kansas City", "Virginia Street". */
function stateAt(words: readonly Word[], at: number): { readonly last: number; readonly code: string } | null {
  const state = stateStartingAt(words, at);
  if (state === null) return null;
  let next = state.last + 1;
  while (words[next]?.type === 'mark') next++;
  const after = words[next];
  const isLast =
    after?.type !== 'letters' || COUNTRIES.has(after.lower) || isNumberWord(after.lower) || after.lower === 'zip';
  if (!isLast) return null;
  const name = nameOf(words, at, state.last);
  return { last: state.last, code: STATES.get(name) ?? name.toUpperCase() };
}

const nameOf = (words: readonly Word[], first: number, last: number): string =>
  words
    .slice(first, last + 1)
    .map(({ lower }) => lower)
    .join(' ');

/** A kind of street stands behind the name, or before it as in Spanish. */
function isStreet(words: readonly Word[], first: number, last: number): boolean {
  const after = words[last + 1]?.type === 'letters' ? (words[last + 1]?.lower ?? '') : '';
  return STREET_KINDS.has(after) || PREFIXED_STREET_KINDS.has(words[first - 1]?.lower ?? '');
}

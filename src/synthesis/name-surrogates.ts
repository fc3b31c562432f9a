/** Surrogates of names, word by word: one word has one surrogate in a text, alone, in a full name and spelled. */
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import type { Drawing } from './drawing.ts';
import { drawName, isGivenName, nameKey, onlyRole, otherScript } from './people.ts';
import type { NameRole } from './people.ts';
import { inCaseOf } from './spoken-forms.ts';
import { readSpelled, spellOut } from './spelled-words.ts';

/** Titles, suffixes, and what is said between names. They stay. */
const KEPT: ReadonlySet<string> = new Set(
  (
    'mr mrs ms miss mx dr doctor prof professor rev reverend sir madam nurse sister brother father mother captain sgt lt jr sr junior senior ii iii iv md phd rn np dds esq ' +
    "and the is name first last middle maiden surname family given spelled spelling spell capital hyphen dash apostrophe initial 's"
  ).split(' '),
);
/** Particles stay where a name follows: each of them may also be a name of its own. */
const PARTICLES: ReadonlySet<string> = new Set(
  "de la del della di da dos das du der den von zu el st saint mc o' d' y".split(' '),
);
const WOMEN: ReadonlySet<string> = new Set('mrs ms miss madam sister mother'.split(' '));
const MEN: ReadonlySet<string> = new Set('mr sir brother father'.split(' '));
const TITLES: ReadonlySet<string> = new Set('mr mrs ms miss dr doctor prof professor'.split(' '));
const SUFFIXES: ReadonlySet<string> = new Set('jr sr junior senior ii iii iv md phd rn np dds esq'.split(' '));

interface NameWord {
  readonly role: NameRole;
  readonly gender: 'f' | 'm' | null;
}

export class NameSurrogates {
  readonly #drawing: Drawing;
  /** What each real word is in a name: as it was first seen. */
  readonly #words = new Map<string, NameWord>();
  /** A word of the text for each first letter: a surname where there is one. */
  readonly #byInitial = new Map<string, string>();

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** Learns the roles of the words of a name. Names of many words are learned before those of one. */
  learn(text: string): void {
    const words = scanWords(text);
    for (let at = 0; at < words.length; at++) {
      const spelled = readSpelled(text, words, at);
      if (spelled === null) continue;
      this.#learnWord(nameKey(spelled.letters), roleAlone(spelled.letters));
      at = spelled.next - 1;
    }
    const names = words.flatMap((_word, at) => (isName(words, at) ? [at] : []));
    const gender = words.some(({ lower }) => WOMEN.has(lower))
      ? 'f'
      : words.some(({ lower }) => MEN.has(lower))
        ? 'm'
        : null;
    const comma = words.findIndex(({ text: mark }) => mark === ',');
    const isInverted = comma > 0 && !SUFFIXES.has(words[comma + 1]?.lower ?? '');
    names.forEach((at, index) => {
      const key = nameKey(words[at]?.text ?? '');
      const position = isInverted ? (at < comma ? 'last' : 'first') : index === names.length - 1 ? 'last' : 'first';
      const isTitled = words.slice(Math.max(0, at - 2), at).some(({ lower }) => TITLES.has(lower));
      const isAlone = names.length === 1;
      this.#learnWord(key, { role: roleOf(key, position, { isAlone, isTitled }), gender });
    });
  }

  #learnWord(key: string, known: NameWord): void {
    if (this.#words.has(key)) return;
    this.#words.set(key, known);
    const initial = key.charAt(0);
    const other = this.#words.get(this.#byInitial.get(initial) ?? '');
    if (other === undefined || (other.role === 'given' && known.role === 'family')) this.#byInitial.set(initial, key);
  }

  /** Returns the surrogate of a name as it is written or spelled in a folded text. */
  of(text: string): string {
    const words = scanWords(text);
    let out = '';
    let from = 0;
    const put = (word: Word, end: number, surrogate: string): void => {
      out += text.slice(from, word.start) + surrogate;
      from = end;
    };
    for (let at = 0; at < words.length; at++) {
      const word = words[at];
      if (word === undefined || word.type === 'mark') continue;
      const spelled = readSpelled(text, words, at);
      if (spelled !== null) {
        put(word, words[spelled.next - 1]?.end ?? word.end, spellOut(this.word(spelled.letters), spelled, word.text));
        at = spelled.next - 1;
      } else if (word.type === 'letters' && word.text.length === 1)
        put(word, word.end, inCaseOf(`${word.text}x`, this.initial(word.lower)));
      else if (isName(words, at)) put(word, word.end, inCaseOf(word.text, this.word(word.lower)));
      else if (word.type !== 'letters') put(word, word.end, this.#digits(word.text));
    }
    return out + text.slice(from);
  }

  /** Returns the surrogate of one word, in lower case. */
  word(lower: string): string {
    const key = nameKey(lower);
    const { role, gender } = this.#words.get(key) ?? roleAlone(key);
    return this.#drawing.name(
      `NAME\0${role}\0${key}`,
      (draws) => otherScript(lower, draws) ?? drawName(key, role, gender, draws),
    );
  }

  /** Returns the surrogate of an initial: of a name of the text it is that of its surrogate. */
  initial(letter: string): string {
    const word = this.#byInitial.get(letter);
    if (word !== undefined) return this.word(word).charAt(0);
    return this.#drawing.other(`INITIAL\0${letter}`, letter, (draws) => draws.character('abcdefghjklmnprstw'));
  }

  #digits(text: string): string {
    return this.#drawing.other(`DIGITS\0${text}`, text, (draws) =>
      text.replace(/\d/g, () => draws.character('0123456789')),
    );
  }
}

const roleAlone = (key: string): NameWord => ({ role: isGivenName(key) ? 'given' : 'family', gender: null });

/** Returns true if the word at the index is a name or a part of one. */
function isName(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word?.type !== 'letters' || word.text.length < 2 || KEPT.has(word.lower)) return false;
  if (!PARTICLES.has(word.lower)) return true;
  const next = words[at + 1];
  return next?.type !== 'letters' || KEPT.has(next.lower);
}

/** "Maria Gonzalez", "Gonzalez, Maria", "Mrs. Gonzalez", "Maria". */
function roleOf(
  key: string,
  position: 'first' | 'last',
  { isAlone, isTitled }: { readonly isAlone: boolean; readonly isTitled: boolean },
): NameRole {
  if (isAlone) return isGivenName(key) && !isTitled ? 'given' : 'family';
  return onlyRole(key) ?? (position === 'last' ? 'family' : 'given');
}

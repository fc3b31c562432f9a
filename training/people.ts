import type { Lists, NamesOfPeople, Place } from './lexicon.ts';
import type { Random } from './random.ts';

/** Names of people and places for the generator: common ones, rare ones, and ones that are in no list. */
export class People {
  readonly #random: Random;
  readonly #given: readonly string[];
  readonly #surnames: readonly string[];
  readonly #wordNames: NamesOfPeople;
  readonly #byOrigin: readonly NamesOfPeople[];
  readonly #words: readonly string[];
  readonly #towns: readonly Place[];
  readonly #places: readonly Place[];
  readonly #ordinary: ReadonlySet<string>;

  constructor(lists: Lists, random: Random) {
    this.#random = random;
    this.#given = lists.givenNames.map(({ name }) => name);
    this.#surnames = lists.surnames;
    this.#wordNames = lists.wordNames;
    this.#byOrigin = lists.byOrigin;
    this.#words = lists.words.filter((word) => word.length > 2 && word.length < 9);
    this.#ordinary = new Set(lists.words);
    // Small towns with the name of an ordinary thing (Home, Price, Early) would teach that every thing may be a town.
    this.#places = lists.places.filter(
      ({ name, population }) => population > 50_000 || !this.#ordinary.has(name.toLowerCase()),
    );
    this.#towns = this.#places.filter(({ state }) => state !== '');
  }

  /** "Maria", "Jean-Luc". */
  first(): string {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.44) return capitalise(random.pickCommon(this.#given, 4));
    if (kind < 0.78) return capitalise(this.#rare(this.#given));
    if (kind < 0.85) return this.firstByOrigin();
    if (kind < 0.92) return this.wordFirst();
    if (kind < 0.97) return capitalise(this.#invented());
    return `${capitalise(random.pickCommon(this.#given))}-${capitalise(random.pickCommon(this.#given))}`;
  }

  /** "Smith", "O'Brien", "de la Cruz", "Garcia-Lopez". */
  last(): string {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.33) return capitalise(random.pickCommon(this.#surnames, 4));
    if (kind < 0.7) return capitalise(this.#rare(this.#surnames));
    if (kind < 0.77) return this.lastByOrigin();
    if (kind < 0.82) return this.wordLast();
    if (kind < 0.88) return capitalise(this.#invented());
    if (kind < 0.92)
      return `${capitalise(random.pickCommon(this.#surnames))}-${capitalise(random.pickCommon(this.#surnames))}`;
    if (kind < 0.95) return `O'${capitalise(random.pick(this.#surnames))}`;
    if (kind < 0.98)
      return `${random.pick(['de la', 'van', 'van der', 'von', 'de', 'del', 'di', 'al', 'bin', 'St.', 'la', 'Mc'])} ${capitalise(random.pickCommon(this.#surnames))}`.replace(
        'Mc ',
        'Mc',
      );
    return capitalise(random.pick(this.#words));
  }

  /** First and last name. */
  full(): string {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.74) return `${this.first()} ${this.last()}`;
    if (kind < 0.8) return this.fullByOrigin();
    if (kind < 0.84) return this.wordFull();
    if (kind < 0.91)
      return `${this.first()} ${random.letters(1).toUpperCase()}${random.chance(0.6) ? '.' : ''} ${this.last()}`;
    if (kind < 0.95) return `${this.first()} ${this.first()} ${this.last()}`;
    return `${this.first()} ${this.last()} ${random.pick(['Jr.', 'Sr.', 'III', 'Jr', 'junior', 'senior'])}`;
  }

  /** A given name that is also a word: "Hope", "Will". */
  wordFirst(): string {
    return capitalise(this.#random.pick(this.#wordNames.given));
  }

  /** A family name that is also a word: "Price", "Case". */
  wordLast(): string {
    return capitalise(this.#random.pick(this.#wordNames.family));
  }

  /** First and last name, at least one of which is also a word: "Will Price", "May Chen". */
  wordFull(): string {
    const kind = this.#random.next();
    if (kind < 0.4) return `${this.wordFirst()} ${this.wordLast()}`;
    if (kind < 0.7) return `${this.wordFirst()} ${this.last()}`;
    return `${this.first()} ${this.wordLast()}`;
  }

  /** A given name that census lists rank low: "Nizhoni", "Pa Kou". */
  firstByOrigin(): string {
    return capitaliseAll(this.#random.pick(this.#random.pick(this.#byOrigin).given), this.#random);
  }

  lastByOrigin(): string {
    return capitaliseAll(this.#random.pick(this.#random.pick(this.#byOrigin).family), this.#random);
  }

  /** Given and family name of one origin, in either order: "An Le", "Nguyen Van Minh", "So Young Park". */
  fullByOrigin(): string {
    const random = this.#random;
    const { given, family } = random.pick(this.#byOrigin);
    const first = capitaliseAll(random.pick(given), random);
    const last = capitaliseAll(random.pick(family), random);
    const kind = random.next();
    if (kind < 0.6) return `${first} ${last}`;
    if (kind < 0.8) return `${first} ${capitaliseAll(random.pick(given), random)} ${last}`;
    if (kind < 0.88) return `${last} ${first}`;
    if (kind < 0.94) return `${last} ${first} ${capitaliseAll(random.pick(given), random)}`;
    return `${first} ${random.letters(1).toUpperCase()}. ${last}`;
  }

  /** "K. Okafor", "R J Begay". */
  initialsLast(): string {
    const letters = Array.from({ length: this.#random.chance(0.7) ? 1 : 2 }, () =>
      this.#random.letters(1).toUpperCase(),
    );
    const mark = this.#random.pick(['.', '.', '']);
    return `${letters.map((letter) => letter + mark).join(this.#random.chance(0.7) ? ' ' : '')} ${this.last()}`;
  }

  /** "Okafor, K.", "SANTINO, SOPHY K". */
  lastFirst(): string {
    const random = this.#random;
    const last = random.chance(0.3) ? this.wordLast() : this.last();
    const first = random.chance(0.3) ? this.wordFirst() : this.first();
    const initial = random.letters(1).toUpperCase();
    return `${last},${random.chance(0.9) ? ' ' : ''}${first}${random.chance(0.3) ? ` ${initial}${random.pick(['', '.'])}` : ''}`;
  }

  any(): string {
    const kind = this.#random.next();
    return kind < 0.35 ? this.first() : kind < 0.88 ? this.full() : this.last();
  }

  city(): string {
    return this.#random.chance(0.85)
      ? this.town().name
      : this.#random.chance(0.8)
        ? this.#random.pickCommon(this.#places, 2).name
        : `${capitalise(this.#random.pick(this.#words))}${this.#random.pick(['ville', 'ton', ' Springs', ' Falls', 'burg', ' Heights', ' Grove', ' Hills', 'field', ' City', 'wood', ' Park'])}`;
  }

  /** A town of the USA with its state. */
  town(): Place {
    return this.#random.chance(0.6) ? this.#random.pickCommon(this.#towns, 3) : this.#random.pick(this.#towns);
  }

  word(): string {
    return this.#random.pick(this.#words);
  }

  /** Any name of the list, common or not; those that are ordinary words, too, as seldom as people bear them. */
  #rare(names: readonly string[]): string {
    for (;;) {
      const name = this.#random.pick(names);
      if (!this.#ordinary.has(name) || this.#random.chance(0.3)) return name;
    }
  }

  /** A name that no list has: the beginning of one and the end of another. */
  #invented(): string {
    const [a, b] = [this.#random.pick(this.#surnames), this.#random.pick(this.#surnames)];
    return a.slice(0, Math.max(2, Math.ceil(a.length / 2))) + b.slice(Math.floor(b.length / 2));
  }
}

/** "so-young": "So Young", "So-young", "Soyoung". */
function capitaliseAll(name: string, random: Random): string {
  const parts = name.split('-').map(capitalise);
  if (parts.length === 1) return parts.join('');
  return random.chance(0.7)
    ? parts.join(' ')
    : random.chance(0.5)
      ? parts.join('-')
      : capitalise(parts.join('').toLowerCase());
}

export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

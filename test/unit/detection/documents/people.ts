/** Invented people for documents, from a seed. Names are of many origins, and many are words. */

const FAMILIES =
  'Okafor Brackwater Osterberg Vang Price Nguyen Quintanilla Le Banks Begay Tesfaye Kealoha Xiong Adeyemi Hassan Park Yazzie Frost Church Santino'.split(
    ' ',
  );
const GIVENS =
  'Will Hope Ingrid Lorena See An Rose Chase Faith Temitope Oswin Tunde Marisol Jane Grant May Soo-Jin Kai Abdi Hiwot'.split(
    ' ',
  );
const STREETS = 'Fenwick Row,Cedar Hollow Lane,Main St,Orchard Ave,Old Mill Rd,Juniper Ct'.split(',');
const CITIES = 'Tolleson,Hope,Mobile,Salem,Orange,Yuma,Anytown,Bethel'.split(',');
const STATES = 'AZ TX NY OR VA MI CA AR'.split(' ');

export interface Person {
  readonly family: string;
  readonly given: string;
  readonly middle: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  /** YYYYMMDD. */
  readonly born: string;
  readonly area: string;
  readonly local: string;
  readonly record: string;
  readonly member: string;
  readonly ssn: string;
}

/** Numbers from a seed: mulberry32. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to choose from.');
    return item;
  }

  digits(count: number): string {
    return Array.from({ length: count }, (_, at) => (at === 0 ? 1 + this.below(9) : this.below(10))).join('');
  }
}

/** One invented person. */
export function person(chance: Chance): Person {
  const two = (limit: number): string => String(1 + chance.below(limit)).padStart(2, '0');
  return {
    family: chance.of(FAMILIES),
    given: chance.of(GIVENS),
    middle: chance.of('ABCDJKLMQRST'.split('')),
    street: `${1 + chance.below(9999)} ${chance.of(STREETS)}`,
    city: chance.of(CITIES),
    state: chance.of(STATES),
    zip: chance.digits(5),
    born: `${1930 + chance.below(80)}${two(12)}${two(28)}`,
    area: `${2 + chance.below(7)}${chance.digits(2)}`,
    local: `555${String(chance.below(10000)).padStart(4, '0')}`,
    record: chance.digits(5 + chance.below(4)),
    member: `W${chance.of(['QX', 'KT', 'ZB'])}${chance.digits(7)}`,
    ssn: `5${chance.digits(2)}${1 + chance.below(9)}${chance.digits(5)}`,
  };
}

/** So many people from a seed. */
export function people(seed: number, count: number): readonly Person[] {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () => person(chance));
}

/** What the generator puts into the slots of a template: values of every kind, as people write or say them. */

import { digitGroups, withCheckDigits } from './formats.ts';
import { PLAIN_SLOTS } from './plain-values.ts';
import { capitalise, type People } from './people.ts';
import type { Random } from './random.ts';
import { belowHundred, ordinal, sayCode, sayDigits, sayLetters, sayYear } from './spoken.ts';
import type { TagType } from '../src/detection/tagger/labels.ts';

/** How a text is written down: by hand, or by a speech engine. */
export interface Form {
  /** From a speech engine: numbers are mostly spelled out in words. */
  readonly spoken: boolean;
}

/** A value and what it is; `null` for what must be left alone. */
export interface Value {
  readonly text: string;
  readonly type: TagType | null;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const STREET_WORDS =
  'Oak Maple Cedar Pine Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset Railroad Jackson Highland Forest River Park Meadow Franklin Chestnut Madison Main Broadway Center Prospect Valley Cherry Dogwood Birch Hickory Lincoln Grant Union Market Orchard'.split(
    ' ',
  );
const STREET_KINDS =
  'Street Street Street Avenue Avenue Road Road Lane Drive Drive Court Boulevard Way Place Circle Terrace Trail Parkway Highway Square Loop'.split(
    ' ',
  );
const SHORT_KINDS: Readonly<Record<string, string>> = {
  Street: 'St',
  Avenue: 'Ave',
  Road: 'Rd',
  Lane: 'Ln',
  Drive: 'Dr',
  Court: 'Ct',
  Boulevard: 'Blvd',
  Parkway: 'Pkwy',
  Highway: 'Hwy',
  Place: 'Pl',
  Circle: 'Cir',
};
const DOMAINS =
  'gmail yahoo hotmail outlook aol icloud comcast protonmail verizon msn live att sbcglobal mail me fastmail'.split(
    ' ',
  );
const TOP_LEVEL = 'com com com com net org edu gov io co us health info'.split(' ');
export const STATE_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming'
    .split(',')
    .map((entry) => [entry.slice(0, 2), entry.slice(3)] as const),
);

/** Makes values. One random source: the same seed gives the same values. */
export class Values {
  readonly #random: Random;
  readonly #people: People;

  constructor(people: People, random: Random) {
    this.#people = people;
    this.#random = random;
  }

  /** A value for a slot; null for a slot that there is none of. */
  fill(slot: string, form: Form): Value | null {
    const labelled = this.#labelled(slot, form);
    if (labelled) return labelled;
    const plain = PLAIN_SLOTS[slot];
    return plain
      ? {
          text: plain(this.#random, form, this.#people),
          type: slot === 'ORG' || slot === 'HOSPITAL' || slot === 'PHARMACY' || slot === 'COMPANY' ? 'ORG' : null,
        }
      : null;
  }

  #labelled(slot: string, form: Form): Value | null {
    const random = this.#random;
    const people = this.#people;
    const value = (type: TagType, text: string): Value => ({ type, text });
    const digits = (type: TagType, text: string, shapes?: readonly (readonly number[])[]): Value =>
      value(type, this.#digits(text, form, shapes));
    const code = (type: TagType, text: string): Value => value(type, this.#code(text, form));
    switch (slot) {
      case 'NAME':
        return value('NAME', people.any());
      case 'FULL':
        return value('NAME', people.full());
      case 'FIRST':
        return value('NAME', people.first());
      case 'LAST':
        return value('NAME', people.last());
      case 'SPELLED':
        return value('NAME', this.#spelled(people.last(), form));
      case 'SPELLED_FIRST':
        return value('NAME', this.#spelled(people.first(), form));
      case 'INITIALS':
        return value(
          'NAME',
          form.spoken
            ? random.letters(2).split('').join(' ')
            : random
                .letters(2)
                .toUpperCase()
                .replace(/./g, '$&.')
                .replace(/\.(?=.)/, random.pick(['.', '. '])),
        );
      case 'HANDLE':
        return value(
          'NAME',
          `@${people.first().toLowerCase()}${random.pick(['', '_', '.'])}${
            random.chance(0.5)
              ? people
                  .last()
                  .toLowerCase()
                  .replace(/[^a-z]/g, '')
              : random.digits(random.int(1, 4))
          }`,
        );
      case 'STREET':
        return value('ADDRESS', this.#street(form));
      case 'ADDRESS':
        return value('ADDRESS', this.#address(form));
      case 'CITY':
        return value('ADDRESS', people.city());
      case 'COUNTY':
        return value('ADDRESS', `${random.chance(0.5) ? people.city() : capitalise(people.last())} County`);
      case 'ZIP':
        return value('ADDRESS', this.#zip(form));
      case 'UNIT':
        return value('ADDRESS', this.#unit(form));
      case 'LANDMARK_STREET':
        return value('ADDRESS', this.#streetName(form));
      case 'DATE':
      case 'DOB':
        return value('DATE', this.#date(form, slot === 'DOB' ? 1925 : 1990));
      case 'MONTHDAY':
        return value('DATE', this.#monthDay(form, random.pick(MONTHS)));
      case 'MONTH':
        return value('DATE', random.pick(MONTHS));
      case 'EXPIRY':
        return value('DATE', this.#expiry(form));
      case 'AGE90': {
        const age = random.int(90, 108);
        return value('DATE', form.spoken && age < 100 ? belowHundred(age) : String(age));
      }
      case 'PHONE':
      case 'FAX':
        return value('PHONE', this.#phone(form));
      case 'PHONE7':
        return digits('PHONE', random.digits(7, '23456789'), [[3, 4]]);
      case 'EXT':
        return digits('PHONE', random.digits(random.int(2, 5)));
      case 'EMAIL':
        return value('EMAIL', this.#email(form));
      case 'URL':
        return value('URL', this.#url(form));
      case 'IP':
        return value('IP_ADDRESS', this.#ip(form));
      case 'SSN':
        return digits('SSN', random.digits(9, '12345678'), [[3, 2, 4]]);
      case 'SSN4':
        return digits('SSN', random.digits(4));
      case 'CARD': {
        const card = withCheckDigits.card(random);
        return digits('ACCOUNT', card, card.length === 15 ? [[4, 6, 5]] : [[4, 4, 4, 4]]);
      }
      case 'CARD4':
      case 'CVV':
        return digits('ACCOUNT', random.digits(slot === 'CVV' ? 3 : 4));
      case 'ROUTING':
        return digits('ACCOUNT', withCheckDigits.routing(random));
      case 'ACCT':
        return random.chance(0.8)
          ? digits('ACCOUNT', random.digits(random.int(6, 13)))
          : code('ACCOUNT', random.letters(random.int(1, 3)).toUpperCase() + random.digits(random.int(4, 9)));
      case 'IBAN':
        return code('ACCOUNT', withCheckDigits.iban(random));
      case 'MBI':
        return code('OTHER_ID', withCheckDigits.mbi(random));
      case 'NPI':
        return digits('OTHER_ID', withCheckDigits.npi(random));
      case 'DEA':
        return code('OTHER_ID', withCheckDigits.dea(random));
      case 'VIN':
        return code('OTHER_ID', withCheckDigits.vin(random));
      case 'IMEI':
        return digits('OTHER_ID', withCheckDigits.imei(random));
      case 'MAC':
        return value('OTHER_ID', this.#mac(form));
      case 'PASSPORT':
        return code(
          'OTHER_ID',
          (random.chance(0.5) ? random.letters(1).toUpperCase() : '') + random.digits(random.int(8, 9)),
        );
      case 'LICENSE':
        return code(
          'OTHER_ID',
          random.pick([
            () => random.letters(1).toUpperCase() + random.digits(random.int(6, 12)),
            () => random.digits(random.int(7, 9)),
            () => random.letters(2).toUpperCase() + random.digits(6),
            () => `${random.letters(1).toUpperCase()}${random.digits(3)}-${random.digits(4)}-${random.digits(4)}`,
          ])(),
        );
      case 'PLATE':
        return code(
          'OTHER_ID',
          random.pick([
            () => random.letters(3).toUpperCase() + random.digits(4),
            () => random.digits(1) + random.letters(3).toUpperCase() + random.digits(3),
            () => `${random.letters(3).toUpperCase()} ${random.digits(3)}`,
            () => random.letters(2).toUpperCase() + random.digits(5),
          ])(),
        );
      case 'PHOTO':
        return value('OTHER_ID', this.#photo(form));
      case 'UDI':
        return value(
          'OTHER_ID',
          `(01)0${random.digits(13)}(${random.pick(['17', '11'])})${random.digits(6)}(${random.pick(['10', '21'])})${random.letters(1).toUpperCase()}${random.digits(random.int(4, 8))}`,
        );
      case 'MRN':
        return random.chance(0.7)
          ? digits('OTHER_ID', random.digits(random.int(5, 10)), [
              [4, 4],
              [2, 2, 2],
            ])
          : code('OTHER_ID', this.#mixed());
      case 'PLAN':
      case 'GROUP':
      case 'SERIAL':
      case 'ID':
      case 'VOICEPRINT':
      case 'BADGE':
        return random.chance(slot === 'SERIAL' || slot === 'PLAN' || slot === 'VOICEPRINT' ? 0.25 : 0.5)
          ? digits('OTHER_ID', random.digits(random.int(slot === 'BADGE' ? 4 : 5, 11)))
          : code('OTHER_ID', this.#mixed());
      default:
        return null;
    }
  }

  #mixed(): string {
    const random = this.#random;
    return random.pick([
      () => random.letters(random.int(1, 4)).toUpperCase() + random.digits(random.int(3, 9)),
      () => `${random.letters(random.int(1, 4)).toUpperCase()}-${random.digits(random.int(3, 8))}`,
      () =>
        random.digits(random.int(2, 5)) +
        random.letters(random.int(1, 3)).toUpperCase() +
        random.digits(random.int(1, 5)),
      () => `${random.digits(random.int(2, 5))}-${random.digits(random.int(3, 6))}`,
      () =>
        `${random.letters(2).toUpperCase()}${random.digits(2)}${random.letters(2).toUpperCase()}${random.digits(3)}`,
      () =>
        `${random.letters(random.int(1, 3)).toUpperCase()}${random.pick(['_', '-', '.', ':'])}${random.digits(random.int(4, 6))}${random.pick(['', '', '/A', '-B', '.c', '#'])}`,
      () => `${random.letters(2).toUpperCase()}-${random.letters(1).toUpperCase()}-${random.digits(random.int(4, 6))}`,
      () =>
        `${random.pick(['RX', 'CLM', 'REF', 'ORD', 'INV', 'TKT', 'SN', 'PA', 'EMP', 'VP'])}-${random.digits(4)}-${random.digits(random.int(3, 5))}`,
    ])();
  }

  #digits(digits: string, form: Form, shapes: readonly (readonly number[])[] = []): string {
    const random = this.#random;
    if (form.spoken && random.chance(0.68)) return this.#stumble(sayDigits(digits, random), random);
    const shape = random.chance(0.65)
      ? shapes.find((candidate) => candidate.reduce((sum, n) => sum + n, 0) === digits.length)
      : undefined;
    if (shape) return digitGroups(digits, shape).join(random.pick(['-', '-', ' ', form.spoken ? ' ' : '.']));
    if (random.chance(form.spoken ? 0.25 : 0.05)) return digits.split('').join(' ');
    if (random.chance(form.spoken ? 0.25 : 0.1) && digits.length > 5)
      return digitGroups(digits, [3, 3, 3, 3, 3, 3]).join(random.pick([' ', '-']));
    return digits;
  }

  #code(code: string, form: Form): string {
    const random = this.#random;
    if (form.spoken && random.chance(0.6)) return this.#stumble(sayCode(code, random), random);
    if (form.spoken && random.chance(0.4)) return code.replace(/-/g, ' ').replace(/([A-Z])(?=[A-Z0-9])/g, '$1 ');
    return random.chance(0.1) ? code.toLowerCase() : code;
  }

  /** Now and then a speaker goes wrong and begins again in the middle of a value. */
  #stumble(said: string, random: Random): string {
    const words = said.split(' ');
    if (words.length < 5 || !random.chance(0.05)) return said;
    const at = random.int(2, words.length - 2);
    const again = words.slice(Math.max(0, at - random.int(1, 2)));
    return [
      ...words.slice(0, at),
      random.pick(['no wait', 'sorry', 'no sorry', 'i mean', 'uh no', 'scratch that']),
      ...again,
    ].join(' ');
  }

  #spelled(name: string, form: Form): string {
    const letters = name.replace(/[^A-Za-z]/g, '');
    const random = this.#random;
    if (form.spoken)
      return random.chance(0.85) ? sayLetters(letters, random) : letters.toUpperCase().split('').join(' ');
    const kind = random.next();
    if (kind < 0.4) return letters.toUpperCase().split('').join('-');
    if (kind < 0.7) return letters.toUpperCase().split('').join(' ');
    if (kind < 0.8) return letters.toUpperCase().split('').join('. ');
    return sayLetters(letters, random).replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());
  }

  #number(n: string, form: Form): string {
    const random = this.#random;
    if (!form.spoken || random.chance(0.4)) return n;
    if (n.length === 4 && n.charAt(2) !== '0' && random.chance(0.6))
      return `${belowHundred(Number(n.slice(0, 2)))} ${belowHundred(Number(n.slice(2)))}`;
    if (n.length === 3 && random.chance(0.5))
      return `${belowHundred(Number(n.charAt(0)))} ${n.charAt(1) === '0' ? `oh ${belowHundred(Number(n.charAt(2)))}` : belowHundred(Number(n.slice(1)))}`;
    if (n.length <= 2) return belowHundred(Number(n));
    return sayDigits(n, random);
  }

  #streetName(form: Form): string {
    const random = this.#random;
    const kind = random.pick(STREET_KINDS);
    const name = random.chance(0.45)
      ? random.pick(STREET_WORDS)
      : random.chance(0.5)
        ? this.#people.last()
        : random.chance(0.5)
          ? capitalise(this.#people.word())
          : form.spoken
            ? ordinal(random.int(1, 31))
            : String(random.int(1, 120))
                .replace(/(?<!1)1$/, '1st')
                .replace(/(?<!1)2$/, '2nd')
                .replace(/(?<!1)3$/, '3rd')
                .replace(/\d$/, '$&th');
    const second = random.chance(0.12) ? ` ${random.pick(STREET_WORDS)}` : '';
    const direction = random.chance(0.2)
      ? `${random.pick(form.spoken ? ['North', 'South', 'East', 'West'] : ['N', 'S', 'E', 'W', 'North', 'NW', 'SE'])} `
      : '';
    return `${direction}${name}${second} ${!form.spoken && random.chance(0.35) ? (SHORT_KINDS[kind] ?? kind) + random.pick(['', '', '.']) : kind}`;
  }

  #street(form: Form): string {
    const random = this.#random;
    if (random.chance(0.06))
      return `${random.pick(['P.O. Box', 'PO Box', 'P O Box', 'post office box'])} ${this.#number(random.digits(random.int(2, 5), '123456789'), form)}`;
    const house = this.#number(random.digits(random.int(1, 5), '123456789'), form);
    return `${house} ${this.#streetName(form)}${random.chance(0.22) ? `${form.spoken ? ' ' : random.pick([', ', ' '])}${this.#unit(form)}` : ''}`;
  }

  #unit(form: Form): string {
    const random = this.#random;
    const number = random.chance(0.5)
      ? this.#number(random.digits(random.int(1, 3), '123456789'), form)
      : random.chance(0.5)
        ? random.letters(1).toUpperCase()
        : `${this.#number(random.digits(1, '123456789'), form)}${form.spoken ? ' ' : ''}${random.letters(1).toUpperCase()}`;
    return `${random.pick(form.spoken ? ['apartment', 'apartment', 'unit', 'suite', 'apt', 'lot'] : ['Apt', 'Apt.', 'Apartment', 'Unit', 'Suite', '#', 'Ste'])} ${number}`.replace(
      '# ',
      '#',
    );
  }

  #zip(form: Form): string {
    const random = this.#random;
    const zip = random.digits(5, '0123456789');
    if (form.spoken && random.chance(0.6)) return sayDigits(zip, random);
    return random.chance(0.12) ? `${zip}-${random.digits(4)}` : zip;
  }

  #address(form: Form): string {
    const random = this.#random;
    const town = this.#people.town();
    const state = form.spoken || random.chance(0.2) ? (STATE_NAMES[town.state] ?? town.state) : town.state;
    const comma = form.spoken ? ' ' : random.pick([', ', ', ', '\n', ', ']);
    const parts = [this.#street(form), random.chance(0.92) ? town.name : ''].filter((part) => part !== '').join(comma);
    if (random.chance(0.12)) return parts;
    const withState = `${parts}${form.spoken ? ' ' : ', '}${state}`;
    return random.chance(0.7) ? `${withState} ${this.#zip(form)}` : withState;
  }

  #date(form: Form, from: number): string {
    const random = this.#random;
    const [month, day, year] = [random.int(1, 12), random.int(1, 31), random.int(from, from === 1925 ? 2022 : 2027)];
    const name = MONTHS[month - 1] ?? '';
    const kind = random.next();
    const pad = (n: number): string => (random.chance(0.5) ? String(n).padStart(2, '0') : String(n));
    if (form.spoken && random.chance(0.72)) {
      const said = sayYear(year, random);
      if (kind < 0.5) return `${this.#monthDay(form, name)} ${said}`;
      if (kind < 0.68) return this.#monthDay(form, name);
      if (kind < 0.76) return `the ${ordinal(day)} of ${name}${random.chance(0.5) ? ` ${said}` : ''}`;
      if (kind < 0.86)
        return `${belowHundred(month)} ${belowHundred(day)} ${random.chance(0.5) ? said : sayDigits(String(year).slice(2), random)}`;
      if (kind < 0.92)
        return `${sayDigits(String(month).padStart(2, '0'), random)} ${random.pick(['slash', 'dash', ''])} ${belowHundred(day)} ${random.pick(['slash', 'dash', ''])} ${said}`.replace(
          / +/g,
          ' ',
        );
      if (kind < 0.96) return `the ${ordinal(day)}`;
      return `${name} ${random.chance(0.5) ? 'of ' : ''}${said}`;
    }
    const numeric = `${pad(month)}/${pad(day)}/${random.chance(0.7) ? year : String(year).slice(2)}`;
    if (kind < 0.35) return random.chance(0.8) ? numeric : numeric.replace(/\//g, random.pick(['-', '.']));
    if (kind < 0.6) return `${this.#monthDay(form, name)}${random.pick([', ', ' '])}${year}`;
    if (kind < 0.72) return this.#monthDay(form, random.chance(0.3) ? name.slice(0, 3) : name);
    if (kind < 0.8) return `${day} ${name} ${year}`;
    if (kind < 0.88) return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    if (kind < 0.92) return `${day}${random.pick(['-', ' '])}${name.slice(0, 3)}${random.pick(['-', ' '])}${year}`;
    if (kind < 0.96) return `${month}/${day}`;
    return `${name} ${year}`;
  }

  #monthDay(form: Form, name: string): string {
    const day = this.#random.int(1, 30);
    if (form.spoken && this.#random.chance(0.7))
      return `${name} ${this.#random.chance(0.1) ? 'the ' : ''}${this.#random.chance(0.7) ? ordinal(day) : belowHundred(day)}`;
    return `${name} ${day}${this.#random.chance(0.35) ? (day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th') : ''}`;
  }

  #expiry(form: Form): string {
    const [month, year] = [this.#random.int(1, 12), this.#random.int(25, 33)];
    if (form.spoken && this.#random.chance(0.7))
      return this.#random.pick([
        `${belowHundred(month)} ${belowHundred(year)}`,
        `${month < 10 ? 'oh ' : ''}${belowHundred(month)} ${belowHundred(year)}`,
        `${MONTHS[month - 1] ?? ''} twenty ${belowHundred(year)}`,
        `${belowHundred(month)} slash ${belowHundred(year)}`,
      ]);
    return `${String(month).padStart(2, '0')}${this.#random.pick(['/', '/', '-', ' '])}${this.#random.chance(0.7) ? '' : '20'}${year}`;
  }

  #phone(form: Form): string {
    const random = this.#random;
    const digits = random.digits(3, '23456789') + random.digits(7, '23456789');
    const extension = random.chance(0.06)
      ? ` ${random.pick(['ext', 'ext.', 'extension', 'x'])} ${this.#number(random.digits(random.int(2, 4), '123456789'), form)}`
      : '';
    if (form.spoken && random.chance(0.66))
      return `${random.chance(0.12) ? 'one ' : ''}${this.#stumble(sayDigits(digits, random), random)}${extension}`;
    const [a, b, c] = digitGroups(digits, [3, 3, 4]);
    const shape = random.pick([
      `(${a ?? ''}) ${b ?? ''}-${c ?? ''}`,
      `${a ?? ''}-${b ?? ''}-${c ?? ''}`,
      `${a ?? ''}.${b ?? ''}.${c ?? ''}`,
      `${a ?? ''} ${b ?? ''} ${c ?? ''}`,
      digits,
      `+1 ${a ?? ''} ${b ?? ''} ${c ?? ''}`,
      `1-${a ?? ''}-${b ?? ''}-${c ?? ''}`,
      `+${random.pick(['44', '49', '33', '91', '52', '61'])} ${random.digits(2, '123456789')} ${random.digits(4)} ${random.digits(4)}`,
    ]);
    return shape + extension;
  }

  #email(form: Form): string {
    const random = this.#random;
    const [first, last] = [
      this.#people
        .first()
        .toLowerCase()
        .replace(/[^a-z]/g, ''),
      this.#people
        .last()
        .toLowerCase()
        .replace(/[^a-z]/g, ''),
    ];
    const domain = random.chance(0.7)
      ? random.pick(DOMAINS)
      : this.#people.word() + (random.chance(0.3) ? this.#people.word() : '');
    const top = random.pick(TOP_LEVEL);
    const tail = random.chance(0.35) ? random.digits(random.int(1, 4)) : '';
    const link = random.pick(['.', '.', '_', '', '', '-']);
    const local = random.pick([
      `${first}${link}${last}`,
      `${first.charAt(0)}${link}${last}`,
      `${first}${tail}`,
      `${this.#people.word()}${link}${this.#people.word()}`,
      `${last}${link}${first}`,
    ]);
    if (!form.spoken || random.chance(0.22)) return `${local}${tail}@${domain}.${top}`;
    const words = { '.': 'dot', _: 'underscore', '-': random.pick(['dash', 'hyphen']) };
    const phrase = (): string => Array.from({ length: random.int(2, 4) }, () => this.#people.word()).join(' ');
    const saidLocal = random.chance(0.16)
      ? phrase()
      : random.chance(0.15)
        ? `${first} ${random.pick(['dot ', ''])}${sayLetters(last, random)}`
        : local.replace(/[._-]/g, (mark) => ` ${words[mark as '.' | '_' | '-']} `).replace(/\d+/g, '');
    return `${saidLocal}${tail === '' ? '' : ` ${random.chance(0.75) ? sayDigits(tail, random) : tail}`} at ${random.chance(0.06) ? sayLetters(domain.slice(0, 5), random) : domain} dot ${random.chance(0.1) ? top.split('').join(' ') : top}`;
  }

  #url(form: Form): string {
    const random = this.#random;
    const apart = form.spoken ? ' ' : '';
    const site =
      this.#people.word() +
      (random.chance(0.6) ? apart + this.#people.word() : '') +
      (random.chance(0.1) ? apart + this.#people.word() : '');
    const top = random.pick(TOP_LEVEL);
    const path = random.chance(0.4)
      ? `/${random.pick([this.#people.word(), `${this.#people.word()}/${random.digits(4)}`, this.#people.first().toLowerCase()])}`
      : '';
    if (!form.spoken || random.chance(0.3))
      return `${random.pick(['https://', 'https://www.', 'http://', 'www.', ''])}${site.replace(/ /g, '')}.${top}${path}`;
    return `${random.pick(['w w w dot ', 'www dot ', '', 'https colon slash slash '])}${site} dot ${top}${path.replace(/\//g, ' slash ').replace(/\d+/g, (run) => sayDigits(run, random))}`;
  }

  #ip(form: Form): string {
    const random = this.#random;
    if (random.chance(0.12)) return Array.from({ length: 8 }, () => random.int(0, 65535).toString(16)).join(':');
    const parts = Array.from({ length: 4 }, () => random.int(0, 255));
    if (!form.spoken || random.chance(0.3)) return parts.join('.');
    return parts
      .map((part) =>
        random.chance(0.5)
          ? sayDigits(String(part), random)
          : part < 100
            ? belowHundred(part)
            : `${belowHundred(Math.floor(part / 100))} ${belowHundred(part % 100)}`,
      )
      .join(' dot ');
  }

  #photo(form: Form): string {
    const random = this.#random;
    const [word, other] = [
      this.#people.word(),
      random.pick([
        'left',
        'right',
        'front',
        'back',
        'side',
        'heel',
        'arm',
        'face',
        'wound',
        'card',
        'rash',
        this.#people.first().toLowerCase(),
      ]),
    ];
    const type = random.pick(['jpg', 'jpg', 'jpeg', 'png', 'heic', 'gif', 'tiff']);
    const stem = random.pick([
      `IMG_${random.digits(4)}`,
      `DSC_${random.digits(4)}`,
      `IMG_${random.digits(8)}_${random.digits(6)}`,
      `${word}_${other}_${random.digits(1)}`,
      `${other}-${word}`,
      `Screenshot_${random.digits(8)}`,
      `photo${random.digits(1)}`,
    ]);
    if (!form.spoken || random.chance(0.2)) return `${stem}.${type}`;
    const said = stem
      .replace(/^(?:IMG|DSC)/, (letters) => sayLetters(letters, random))
      .replace(/_/g, random.pick([' underscore ', ' ', ' underscore ']))
      .replace(/-/g, ' dash ')
      .replace(/\d+/g, (run) => ` ${sayDigits(run, random)}`);
    return `${said} dot ${random.chance(0.6) ? type.split('').join(' ') : type}`.replace(/ +/g, ' ').trim();
  }

  #mac(form: Form): string {
    const parts = Array.from({ length: 6 }, () => this.#random.int(0, 255).toString(16).padStart(2, '0'));
    if (!form.spoken || this.#random.chance(0.3))
      return (this.#random.chance(0.6) ? parts.map((part) => part.toUpperCase()) : parts).join(
        this.#random.pick([':', ':', '-']),
      );
    return parts.map((part) => sayCode(part, this.#random)).join(this.#random.pick([' colon ', ' ', ' ']));
  }
}

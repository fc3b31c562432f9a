/** Streets, units, ZIP codes and whole addresses, written or said. */

import type { Form, Source } from './source.ts';
import { capitalise } from './people.ts';
import { ordinal, sayDigits } from './spoken.ts';
import { spokenNumber } from './spoken-values.ts';

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

/** The names of the states by their two letters. */
export const STATE_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming'
    .split(',')
    .map((entry) => [entry.slice(0, 2), entry.slice(3)] as const),
);

/** A street without its number. */
export function streetName(source: Source, form: Form): string {
  const { random } = source;
  const kind = random.pick(STREET_KINDS);
  const name = random.chance(0.45)
    ? random.pick(STREET_WORDS)
    : random.chance(0.5)
      ? source.people.last()
      : random.chance(0.5)
        ? capitalise(source.people.word())
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

/** A street with its number, or a post office box. */
export function streetAddress(source: Source, form: Form): string {
  const { random } = source;
  if (random.chance(0.06))
    return `${random.pick(['P.O. Box', 'PO Box', 'P O Box', 'post office box'])} ${spokenNumber(source, random.digits(random.int(2, 5), '123456789'), form)}`;
  const house = spokenNumber(source, random.digits(random.int(1, 5), '123456789'), form);
  return `${house} ${streetName(source, form)}${random.chance(0.22) ? `${form.spoken ? ' ' : random.pick([', ', ' '])}${dwellingUnit(source, form)}` : ''}`;
}

/** An apartment or a suite. */
export function dwellingUnit(source: Source, form: Form): string {
  const { random } = source;
  const number = random.chance(0.5)
    ? spokenNumber(source, random.digits(random.int(1, 3), '123456789'), form)
    : random.chance(0.5)
      ? random.letters(1).toUpperCase()
      : `${spokenNumber(source, random.digits(1, '123456789'), form)}${form.spoken ? ' ' : ''}${random.letters(1).toUpperCase()}`;
  return `${random.pick(form.spoken ? ['apartment', 'apartment', 'unit', 'suite', 'apt', 'lot'] : ['Apt', 'Apt.', 'Apartment', 'Unit', 'Suite', '#', 'Ste'])} ${number}`.replace(
    '# ',
    '#',
  );
}

/** A ZIP code. */
export function zipCode(source: Source, form: Form): string {
  const { random } = source;
  const zip = random.digits(5, '0123456789');
  if (form.spoken && random.chance(0.6)) return sayDigits(zip, random);
  return random.chance(0.12) ? `${zip}-${random.digits(4)}` : zip;
}

/** A street with its town, and mostly its state and ZIP code. */
export function fullAddress(source: Source, form: Form): string {
  const { random } = source;
  const town = source.people.town();
  const state = form.spoken || random.chance(0.2) ? (STATE_NAMES[town.state] ?? town.state) : town.state;
  const comma = form.spoken ? ' ' : random.pick([', ', ', ', '\n', ', ']);
  const parts = [streetAddress(source, form), random.chance(0.92) ? town.name : '']
    .filter((part) => part !== '')
    .join(comma);
  if (random.chance(0.12)) return parts;
  const withState = `${parts}${form.spoken ? ' ' : ', '}${state}`;
  return random.chance(0.7) ? `${withState} ${zipCode(source, form)}` : withState;
}

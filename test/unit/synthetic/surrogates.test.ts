import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abaRouting, dea, gtin, iban, luhn, mbi, npi, vin } from '../../../src/detection/checksums.ts';
import { detect } from '../../../src/detection/detection.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import { Surrogates } from '../../../src/synthetic/surrogates.ts';
import { synthesize } from '../../../src/synthetic/synthesize.ts';

const SETTINGS = { seed: 20_261_130, numRuns: 60 };
const digits = (count: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((all) => all.join(''));
const pick = (...from: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...from);
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const said = (all: string): string =>
  Array.from(all)
    .map((digit) => WORDS[Number(digit)])
    .join(' ');
const phone = fc.tuple(pick('415', '212', '919'), digits(2)).map(([area, end]) => `${area}-555-01${end}`);
const ssn = digits(4).map((end) => `219-09-${end === '0000' ? '0001' : end}`);
const day = fc.tuple(
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 1, max: 28 }),
  fc.integer({ min: 1940, max: 2009 }),
);

/** Values of a kind, in a sentence that says what they are. */
const CASES: readonly (readonly [string, EntityKind, string, fc.Arbitrary<string>])[] = [
  ['a telephone number', 'PHONE', 'call me at #', phone],
  ['a spoken telephone number', 'PHONE', 'my phone number is #', phone.map((value) => said(value.replaceAll('-', '')))],
  ['a fax number', 'FAX', 'fax number #', phone],
  ['a social security number', 'SSN', 'my social security number is #', ssn],
  ['a spoken social security number', 'SSN', 'my social is #', ssn.map((value) => said(value.replaceAll('-', '')))],
  ['an e-mail address', 'EMAIL', 'write to #', pick('jane.roe@clinic.org', 'bob_77@mail.net', 'KIM@hospital.com')],
  ['a spoken e-mail address', 'EMAIL', 'write to #', pick('j dot smith at gmail dot com', 'roe at yahoo dot com')],
  ['a record number', 'MRN', 'my MRN is #', digits(8)],
  ['a name', 'NAME', 'my name is #', pick('Jane Roe', 'Robert Miller', 'Mai Nguyen', 'Susan Clark')],
  ['a spelled name', 'NAME', 'my last name is spelled #', pick('S-M-I-T-H', 'C-L-A-R-K')],
  ['a day of birth', 'DOB', 'date of birth #', day.map(([m, d, y]) => `${m}/${d}/${y}`)],
  ['an IP address', 'IP_ADDRESS', 'from ip #', digits(2).map((end) => `10.1.2.${Number(end)}`)],
  ['a URL', 'URL', 'see #', digits(5).map((end) => `https://portal.clinic-seven.com/p/${end}`)],
  ['a card', 'CREDIT_CARD', 'my card is #', pick('4111 1111 1111 1111', '5500-0000-0000-0004', '378282246310005')],
  ['a vehicle', 'VEHICLE', 'VIN #', pick('1HGCM82633A004352', '1M8GDM9AXKP042788')],
  ['a provider number', 'LICENSE', 'NPI #', pick('1245319599', '1234567893')],
  ['a Medicare number', 'HEALTH_PLAN', 'medicare id #', pick('1EG4-TE5-MK73', '1EG4TE5MK72')],
  ['an account', 'ACCOUNT', 'IBAN #', pick('GB29NWBK60161331926819', 'DE89370400440532013000')],
  ['a device', 'DEVICE', 'device mac #', pick('00:1B:44:11:3A:B7', '00-1b-44-11-3a-b8')],
  [
    'an address',
    'ADDRESS',
    'I live at #',
    pick('42 Maple Street, Springfield, IL 62704', '7 Oak Avenue, Austin, TX 78701'),
  ],
  ['a high age', 'AGE', 'she is # years old', fc.integer({ min: 91, max: 99 }).map(String)],
  ['a claim', 'OTHER_ID', 'claim number #', digits(9)],
];

describe('Surrogates', () => {
  test.each(CASES)('%s gets another value that detection finds as %s', (_what, kind, sentence, values) => {
    fc.assert(
      fc.property(values, fc.string(), (value, seed) => {
        const surrogate = new Surrogates(seed).for(kind, value);
        expect(surrogate).not.toBe(value);
        const text = sentence.replace('#', () => surrogate);
        const from = sentence.indexOf('#');
        const covering = detect(text, DEFAULT_RULES).filter(
          (span) => span.start < from + surrogate.length && span.end > from,
        );
        expect(covering.map((span) => span.kind)).toContain(kind);
      }),
      SETTINGS,
    );
  });

  test.each(CASES)('%s gets the same surrogate from the same seed', (_what, kind, _sentence, values) => {
    fc.assert(
      fc.property(values, fc.string(), (value, seed) => {
        expect(new Surrogates(seed).for(kind, value)).toBe(new Surrogates(seed).for(kind, value));
      }),
      SETTINGS,
    );
  });

  test('without a seed, two sessions share no surrogate of a record number', () => {
    expect(new Surrogates(null).for('MRN', '123456789012')).not.toBe(new Surrogates(null).for('MRN', '123456789012'));
  });

  test.each<[string, EntityKind, string, (chars: string) => boolean]>([
    ['NPI', 'LICENSE', '1245319599', npi],
    ['DEA', 'LICENSE', 'AB1234563', dea],
    ['VIN', 'VEHICLE', '1HGCM82633A004352', vin],
    ['IBAN', 'ACCOUNT', 'GB29NWBK60161331926819', iban],
    ['ABA', 'ACCOUNT', '021000021', abaRouting],
    ['MBI', 'HEALTH_PLAN', '1EG4TE5MK73', mbi],
    ['GTIN', 'DEVICE', '00012345600012', gtin],
    ['IMEI', 'DEVICE', '490154203237518', luhn],
    ['card', 'CREDIT_CARD', '4111111111111111', luhn],
  ])('the check of a surrogate of %s holds for every seed', (_name, kind, value, holds) => {
    expect(holds(value)).toBe(true);
    for (let seed = 0; seed < 300; seed += 1) expect(holds(new Surrogates(String(seed)).for(kind, value))).toBe(true);
  });

  test.each<[EntityKind, (n: number) => string, RegExp]>([
    ['PHONE', (n) => `(415) 867-${String(n).padStart(4, '0')}`, /^\(\d{3}\) 555-01\d\d$/],
    ['SSN', (n) => `219-09-${String(n + 1).padStart(4, '0')}`, /^9\d\d-[0-4]\d-\d{4}$/],
    ['IP_ADDRESS', (n) => `10.1.${n}.7`, /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/],
    ['EMAIL', (n) => `jane${n}@clinic.org`, /^[a-z]+\d+@example\.(?:com|org|net)$/],
    ['MRN', (n) => `MRN-${100_000 + n}`, /^MRN-\d{6}$/],
  ])("200 values of %s get 200 surrogates of their shape, in ranges that are nobody's", (kind, valueOf, shape) => {
    const session = new Surrogates('seed');
    const made = Array.from({ length: 200 }, (_, n) => session.for(kind, valueOf(n)));
    expect(new Set(made).size).toBe(200);
    for (const surrogate of made) expect(surrogate).toMatch(shape);
  });

  test('one person has one surrogate name, whole, in part, possessive and in capitals', () => {
    const session = new Surrogates('seed');
    const [given = '', family = ''] = session.for('NAME', 'Jane Roe').split(' ');
    expect(session.for('NAME', 'Jane')).toBe(given);
    expect(session.for('NAME', 'Mrs. Roe')).toBe(`Mrs. ${family}`);
    expect(session.for('NAME', 'JANE ROE')).toBe(`${given} ${family}`.toUpperCase());
    expect(session.for('NAME', 'R-O-E')).toBe(Array.from(family.toUpperCase()).join('-'));
  });

  test('a number has the same surrogate written and spoken', () => {
    const session = new Surrogates('seed');
    const written = session.for('PHONE', '415-555-0132').replaceAll('-', '');
    expect(session.for('PHONE', said('4155550132'))).toBe(said(written));
  });

  test('the dates of a subject keep their intervals, in every form', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), fc.string(), ([m, d, y], after, seed) => {
        const session = new Surrogates(seed);
        const first = new Date(Date.UTC(y, m - 1, d));
        const second = new Date(first.getTime() + after * 86_400_000);
        const moved = (date: Date, kind: 'DOB' | 'DATE'): number =>
          Date.parse(`${session.for(kind, date.toISOString().slice(0, 10))}T00:00:00Z`);
        expect(moved(second, 'DATE') - moved(first, 'DOB')).toBe(after * 86_400_000);
      }),
      SETTINGS,
    );
  });

  test.each([
    ['3/4/1982', /^\d{1,2}\/\d{1,2}\/198[12]$/],
    ['03/04/82', /^\d{2}\/\d{2}\/8[12]$/],
    ['March 4th, 1982', /^[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th), 198[12]$/],
    ['4 Mar 1982', /^\d{1,2} [A-Z][a-z]{2} 198[12]$/],
    ['1982-03-04T10:22:00', /^198[12]-\d\d-\d\dT10:22:00$/],
    ['march fourth nineteen eighty two', /^[a-z]+ [a-z ]+ nineteen eighty (?:one|two)$/],
  ])('the date %s keeps its form', (value, form) => {
    expect(new Surrogates('seed').for('DATE', value)).toMatch(form);
  });
});

describe('synthesize', () => {
  test('leaves the text outside of spans as it is, and its events point at values and surrogates', () => {
    const text = 'Hi 👋, call 415-555-0132 or write to jane.roe@clinic.org — thanks!';
    const made = synthesize(text, DEFAULT_RULES, new Surrogates('seed'));
    expect(made.text).toMatch(/^Hi 👋, call 415-555-01\d\d or write to [a-z]+\.[a-z]+@example\.\w+ — thanks!$/u);
    expect(made.events.map(({ span: [start, end] }) => text.slice(start, end))).toEqual([
      '415-555-0132',
      'jane.roe@clinic.org',
    ]);
    for (const {
      surrogate_span: [start, end],
    } of made.events)
      expect(made.text.slice(start, end)).toMatch(/^415-555-01\d\d$|@example\.\w+$/);
  });
});

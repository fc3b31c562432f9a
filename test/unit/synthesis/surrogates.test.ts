/** Synthetic data: the form is kept, check digits hold, and no value of the text is left. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abaRouting, dea, gtin, iban, luhn, mbi, npi, ssn, vin } from '../../../src/detection/checksums.ts';
import { detect } from '../../../src/detection/detection.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import { compared } from '../../../src/synthesis/drawing.ts';
import { Surrogates, synthesise } from '../../../src/synthesis/surrogates.ts';

const seedOf = (n: number): Uint8Array => Buffer.alloc(32, n);
const one = (kind: EntityKind, text: string, seed = 1): string =>
  new Surrogates(seedOf(seed), [{ kind, text }]).of({ kind, text });
const seeds = fc.integer({ min: 0, max: 255 });
const classes = (text: string): string =>
  text
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{Ll}/gu, 'a')
    .replace(/\d/g, '9');
const digits = (text: string): string => text.replace(/\D/g, '');
const CARD = '4111 1111 1111 1111';
const forEachSeed = (holds: (seed: number) => void): void => {
  fc.assert(fc.property(seeds, holds), { numRuns: 60 });
};

describe('a surrogate of a code', () => {
  const CODES: readonly (readonly [EntityKind, string, (chars: string) => boolean])[] = [
    ['CREDIT_CARD', CARD, luhn],
    ['CREDIT_CARD', '3782-822463-10005', luhn],
    ['LICENSE', '1234567893', npi],
    ['LICENSE', 'AB1234563', dea],
    ['VEHICLE', '1HGCM82633A004352', vin],
    ['ACCOUNT', 'DE89 3704 0044 0532 0130 00', iban],
    ['ACCOUNT', 'GB82WEST12345698765432', iban],
    ['ACCOUNT', '021000021', abaRouting],
    ['HEALTH_PLAN', '1EG4-TE5-MK73', mbi],
    ['DEVICE', '490154203237518', luhn],
    ['DEVICE', '(01)00884838000353', (chars) => gtin(chars.slice(2))],
  ];
  test.each(CODES)('of kind %s for %s has valid check digits and the same marks', (kind, value, holds) => {
    forEachSeed((seed) => {
      const made = one(kind, value, seed);
      expect(holds(made.replace(/[^A-Z0-9]/g, '')), made).toBe(true);
      expect(made).not.toBe(value);
      expect(made.replace(/[A-Z0-9]/g, 'x')).toBe(value.replace(/[A-Z0-9]/g, 'x'));
    });
  });

  test('of a telephone number is the same with the code of the country, whichever comes first', () => {
    const forms = ['(415) 867-5309', '+1 415-867-5309', '14158675309', '+14158675309', '1-415-867-5309'];
    forEachSeed((seed) => {
      for (const values of [forms, [...forms].reverse()]) {
        const surrogates = new Surrogates(seedOf(seed), []);
        const made = values.map((text) => {
          surrogates.learn([{ kind: 'PHONE', text }]);
          return digits(surrogates.of({ kind: 'PHONE', text })).slice(-10);
        });
        expect(new Set(made).size, made.join()).toBe(1);
        expect(digits(surrogates.of({ kind: 'PHONE', text: '867-5309' }))).toBe(made[0]?.slice(3));
      }
    });
  });

  test('of a telephone number is no number that has the code of the country in the text', () => {
    const own = '415-867-5309';
    const drawn = one('PHONE', own);
    const surrogates = new Surrogates(seedOf(1), [{ kind: 'PHONE', text: `+1 ${drawn}` }]);
    expect(surrogates.of({ kind: 'PHONE', text: own })).not.toBe(drawn);
  });

  test('has letters for letters and digits for digits, with leading zeros and in any case', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^0{0,2}[1-9][0-9]{4,8}(-[a-z]{2}[0-9]{3}|-[A-Z]{3}[0-9])?$/),
        seeds,
        (value, seed) => {
          const made = one('OTHER_ID', value, seed);
          expect(classes(made)).toBe(classes(value));
          expect(/^0*/.exec(made)?.[0]).toBe(/^0*/.exec(value)?.[0]);
          expect(made).not.toBe(value);
        },
      ),
    );
  });

  test('is taken from what is kept for fiction and documents', () => {
    forEachSeed((seed) => {
      expect(one('PHONE', '(415) 867-5309', seed)).toMatch(/^\(415\) 555-\d{4}$/);
      expect(one('PHONE', '+1 415 867 5309', seed)).toMatch(/^\+1 415 555 \d{4}$/);
      expect(one('PHONE', '+44 20 7123 4567', seed)).toMatch(/^\+44 20 7946 0\d{3}$/);
      const number = digits(one('SSN', '219-09-9999', seed));
      expect([number.charAt(0), ssn(number)]).toEqual(['9', false]);
      expect(one('IP_ADDRESS', '10.22.7.91:8080', seed)).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+:8080$/);
      expect(one('IP_ADDRESS', 'fe80::1%eth0', seed)).toMatch(/^2001:db8:.*%eth0$/);
      expect(one('URL', 'https://www.clinic.org/u/maria?id=12', seed)).toMatch(
        /^https:\/\/www\.\w+\.example\.org\/\w\/\w{5}\?\w\w=\d\d$/,
      );
      expect(one('EMAIL', 'maria.lopez77@gmail.com', seed)).toMatch(/^[a-z]+\.[a-z]+\d\d@example\.com$/);
      expect(one('DEVICE', '00:1A:2B:3C:4D:5E', seed)).toMatch(/^02(?::[0-9A-F]{2}){5}$/);
    });
  });
});

describe('a spoken value', () => {
  test.each([
    ['PHONE', 'four one five eight six seven five three oh nine', /^four one five five five five(?: [a-z]+){4}$/],
    ['OTHER_ID', 'double two seven, b as in boy, eighty-one', /^[a-z ]+, [a-z] as in [a-z]+, [a-z -]+$/],
    ['DOB', 'march fourteenth nineteen eighty two', /^[a-z]+ [a-z ]+ nineteen eighty (?:one|two|three)$/],
    ['DOB', 'oh three fourteen nineteen eighty two', /^[a-z ]+ nineteen eighty (?:one|two|three)$/],
    ['AGE', 'ninety four', /^(?:ninety|one hundred)/],
    ['EMAIL', 'j dot smith at gmail dot com', /^[a-z]+ dot [a-z]+ at example dot com$/],
    ['NAME', 'g o n z a l e z', /^[a-z](?: [a-z]){2,}$/],
    ['ADDRESS', 'nine four one oh three', /^nine four one [a-z]+ [a-z]+$/],
    [
      'IP_ADDRESS',
      'one ninety two dot one sixty eight dot one dot ten',
      /^[a-z ]+ dot [a-z ]+ dot [a-z ]+ dot [a-z ]+$/,
    ],
  ] as const)('of kind %s gets a spoken surrogate for %j', (kind, value, form) => {
    forEachSeed((seed) => {
      const made = one(kind, value, seed);
      expect(made).toMatch(form);
      expect(made).not.toBe(value);
    });
  });
});

describe('dates of a text', () => {
  test('move by one number of weeks in every form, so that intervals stay', () => {
    const found = ['3/14/1982', 'March 21, 1982', '1982-04-04', 'april eleventh nineteen eighty two', '18 Apr 1982'];
    forEachSeed((seed) => {
      const surrogates = new Surrogates(
        seedOf(seed),
        found.map((text) => ({ kind: 'DATE', text })),
      );
      const made = found.map((text) => surrogates.of({ kind: 'DATE', text }));
      const time = (text: string | undefined): number => new Date(`${text ?? ''} UTC`).getTime();
      const [first, second, third, , fifth] = made;
      const week = 7 * 86_400_000;
      const start = new Date(`${first ?? ''} UTC`).getTime();
      expect([time(second) - start, Date.parse(`${third ?? ''}T00:00:00Z`) - start, time(fifth) - start]).toEqual([
        week,
        3 * week,
        5 * week,
      ]);
      expect(Number.isInteger((start - Date.UTC(1982, 2, 14)) / week)).toBe(true);
      for (const text of made) expect(found).not.toContain(text);
    });
  });

  test('never become another date of the text', () => {
    const found = Array.from({ length: 400 }, (_, week) =>
      new Date(Date.UTC(2020, 0, 1 + 7 * week)).toISOString().slice(0, 10),
    );
    const surrogates = new Surrogates(
      seedOf(1),
      found.map((text) => ({ kind: 'DATE', text })),
    );
    for (const text of found) expect(found).not.toContain(surrogates.of({ kind: 'DATE', text }));
  });

  test('that name a month, a weekday or a holiday keep that form', () => {
    expect(one('DATE', 'the twenty third')).toMatch(/^the [a-z ]+(?:st|nd|rd|th)$/);
    expect(one('DATE', '03/1982')).toMatch(/^[01]\d\/198[123]$/);
    expect(one('DATE', 'next Tuesday')).toMatch(/^next (?!Tuesday)[A-Z][a-z]+day$/);
    expect(one('DATE', 'Thanksgiving')).toMatch(/^(?!Thanksgiving)[A-Z]/);
    expect(one('DATE', 'two days after the surgery')).not.toBe('two days after the surgery');
  });
});

describe('names', () => {
  test('have one surrogate for each word: alone, whole, inverted, spelled, and in the e-mail address', () => {
    const text =
      'This is Maria Gonzalez, G-O-N-Z-A-L-E-Z. Ms. Gonzalez, maria.gonzalez@clinic.org, chart of GONZALEZ, MARIA.';
    const at = (value: string, kind: EntityKind, from = 0) => {
      const start = text.indexOf(value, from);
      return { kind, start, end: start + value.length };
    };
    const found = [
      at('Maria Gonzalez', 'NAME'),
      at('G-O-N-Z-A-L-E-Z', 'NAME'),
      at('Ms. Gonzalez', 'NAME'),
      at('maria.gonzalez@clinic.org', 'EMAIL'),
      at('GONZALEZ, MARIA', 'NAME'),
    ];
    forEachSeed((seed) => {
      const { text: made } = synthesise(text, found, seedOf(seed));
      const [, given = '', family = ''] = /^This is (\S+) ([^,]+),/.exec(made) ?? [];
      const plain = family.replace(/[^\p{L}]/gu, '');
      expect(made).toBe(
        `This is ${given} ${family}, ${Array.from(plain.toUpperCase()).join('-')}. Ms. ${family}, ` +
          `${given.toLowerCase()}.${family.toLowerCase().replace(/ /g, '')}@example.org, chart of ${family.toUpperCase()}, ${given.toUpperCase()}.`,
      );
    });
  });

  test('keep gender and origin where they are known', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => one('NAME', 'Nguyen', seed).toLowerCase());
    const families =
      'tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh mai trinh to luong truong cao dao ha lam chau ta quach'.split(
        ' ',
      );
    expect(drawn.filter((name) => !families.includes(name))).toEqual([]);
    const women = Array.from({ length: 40 }, (_, seed) => one('NAME', 'Jennifer', seed));
    const men = Array.from({ length: 40 }, (_, seed) => one('NAME', 'Michael', seed));
    expect(women.filter((name) => men.includes(name))).toEqual([]);
  });

  test('of other scripts stay in their script', () => {
    expect(one('NAME', 'Иван Петров')).toMatch(/^\p{Script=Cyrillic}+ \p{Script=Cyrillic}+$/u);
    expect(one('NAME', '王小明')).toMatch(/^\p{Script=Han}{3}$/u);
  });
});

describe('an address', () => {
  test('keeps its form, its state and the area of its ZIP code', () => {
    forEachSeed((seed) => {
      const made = one('ADDRESS', '1420 Oak Street, Apartment 5B, San Francisco, CA 94103-1234', seed);
      expect(made).toMatch(/^[1-9]\d{3} [A-Z]\w+ Street, Apartment \d[A-Z], [A-Z][\w ]+, CA 941\d\d-\d{4}$/);
      expect(made).not.toMatch(/Oak\b|San Francisco|1420|94103/);
    });
  });

  test('does not keep the ZIP codes of areas with few people', () => {
    expect(one('ADDRESS', '03601')).toMatch(/^037\d\d$/);
  });

  test('replaces a town that is named like its state', () => {
    expect(one('ADDRESS', 'New York, New York 10001')).toMatch(/^(?!New York)[\w ]+, New York 100\d\d$/);
  });
});

describe('Surrogates', () => {
  test('gives the beginning or end of a code that of its surrogate', () => {
    const values = [
      { kind: 'SSN', text: '6789' },
      { kind: 'SSN', text: '212-45-6789' },
    ] as const;
    forEachSeed((seed) => {
      const surrogates = new Surrogates(seedOf(seed), values);
      const [part, whole] = values.map((value) => surrogates.of(value));
      expect(whole).toMatch(/^9\d\d-\d\d-\d{4}$/);
      if (whole?.endsWith('6789') !== true) expect(whole?.slice(-4)).toBe(part);
    });
  });

  test('never gives a value of the text, nor one surrogate for two values, however many there are', () => {
    const values = Array.from(
      { length: 1200 },
      (_, n) => ({ kind: 'PHONE', text: `415-555-${String(n).padStart(4, '0')}` }) as const,
    );
    const small = Array.from(
      { length: 100 },
      (_, n) => ({ kind: 'OTHER_ID', text: `7${String(n).padStart(2, '0')}` }) as const,
    );
    const names = Array.from(
      { length: 500 },
      (_, n) =>
        ({
          kind: 'NAME',
          text: `Maria ${'abcdefghij'.charAt(n % 10)}${'klmnopqrst'.charAt(Math.floor(n / 10) % 10)}${'uvwxyz'.charAt(Math.floor(n / 100))}`,
        }) as const,
    );
    for (const real of [values, small, names]) {
      const surrogates = new Surrogates(seedOf(2), real);
      const made = real.map((value) => surrogates.of(value));
      expect(new Set(made).size).toBe(new Set(real.map(({ text }) => text)).size);
      const forms = new Set(real.map(({ text }) => compared(text)));
      expect(made.filter((text) => forms.has(compared(text)))).toEqual([]);
    }
  });

  test('depends on the seed alone, and differs under another seed', () => {
    const values = [
      { kind: 'NAME', text: 'Maria Gonzalez' },
      { kind: 'MRN', text: '00482913' },
    ] as const;
    const all = (seed: number): readonly string[] =>
      values.map((value) => new Surrogates(seedOf(seed), values).of(value));
    expect(all(1)).toEqual(all(1));
    expect(all(1)).not.toEqual(all(2));
    expect(new Surrogates(seedOf(1), [values[1]]).of(values[1])).toBe(all(1)[1]);
  });

  test('writes no line break and no escape into the JSON around a value', () => {
    const found = [
      { kind: 'ADDRESS', text: '12 Elm St\\nDenver, CO 80202' },
      { kind: 'NAME', text: 'Jos\\u00e9 P\\u00e9rez' },
    ] as const;
    for (const value of found) {
      const made = new Surrogates(seedOf(1), found).of(value);
      expect(JSON.parse(`"${made}"`)).toBe(made);
      expect(made).not.toMatch(/Elm|Denver|Jos|rez$/);
    }
  });

  test('takes any text for a value of any kind, and never returns it', () => {
    const kinds = fc.constantFrom<EntityKind>(
      'NAME',
      'ADDRESS',
      'DATE',
      'DOB',
      'AGE',
      'PHONE',
      'EMAIL',
      'URL',
      'IP_ADDRESS',
      'PHOTO',
      'ORG',
      'DEVICE',
      'OTHER_ID',
    );
    fc.assert(
      fc.property(
        kinds,
        fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.stringMatching(/^[a-z0-9 .@:\-/]{1,40}$/)),
        (kind, text) => {
          fc.pre(compared(text) !== '');
          expect(compared(one(kind, text))).not.toBe(compared(text));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('synthesise', () => {
  const SAID =
    'Hi, this is Maria Gonzalez, my date of birth is March 14, 1982 and my MRN is 00482913. Reach me at 415-867-5309 or maria.gonzalez@gmail.com. I live at 1420 Oak Street, San Francisco, CA 94103.';

  test('says where each surrogate is, and changes nothing between them', () => {
    const found = detect(SAID, DEFAULT_RULES);
    const { text, spans } = synthesise(SAID, found, seedOf(1));
    expect(spans).toHaveLength(found.length);
    const without = (whole: string, cut: readonly (readonly [number, number])[]): string =>
      cut.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), whole);
    expect(without(text, spans)).toBe(
      without(
        SAID,
        found.map(({ start, end }) => [start, end]),
      ),
    );
  });

  test('makes a text in which detection finds the same kinds', () => {
    const found = detect(SAID, DEFAULT_RULES);
    const kinds = found.map(({ kind }) => kind);
    expect(kinds).toEqual(['NAME', 'DOB', 'MRN', 'PHONE', 'EMAIL', 'ADDRESS']);
    forEachSeed((seed) => {
      const { text, spans } = synthesise(SAID, found, seedOf(seed));
      const again = detect(text, DEFAULT_RULES);
      expect(spans.map(([start, end]) => again.find((span) => span.start <= start && end <= span.end)?.kind)).toEqual(
        kinds,
      );
    });
  });
});

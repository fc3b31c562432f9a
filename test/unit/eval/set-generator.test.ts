import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, GENERATED_B, generate } from '../../eval/sets/generator.ts';
import { iban, luhnDigit, routingNumber, vin } from '../../eval/sets/generator/check-digits.ts';
import {
  cardinal,
  codeWords,
  groupWords,
  ordinal,
  ordinalDigits,
  spelled,
  yearWords,
} from '../../eval/sets/generator/numerals.ts';
import { FIRST_NAMES, LAST_NAMES } from '../../eval/sets/generator/people.ts';
import { CITIES, STATE_NAMES } from '../../eval/sets/generator/places.ts';
import { seededRandom } from '../../eval/sets/generator/random.ts';
import { HARMLESS_TEMPLATES, PERSONAL_TEMPLATES } from '../../eval/sets/generator/templates.ts';
import { VALUES } from '../../eval/sets/generator/values.ts';
import { code, cut, number } from '../../eval/sets/generator/voice.ts';
import type { Form, Voice } from '../../eval/sets/generator/voice.ts';
import { parseMarks } from '../../eval/sets/marks.ts';

const rows = generate(GENERATED_B);
const voice = (form: Form, seed: number): Voice => ({
  form,
  punctuated: form === 'formatted',
  random: seededRandom(seed),
});

describe('the generated set', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    expect(generate(GENERATED_B)).toEqual(rows);
    const others = new Set(generate({ ...GENERATED_B, seed: 1 }).map(({ text }) => text));
    expect(rows.filter(({ text }) => others.has(text)).length).toBeLessThan(rows.length / 4);
  });

  it('has 3,000 rows, each text once, a fifth of them without personal data', () => {
    expect(rows).toHaveLength(3000);
    expect(new Set(rows.map(({ text }) => text)).size).toBe(3000);
    expect(rows.filter(({ spans }) => spans.length === 0)).toHaveLength(600);
  });

  it('uses each of its at least 150 templates', () => {
    expect(PERSONAL_TEMPLATES.length).toBeGreaterThanOrEqual(150);
    expect(new Set(rows.map(({ template }) => template))).toEqual(
      new Set([...PERSONAL_TEMPLATES, ...HARMLESS_TEMPLATES]),
    );
  });

  it('uses every value, and marks none in the harmless templates', () => {
    const used = new Set(
      [...PERSONAL_TEMPLATES, ...HARMLESS_TEMPLATES].flatMap((template) => template.match(/(?<=\{)\w+/g) ?? []),
    );
    expect(Object.keys(VALUES).filter((value) => !used.has(value))).toEqual([]);
    for (const template of HARMLESS_TEMPLATES)
      expect(parseMarks(fill(template, seededRandom(7)).source).spans, template).toEqual([]);
  });

  it('refuses a template with an unknown value', () => {
    expect(() => fill('My {shoe} size', seededRandom(1))).toThrow(new RangeError('no value {shoe}'));
  });

  it('writes digits in a spoken row only where the engine sets neither capitals nor punctuation', () => {
    const spoken = rows.filter(({ style }) => style === 'spoken');
    const withDigits = spoken.filter(({ text }) => /\d/.test(text));
    expect(withDigits.length).toBeGreaterThan(50);
    for (const { text } of withDigits) expect(text).not.toMatch(/[A-Z?!;]/);
    expect(spoken.filter(({ text }) => /^[A-Z].*[.?]$/.test(text)).length).toBeGreaterThan(50);
  });
});

describe('lists', () => {
  it('are long enough and without repetitions', () => {
    expect(FIRST_NAMES.length).toBeGreaterThanOrEqual(200);
    expect(LAST_NAMES.length).toBeGreaterThanOrEqual(300);
    expect(CITIES.length).toBeGreaterThanOrEqual(150);
    for (const list of [FIRST_NAMES, LAST_NAMES, CITIES.map(({ city, state }) => city + state)])
      expect(new Set(list).size).toBe(list.length);
  });

  it('name the state of every city', () => {
    expect(CITIES.filter(({ state }) => !STATE_NAMES.has(state))).toEqual([]);
  });
});

describe('numerals', () => {
  it.each([
    [0, 'zero'],
    [7, 'seven'],
    [13, 'thirteen'],
    [40, 'forty'],
    [42, 'forty two'],
    [100, 'one hundred'],
    [192, 'one hundred ninety two'],
    [4118, 'four thousand one hundred eighteen'],
    [9000, 'nine thousand'],
  ])('%i is %s', (value, words) => {
    expect(cardinal(value)).toBe(words);
  });

  it.each([
    [1905, 'nineteen oh five'],
    [1982, 'nineteen eighty two'],
    [1900, 'nineteen hundred'],
    [2000, 'two thousand'],
    [2009, 'two thousand nine'],
    [2024, 'twenty twenty four'],
  ])('the year %i is %s', (year, words) => {
    expect(yearWords(year)).toBe(words);
  });

  it.each([
    [1, 'first', '1st'],
    [2, 'second', '2nd'],
    [3, 'third', '3rd'],
    [4, 'fourth', '4th'],
    [11, 'eleventh', '11th'],
    [12, 'twelfth', '12th'],
    [13, 'thirteenth', '13th'],
    [20, 'twentieth', '20th'],
    [21, 'twenty first', '21st'],
    [30, 'thirtieth', '30th'],
    [31, 'thirty first', '31st'],
  ])('day %i is %s', (day, words, digits) => {
    expect(ordinal(day)).toBe(words);
    expect(ordinalDigits(day)).toBe(digits);
  });

  it.each([
    ['4402', 'each', 'four four oh two'],
    ['4402', 'runs', 'double four oh two'],
    ['7770', 'runs', 'triple seven oh'],
    ['5555', 'runs', 'triple five five'],
    ['4217', 'pairs', 'forty two seventeen'],
    ['305', 'pairs', 'three oh five'],
    ['800', 'each', 'eight hundred'],
    ['1200', 'pairs', 'twelve hundred'],
    ['3000', 'runs', 'three thousand'],
    ['2000', 'each', 'two thousand'],
    ['1000', 'pairs', 'one thousand'],
  ] as const)('%s in %s is %s', (digits, grouping, words) => {
    expect(groupWords(digits, { grouping, zero: 'oh', hundreds: true })).toBe(words);
  });

  it('spells letter by letter, by the radio alphabet, and with examples', () => {
    expect(spelled('Smith', 'plain', seededRandom(1))).toBe('s m i t h');
    expect(spelled('Bay', 'radio', seededRandom(1))).toBe('bravo alpha yankee');
    const said = Array.from({ length: 50 }, (_, seed) => spelled('Sam', 'examples', seededRandom(seed))).join('|');
    expect(said).toMatch(/s (as in|for|like) sam/);
  });

  it('says every digit and letter of a code, whatever the manner', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{2}-\d{3}$/), fc.nat(), (value, seed) => {
        const said = codeWords(value, seededRandom(seed));
        expect(said).toMatch(/^[a-z ]+$/);
        expect(said.split(' ').length).toBeGreaterThanOrEqual(4);
      }),
    );
  });
});

describe('check digits', () => {
  it('agree with published examples', () => {
    expect(luhnDigit('7992739871')).toBe('3');
    expect(routingNumber('02100002')).toBe('021000021');
    expect(iban('GB', 'WEST12345698765432')).toBe('GB82WEST12345698765432');
    expect(vin('1M8GDM9A0KP042788')).toBe('1M8GDM9AXKP042788');
  });
});

describe('voices', () => {
  it('keep the digits in order when nothing is corrected', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), fc.nat(), (digits, seed) => {
        for (const form of ['digits', 'formatted'] as const)
          expect(number(voice(form, seed), cut(digits, 3, 3), ['-', ' ', '']).replace(/\D/g, '')).toBe(digits);
        expect(number(voice('words', seed), cut(digits, 3, 3), ['-'])).toMatch(/^[a-z ]+$/);
      }),
    );
  });

  it('keep a code, but for case and hyphens, unless it is said', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{2}-\d{4}$/), fc.nat(), (value, seed) => {
        expect(code(voice('formatted', seed), value)).toBe(value);
        expect(code(voice('digits', seed), value).replace(/[ -]/g, '')).toBe(value.toLowerCase().replace('-', ''));
      }),
    );
  });

  it('cut digits into groups, the rest in the last', () => {
    expect(cut('1234567890', 3, 3)).toEqual(['123', '456', '7890']);
    expect(cut('123456', 3, 3)).toEqual(['123', '456']);
  });
});

describe('values', () => {
  it('are marked text with at most one span, without white space at its edges', () => {
    const scene = {
      person: { first: 'Ada', last: 'Byron' },
      other: { first: 'Alan', last: 'Kay' },
      place: { city: 'Boise', state: 'ID', zip3: '837' },
    };
    for (const [name, value] of Object.entries(VALUES)) {
      for (let seed = 0; seed < 60; seed += 1) {
        for (const form of ['words', 'digits', 'formatted'] as const) {
          const { text, spans } = parseMarks(value(voice(form, seed), scene));
          expect(spans.length, name).toBeLessThanOrEqual(1);
          expect(text, name).not.toMatch(/ {2}|undefined/);
          if (form === 'words') expect(text, name).not.toMatch(/\d/);
        }
      }
    }
  });
});

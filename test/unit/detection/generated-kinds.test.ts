/** Generated texts of kinds that an earlier build got wrong: clinical codes, eponyms, quantities, named days, ages, numbers. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { detectionRules } from '../../../src/policy/policy.ts';

const parsed = parsePolicy(readFileSync('configs/mask_policy.yaml', 'utf8'), { kids: new Set(['K_HEALTHCARE']) });
if (!parsed.ok) throw new Error('The default policy is invalid.');
const RULES = detectionRules(parsed.policy);

/** What is masked in the text. */
const masked = (text: string): string[] => detect(text, RULES).map(({ start, end }) => text.slice(start, end));

const hold = (texts: fc.Arbitrary<string>, holds: (text: string) => void): void => {
  fc.assert(fc.property(texts, holds), { seed: 20_261_129, numRuns: 60 });
};
const keeps = (texts: fc.Arbitrary<string>): void => {
  hold(texts, (text) => {
    expect({ text, masked: masked(text) }).toEqual({ text, masked: [] });
  });
};

const one = <T>(...items: T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const int = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(int(0, 9), { minLength: length, maxLength: length }).map((each) => each.join(''));
const filled = (template: string, parts: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<string> =>
  fc.record(parts).map((values) => template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])));
const either = (...texts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.oneof(...texts);

describe('generated texts keep', () => {
  it('codes of clinical classifications behind the name of their system', () => {
    const icd = filled('{letter}{two}.{rest}', { letter: one('E', 'I', 'J', 'M'), two: int(10, 99), rest: int(0, 9) });
    keeps(
      either(
        filled('coded as ICD-10 {code} with CPT 99{n}', { code: icd, n: int(202, 215) }),
        filled('diagnosis codes {a} and {b}', { a: icd, b: icd }),
        filled('the vial says NDC {a}-{b}-{c}', { a: digits(5), b: digits(4), c: digits(2) }),
        filled('NDC: {a}-{b}-{c}, quantity 30', { a: digits(5), b: digits(3), c: digits(2) }),
        filled('LOINC {a}-{b} was normal', { a: int(1000, 99_999), b: int(0, 9) }),
        filled('SNOMED CT {a}', { a: int(10_000_000, 999_999_999) }),
        filled('RxNorm {a} was filled', { a: int(100_000, 999_999) }),
        filled('revenue code 0{a}, type of bill 1{b}', { a: int(100, 999), b: int(10, 49) }),
      ),
    );
  });

  it('eponyms in lists', () => {
    const eponym = one(
      ..."Wolff-Parkinson-White,Ehlers-Danlos,Marfan,Sjogren's,Guillain-Barre,Charcot-Marie-Tooth,Creutzfeldt-Jakob,Kawasaki,Hodgkin lymphoma,Ewing sarcoma,Wilms tumor,Hirschsprung,Swan-Ganz,Kegel exercises,Dix-Hallpike,Stevens-Johnson,Prader-Willi,Osgood-Schlatter,Chiari malformation,Paget's disease".split(
        ',',
      ),
    );
    keeps(
      filled('{start} {a}, {b} and {c}.', {
        start: one('History of', 'We discussed', 'Rule out'),
        a: eponym,
        b: eponym,
        c: eponym,
      }),
    );
  });

  it('results, doses and ranges', () => {
    keeps(
      either(
        filled('Na {a} K {b} Cl {c} BUN {d} Cr {e}', {
          a: int(128, 149),
          b: filled('{x}.{y}', { x: int(3, 5), y: int(0, 9) }),
          c: int(95, 110),
          d: int(8, 40),
          e: filled('{x}.{y}', { x: int(0, 3), y: int(1, 9) }),
        }),
        filled('sliding scale {a}-{b}: 2 units, {c}-{d}: 4 units', {
          a: int(120, 160),
          b: int(161, 200),
          c: int(201, 240),
          d: int(241, 280),
        }),
        filled('platelets were {a},000 and ferritin {b}', { a: int(100, 400), b: int(20, 900) }),
        filled('BP {a}/{b}, HR {c}, SpO2 {d}%', { a: int(90, 180), b: int(50, 110), c: int(50, 120), d: int(85, 100) }),
        filled('{a} mg twice daily, {b} tablets, {c} refills', { a: int(5, 900), b: int(10, 90), c: int(1, 9) }),
      ),
    );
  });

  it('numbers that stand alone', () => {
    const tens = one('twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety');
    const unit = one('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine');
    keeps(
      either(
        int(0, 999).map(String),
        one('911', '988', '411', '112', '211'),
        filled('{start} {n}', { start: one("It's", 'about', 'maybe', 'around', 'it was'), n: int(0, 999) }),
        filled('{n}.{m}', { n: int(95, 105), m: int(0, 9) }),
        filled('{n} pounds', { n: int(90, 400) }),
        filled('{a} {b}', { a: tens, b: unit }),
        filled('{n} over {m}', { n: int(90, 180), m: int(50, 110) }),
        filled('{h}:{m}', { h: int(8, 19), m: one('00', '15', '30', '45') }),
      ),
    );
  });

  it('time zones, models and attributes of markup', () => {
    keeps(
      either(
        filled('All times are {a}, callers may be in {b}.', {
          a: one('America/Denver', 'America/Argentina/Buenos_Aires', 'America/Indiana/Indianapolis', 'US/Pacific'),
          b: one('Asia/Kolkata', 'Europe/Kyiv', 'Pacific/Auckland', 'Africa/Nairobi', 'Asia/Kathmandu'),
        }),
        filled('Use {model}-{y}-{m}-{d}.', {
          model: one('gpt-4o', 'gpt-4.1', 'gpt-5-mini', 'o3'),
          y: int(2023, 2026),
          m: one('01', '04', '08', '11'),
          d: one('06', '14', '20'),
        }),
        filled('<say-as interpret-as="{as}" format="mdy">hello</say-as>', { as: one('date', 'telephone', 'digits') }),
      ),
    );
  });

  it('ages of 89 and less', () => {
    keeps(
      either(
        filled('she is {n} years old', { n: int(18, 89) }),
        filled("he's in his {n}s", { n: one('20', '40', '50', '70', '80') }),
        filled('a {n}-year-old man', { n: int(18, 89) }),
      ),
    );
  });
});

/** What must be masked stands between braces. */
const masks = (texts: fc.Arbitrary<string>): void => {
  hold(texts, (marked) => {
    const text = marked.replace(/[<>]/g, '');
    const wanted = [...marked.matchAll(/<([^>]*)>/g)].map(([, value]) => value);
    const found = masked(text);
    const left = wanted.filter((value = '') => !found.some((each) => each.includes(value)));
    expect({ text, left }).toEqual({ text, left: [] });
  });
};

describe('generated texts lose', () => {
  it('ages over 89 in every form', () => {
    const unit = one('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine');
    masks(
      either(
        filled('she is <{n}> years old', { n: int(90, 112) }),
        filled('a <{n}>-year-old with a fall', { n: int(90, 112) }),
        filled('age <P{n}Y>', { n: int(90, 112) }),
        filled('PatientAge: <{n}Y>', { n: int(90, 112).map((n) => String(n).padStart(3, '0')) }),
        filled('age: <{n} years {m} months>', { n: int(90, 112), m: int(1, 11) }),
        filled('a <hundred-and-{n}-year-old> woman', { n: unit }),
        filled('he is <ninety {n}> years old', { n: unit }),
        filled('she just turned <ninety {n}>', { n: unit }),
        filled('my mother, <{n}>, fell', { n: int(90, 104) }),
        filled('{who} in {whose} {part}<{n}>', {
          who: one('he is', "she's", 'a patient'),
          whose: one('his', 'her'),
          part: one('', 'early ', 'late ', 'mid ', 'mid-'),
          n: one('90s', 'nineties', "90's"),
        }),
      ),
    );
  });

  it('named days on which something happened', () => {
    masks(
      filled('{what} {day}{year}', {
        what: one('he fell on', 'she was admitted on', 'surgery was', 'the day after', 'the accident was on'),
        day: one(
          '<thanksgiving>',
          '<christmas eve>',
          '<labor day>',
          "<new year's eve>",
          '<halloween>',
          '<easter sunday>',
          '<memorial day>',
          '<leap day>',
        ),
        year: one('', ' 2023', ' of 2021'),
      }),
    );
  });

  it('numbers whose finder the policy switched off for their kind', () => {
    masks(
      filled('{cue} <{a}{by}{b}{by}{c}>', {
        cue: one('ss#', 'ssn', 'my social is', 'social security number'),
        by: one(' . ', ' / ', ' - ', ', ', ' '),
        a: int(100, 665),
        b: int(10, 99),
        c: int(1000, 9999),
      }),
    );
  });

  it('values in parts of markup, mail and telephone addresses', () => {
    const area = one('415', '602', '970');
    const last = int(1000, 9999);
    masks(
      either(
        filled('<{a},555,{b}>', { a: area, b: last }),
        filled('<{a}>{by}<555>{by}<{b}>', { a: area, b: last, by: one(' | ', '... ', ' - ') }),
        filled('mail <{name}.{other}@{a}_{b}.example.com> please', {
          name: one('jane', 'omar'),
          other: one('okafor', 'lind'),
          a: one('clinic', 'front'),
          b: one('desk', 'a'),
        }),
        filled('tel:<+1-{a}-555-{b};ext={x}>', { a: area, b: last, x: int(10, 999) }),
        filled('call <{a}-555-{b}-x{x}>', { a: area, b: last, x: int(10, 99) }),
      ),
    );
  });

  it('words that markup spells out', () => {
    hold(one('OKAFOR', 'VENKAT', 'ACHTERBERG', 'Osterhagen', 'QUINTANILLA'), (name) => {
      const found = masked(`<say-as interpret-as="spell-out">${name}</say-as>`);
      expect(found).toContain(name);
    });
    expect(masked('<say-as interpret-as="characters">HIPAA</say-as>')).toEqual([]);
  });
});

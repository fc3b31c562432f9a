import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, DETECTOR_VERSION } from '../../../src/detection/detection.ts';
import { ENTITY_KINDS, type EntityKind } from '../../../src/detection/kinds.ts';
import { RECOGNISERS } from '../../../src/detection/passes.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import type { DetectionRules, KindRule } from '../../../src/detection/span.ts';
import { mark } from './marked.ts';

function rules(kind: EntityKind, rule: Partial<KindRule>): DetectionRules {
  return { ...DEFAULT_RULES, kinds: { ...DEFAULT_RULES.kinds, [kind]: { ...DEFAULT_RULES.kinds[kind], ...rule } } };
}

const TAGGER_ALONE = 'Temitope Okafor was seen';
const CALL = 'My name is John Smith, call 415-555-0132 or mail john@example.com, ssn 123-45-6789.';
const kinds = (text: string, using: DetectionRules) => detect(text, using).map((span) => span.kind);

describe('detect', () => {
  it('finds all kinds of one turn', () => {
    expect(kinds(CALL, DEFAULT_RULES)).toEqual(['NAME', 'PHONE', 'EMAIL', 'SSN']);
  });

  it('says which recogniser found what, in which pass and how surely', () => {
    expect(detect('ssn 123-45-6789', DEFAULT_RULES)).toEqual([
      { start: 4, end: 15, kind: 'SSN', pass: 'regex', confidence: 0.97, validated: true, recogniser: 'ssn.cue' },
    ]);
  });

  it('has a version', () => {
    expect(DETECTOR_VERSION).toMatch(/^masker-detector\/\d+\.\d+\.\d+$/);
  });

  it("answers offsets of the caller's text, not of the folded one", () => {
    expect(mark('\u200b😀 call ４１５\u2011５５５\u2011０１３２!')).toBe(
      '\u200b😀 call [PHONE:４１５\u2011５５５\u2011０１３２]!',
    );
    expect(mark('jo\u00adhn\u200b@example.com')).toBe('[EMAIL:jo\u00adhn\u200b@example.com]');
  });

  it('trims white space and punctuation, but no bracket that has its other half', () => {
    expect(mark('(see 415-555-0132)')).toBe('(see [PHONE:415-555-0132])');
    expect(mark('"(212) 555-1234",')).toBe('"[PHONE:(212) 555-1234]",');
  });
});

describe('rules', () => {
  it('a kind that is not enabled is not reported, nor masked as something else', () => {
    expect(kinds('415-555-0132', rules('PHONE', { enabled: false }))).toEqual([]);
    expect(kinds('mrn 12345678', rules('MRN', { enabled: false }))).toEqual([]);
  });

  it('a kind without regex is not reported by recognisers of that pass alone', () => {
    expect(detect(CALL, rules('EMAIL', { regex: false }))).toContainEqual(
      expect.objectContaining({ kind: 'EMAIL', pass: 'ner', recogniser: 'tagger' }),
    );
  });

  it('names serve the model pass where a policy leaves names to it', () => {
    const using = rules('NAME', { regex: false });
    expect(detect('My name is John Smith', using)).toMatchObject([{ kind: 'NAME', pass: 'ner' }]);
  });

  it('a finding of a pass that is switched off for its kind counts as OTHER_ID', () => {
    // No recogniser knows this name: only the tagger finds it.
    const found = detect(TAGGER_ALONE, rules('NAME', { ner: false }));
    expect(found).toMatchObject([{ start: 0, end: 15, kind: 'OTHER_ID', pass: 'ner', foundAs: 'NAME' }]);
    expect(kinds(CALL, rules('EMAIL', { regex: false, ner: false }))).toEqual(['NAME', 'PHONE', 'OTHER_ID', 'SSN']);
    expect(kinds('My name is John Smith', rules('NAME', { regex: false, ner: false }))).toEqual(['OTHER_ID']);
  });

  it('a finding of a pass that is switched off for its kind is not reported where OTHER_ID is not looked for', () => {
    const { kinds: each } = rules('NAME', { ner: false });
    const without = { ...DEFAULT_RULES, kinds: { ...each, OTHER_ID: { ...each.OTHER_ID, enabled: false } } };
    expect(detect(TAGGER_ALONE, without)).toEqual([]);
    expect(kinds('My name is John Smith', rules('NAME', { ner: false, regex: false, enabled: false }))).toEqual([]);
  });

  it('the threshold holds for the model pass only', () => {
    expect(kinds('My name is John Smith', rules('NAME', { regex: false, threshold: 1 }))).toEqual([]);
    expect(kinds('My name is John Smith', rules('NAME', { threshold: 1 }))).toEqual(['NAME']);
  });

  it('passes that are not listed do not run, and the first listed one is named', () => {
    expect(detect(CALL, { ...DEFAULT_RULES, passes: [] })).toEqual([]);
    expect(new Set(detect(CALL, { ...DEFAULT_RULES, passes: ['ner'] }).map(({ pass }) => pass))).toEqual(
      new Set(['ner']),
    );
    expect(
      detect(CALL, { ...DEFAULT_RULES, passes: ['regex'] }).some(({ recogniser }) => recogniser === 'tagger'),
    ).toBe(false);
    expect(detect('I am Dr. Lee', { ...DEFAULT_RULES, passes: ['ner', 'regex'] })).toMatchObject([{ pass: 'ner' }]);
  });

  it('the default looks for every kind but ORG', () => {
    expect(ENTITY_KINDS.filter((kind) => !DEFAULT_RULES.kinds[kind].enabled)).toEqual(['ORG']);
  });
});

describe('recognisers', () => {
  it('have names of their own, which their findings carry', () => {
    expect(new Set(RECOGNISERS.map(({ name }) => name)).size).toBe(RECOGNISERS.length);
    const prefixes = new Set([...RECOGNISERS.map(({ name }) => name), 'tagger']);
    for (const span of detect(`${CALL} mrn 12345, born 3/4/1950, 94 years old, at 12 Elm Street`, DEFAULT_RULES)) {
      expect(prefixes.has(span.recogniser.split('.')[0] ?? '')).toBe(true);
    }
  });
});

describe('whatever the text', () => {
  const pieces = fc.constantFrom(
    'my name is ',
    'Dr. ',
    'John ',
    'smith ',
    'ssn ',
    '123-45-6789',
    '415 555 0132 ',
    'at ',
    'dot com ',
    'a@b.co ',
    'five ',
    'double ',
    'oh ',
    'march ',
    'fourteenth ',
    'nineteen ',
    '😀',
    '\u200b',
    '４',
    '\ud83d',
    '\n',
    '. ',
    ', ',
    '(',
    ')',
    '-',
    '/',
    ':',
    '::1',
    '"',
    "'s",
    'mrn ',
    'Main Street ',
    'IL ',
    '62704',
    'e\u0301',
    'uh ',
    'b as in boy ',
    '1',
    'GB29',
    'https://',
    'www.',
    '+',
    '#',
    'years old',
    '(01)',
  );
  const anyText = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
  );

  it('spans are within bounds, sorted, disjoint, trimmed, and split no surrogate pair', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let before = 0;
        for (const { start, end, confidence } of detect(text, DEFAULT_RULES)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
          expect(splitsPair(text, start) || splitsPair(text, end)).toBe(false);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          before = end;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('the answer is the same each time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(detect(text, DEFAULT_RULES)).toEqual(detect(text, DEFAULT_RULES));
      }),
    );
  });

  it('a value is found in whatever company', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z !?]{0,30}$/), fc.stringMatching(/^[a-z !?]{0,30}$/), (before, after) => {
        const text = `${before}\njohn.smith@example.com\n${after}`;
        expect(
          detect(text, DEFAULT_RULES).some((span) => text.slice(span.start, span.end) === 'john.smith@example.com'),
        ).toBe(true);
      }),
    );
  });
});

function splitsPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
}

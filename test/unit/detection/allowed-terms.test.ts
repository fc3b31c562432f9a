import { describe, expect, it } from 'vitest';
import { withoutAllowed } from '../../../src/detection/allowed-terms.ts';
import { detect } from '../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import type { DetectionRules, Span } from '../../../src/detection/span.ts';
import { mark } from './marked.ts';

function spanOf(text: string, value: string): Span {
  const start = text.indexOf(value);
  return {
    start,
    end: start + value.length,
    kind: 'NAME',
    pass: 'ner',
    confidence: 0.9,
    validated: false,
    recogniser: 'name.title',
  };
}

function kept(text: string, values: readonly string[], terms: readonly string[]): string[] {
  return withoutAllowed(
    text,
    values.map((value) => spanOf(text, value)),
    terms,
  ).map(({ start, end }) => text.slice(start, end));
}

describe('an allowed term', () => {
  it.each([
    ['as it is', 'Mercy General'],
    ['in another case', 'MERCY general'],
    ['with other white space', 'Mercy\n  General'],
    ['in full-width letters', 'Ｍｅｒｃｙ General'],
    ['with invisible characters', 'Mer\u200bcy General'],
  ])('frees a span that is all of it: %s', (_how, value) => {
    expect(kept(`at ${value} today`, [value], ['mercy general'])).toEqual([]);
  });

  it.each([
    ['longer at its end', 'Mercy General Gonzalez'],
    ['longer at its start', 'Maria Mercy General'],
    ['a part of it', 'Mercy'],
    ['one letter more', 'Mercy Generals'],
  ])('frees no span that is %s', (_how, value) => {
    expect(kept(`at ${value} today`, [value], ['Mercy General'])).toEqual([value]);
  });

  it('leaves other spans alone', () => {
    expect(kept('Mercy and Maria', ['Mercy', 'Maria'], ['mercy'])).toEqual(['Maria']);
  });

  it('that is not there frees nothing', () => {
    const spans = [spanOf('Maria', 'Maria')];
    expect(withoutAllowed('Maria', spans, [])).toEqual(spans);
  });
});

describe('detection with allowed terms', () => {
  const rules: DetectionRules = {
    ...DEFAULT_RULES,
    passes: ['regex'],
    allow: ['800-555-0199', 'front@mercy.example.org', '555-0199'],
  };

  it('leaves a published number in the text, and no other', () => {
    const text = 'call 800-555-0199 or 415-555-0199';
    expect(mark(text, detect(text, rules))).toBe('call 800-555-0199 or [PHONE:415-555-0199]');
  });

  it('unmasks no part of a longer value', () => {
    const text = 'write to new-front@mercy.example.org';
    expect(mark(text, detect(text, rules))).toBe('write to [EMAIL:new-front@mercy.example.org]');
  });
});

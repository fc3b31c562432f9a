import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { RULES_ALONE } from './marked.ts';
import { explain, type Candidate } from '../../../src/detection/explain.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import type { DetectionRules, KindRule } from '../../../src/detection/span.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';

const BY_RULE: DetectionRules = { ...DEFAULT_RULES, passes: ['regex', 'known'] };

function ruling(kind: EntityKind, rule: Partial<KindRule>, base = BY_RULE): DetectionRules {
  return { ...base, kinds: { ...base.kinds, [kind]: { ...base.kinds[kind], ...rule } } };
}

function of(text: string, kind: EntityKind, rules = BY_RULE): Candidate {
  const candidate = explain(text, rules).candidates.find((each) => each.kind === kind);
  if (candidate === undefined) throw new Error(`no candidate of kind ${kind}`);
  return candidate;
}

describe('explain says', () => {
  it('which recogniser and cue made a span', () => {
    expect(of('my member id is W441982', 'HEALTH_PLAN')).toMatchObject({
      start: 16,
      end: 23,
      cue: 'member id',
      outcome: 'reported',
      lostTo: null,
    });
    expect(of('call 415-555-0132', 'PHONE')).toMatchObject({ outcome: 'reported' });
    expect(of('call 415-555-0132', 'PHONE').recogniser).toMatch(/^phone\./);
  });

  it('what made a span of escaped text, at its place in it', () => {
    expect(of('my member id is W44%31982, ok', 'HEALTH_PLAN')).toMatchObject({
      start: 16,
      end: 25,
      cue: 'member id',
      outcome: 'reported',
      lostTo: null,
    });
    for (const text of [
      'call 415%20555%200132',
      'mail maria&#64;example.com',
      'Maria&nbsp;Gonzalez, ssn 219%2D09%2D7645',
    ]) {
      const { spans, candidates } = explain(text, DEFAULT_RULES);
      expect(spans.length).toBeGreaterThan(0);
      for (const { start, end, kind } of spans)
        expect(
          candidates.some(
            (each) => each.start <= start && each.end >= end && each.kind === kind && each.outcome === 'reported',
          ),
          text,
        ).toBe(true);
    }
  });

  it('what a check digit confirmed', () => {
    expect(of('4111 1111 1111 1111', 'CREDIT_CARD')).toMatchObject({ validated: true, outcome: 'reported' });
  });

  it('which longer one covers it', () => {
    const lost = explain('write to maria@example.com', BY_RULE).candidates.find(({ kind }) => kind === 'URL');
    if (lost !== undefined) expect(lost).toMatchObject({ outcome: 'overlap', lostTo: 'email.written' });
    expect(
      explain('ssn 219-09-9999', BY_RULE)
        .candidates.filter(({ outcome }) => outcome === 'overlap')
        .every(({ lostTo }) => lostTo !== null),
    ).toBe(true);
    expect(of('ssn 219-09-9999', 'OTHER_ID')).toMatchObject({ outcome: 'overlap' });
  });

  it('that the policy does not look for the kind, and for nothing in its place', () => {
    const rules = ruling('PHONE', { enabled: false });
    expect(of('call 415-555-0132', 'PHONE', rules)).toMatchObject({ outcome: 'kind_disabled' });
    expect(of('call 415-555-0132', 'OTHER_ID', rules)).toMatchObject({ outcome: 'explained' });
    expect(explain('call 415-555-0132', rules).spans).toEqual([]);
  });

  it('that the policy does not look for it in this way', () => {
    const rules = ruling('PHONE', { regex: false });
    expect(of('call 415-555-0132', 'PHONE', rules)).toMatchObject({ outcome: 'counted_as_other' });
    const neither = ruling('OTHER_ID', { regex: false }, rules);
    expect(of('call 415-555-0132', 'PHONE', neither)).toMatchObject({ outcome: 'pass_disabled' });
  });

  it('that a model pass is not sure enough', () => {
    const rules = ruling('NAME', { regex: false, threshold: 1 }, { ...BY_RULE, passes: ['ner'] });
    expect(of('my name is Aurelia', 'NAME', rules)).toMatchObject({ outcome: 'threshold' });
  });

  it('that the term is public', () => {
    expect(of('call 415-555-0132', 'PHONE', { ...BY_RULE, allow: ['415-555-0132'] })).toMatchObject({
      outcome: 'allowed',
    });
  });

  it('offsets of the text as it was written', () => {
    expect(of('ｃａｌｌ ４１５-５５５-０１３２', 'PHONE')).toMatchObject({ start: 5, end: 17 });
  });

  it('the same spans as detect, and for each of them a candidate, whatever the text', () => {
    const part = fc.constantFrom(
      'my name is Aurelia',
      'call 415-555-0132',
      'mrn 7734219',
      '12',
      'maria@example.com',
      'born 3/14/1982',
      '88 Old Mill Road',
      'and',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join(' ');
        const { spans, candidates } = explain(text, BY_RULE);
        expect(spans).toEqual(detect(text, BY_RULE));
        for (const { start, end, kind } of spans) {
          expect(
            candidates.some(
              (each) =>
                each.kind === kind &&
                each.start < end &&
                start < each.end &&
                ['reported', 'merged'].includes(each.outcome),
            ),
          ).toBe(true);
        }
      }),
    );
  });

  it('names the span that covers a candidate, however many spans there are', () => {
    const text = Array.from(
      { length: 400 },
      (_, at) => `call 415-555-${String(1000 + at)} or mail a${at}@example.com. `,
    ).join('');
    const { spans, candidates } = explain(text, RULES_ALONE);
    expect(spans.length).toBe(800);
    for (const { start, end, outcome, lostTo, recogniser } of candidates) {
      const cover = spans.find((span) => span.start < end && start < span.end);
      expect(cover).toBeDefined();
      if (outcome === 'overlap') expect(lostTo).toBe(cover?.recogniser);
      else expect(recogniser).toBe(cover?.recogniser);
    }
  });
});

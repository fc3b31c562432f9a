import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOn, unknownsOf } from '../../../src/policy/draft-effect.ts';
import type { RecordedRedaction } from '../../../src/policy/draft-effect.ts';
import { ACTIONS } from '../../../src/policy/policy.ts';
import { policyOf } from './policies.ts';

const policy = (rest = ''): ReturnType<typeof policyOf> => policyOf(`name: p\n${rest}`);
const ner = (fields: Partial<RecordedRedaction> = {}): RecordedRedaction => ({
  pass: 'ner',
  kind: 'NAME',
  foundAs: null,
  confidence: 0.8,
  action: 'tokenize',
  ...fields,
});
const regex = (fields: Partial<RecordedRedaction> = {}): RecordedRedaction =>
  ner({ pass: 'regex', kind: 'PHONE', confidence: 0.3, ...fields });

describe('the effect of a policy on recorded redactions', () => {
  it.each([
    ['keeps what it would report alike', '', ner(), { kept: 1 }],
    ['drops a kind that is switched off', 'entities: { NAME: { enabled: false } }', ner(), { dropped: 1 }],
    [
      'drops what is below a raised threshold',
      'entities: { NAME: { confidence_threshold: 0.81 } }',
      ner(),
      { dropped: 1 },
    ],
    ['keeps what reaches the threshold', 'entities: { NAME: { confidence_threshold: 0.8 } }', ner(), { kept: 1 }],
    [
      'holds no threshold against a recogniser',
      'entities: { PHONE: { confidence_threshold: 0.9 } }',
      regex(),
      { kept: 1 },
    ],
    ['drops what a pass that is left out found', 'passes: [regex]', ner(), { dropped: 1 }],
    ['changes what gets another action', 'entities: { PHONE: { action: redact } }', regex(), { changed: 1 }],
    [
      'counts as unmasked what was replaced and would pass',
      'entities: { PHONE: { action: passthrough } }',
      regex(),
      { changed: 1, unmasked: 1 },
    ],
    [
      'keeps what passes and passed',
      'entities: { PHONE: { action: passthrough } }',
      regex({ action: 'passthrough' }),
      { kept: 1 },
    ],
    ['changes to OTHER_ID what a closed pass found', 'entities: { PHONE: { regex: false } }', regex(), { changed: 1 }],
    [
      'keeps as OTHER_ID what counted so before',
      'entities: { PHONE: { regex: false } }',
      regex({ kind: 'OTHER_ID', foundAs: 'PHONE' }),
      { kept: 1 },
    ],
    [
      'changes to its own kind what counted as OTHER_ID',
      '',
      regex({ kind: 'OTHER_ID', foundAs: 'PHONE' }),
      { changed: 1 },
    ],
  ])('%s', (_title, rest, redaction, counts) => {
    const none = { recorded: 1, kept: 0, changed: 0, unmasked: 0, dropped: 0 };
    expect(effectOn(policy(rest), [redaction])).toEqual([{ kind: redaction.kind, ...none, ...counts }]);
  });

  it('adds up: what is recorded of a kind is kept, changed or dropped', () => {
    const redactions = fc.array(
      fc.record({
        pass: fc.constantFrom('regex', 'known', 'ner', 'gemma'),
        kind: fc.constantFrom('NAME', 'PHONE', 'SSN', 'OTHER_ID'),
        foundAs: fc.constant(null),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        action: fc.constantFrom(...ACTIONS),
      }),
    );
    const draft = policy(
      'passes: [regex]\nentities: { NAME: { enabled: false }, PHONE: { action: passthrough }, SSN: { regex: false } }',
    );
    fc.assert(
      fc.property(redactions, (recorded) => {
        const kinds = effectOn(draft, recorded);
        for (const { kept, changed, dropped, recorded: all, unmasked } of kinds) {
          expect(kept + changed + dropped).toBe(all);
          expect(unmasked).toBeLessThanOrEqual(changed);
        }
        expect(kinds.reduce((sum, kind) => sum + kind.recorded, 0)).toBe(recorded.length);
      }),
    );
  });
});

describe('what records cannot tell', () => {
  it.each([
    ['always of known values and overlaps', '', []],
    ['of a kind that is switched on', 'entities: { ORG: {} }', ['new_findings']],
    ['of a threshold that is lowered', 'entities: { NAME: { confidence_threshold: 0.5 } }', ['new_findings']],
    ['nothing more of a threshold that is raised', 'entities: { NAME: { confidence_threshold: 0.7 } }', []],
    ['nothing more of another action', 'entities: { NAME: { action: redact } }', []],
    ['of patterns', "patterns: [{ name: chart, kind: MRN, regex: 'zq-[a-f]{4}' }]", ['patterns']],
    ['of terms that stay', 'allow: [Mercy]', ['allow']],
    [
      'of speakers, sensitivity and calendar dates',
      'speakers: [patient]\nsensitivity: 1\ncalendar_dates: mask',
      ['speakers', 'sensitivity', 'calendar_dates'],
    ],
  ])('%s', (_title, rest, more) => {
    expect(unknownsOf(policy(), policy(rest))).toEqual(['known_values', 'overlaps', ...more]);
  });

  it('of a pass that was left out and is not any more', () => {
    expect(unknownsOf(policy('passes: [regex]'), policy())).toContain('new_findings');
  });
});

import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { detectionRules } from '../../../src/policy/policy.ts';
import { policyOf } from './policies.ts';

describe('detectionRules', () => {
  it('takes the passes in the order of the policy, after what this call has given away already', () => {
    expect(detectionRules(policyOf('name: p\npasses: [ner, regex]')).passes).toEqual([
      'known',
      'ner',
      'gemma',
      'regex',
    ]);
    expect(detectionRules(policyOf('name: p\npasses: [regex]')).passes).toEqual(['known', 'regex']);
  });

  it('leaves speaker tags out: they are no pass over the text', () => {
    expect(detectionRules(policyOf('name: p\npasses: [diarize, regex]')).passes).toEqual(['known', 'regex']);
  });

  it('has a rule for every kind, without its action', () => {
    const { kinds } = detectionRules(
      policyOf('name: p\nentities: { SSN: { ner: false, confidence_threshold: 0.9, action: redact } }'),
    );
    expect(Object.keys(kinds)).toEqual([...ENTITY_KINDS]);
    expect(kinds.SSN).toEqual({ enabled: true, regex: true, ner: false, threshold: 0.9 });
  });

  it('still looks for what passes through: it is logged', () => {
    const { kinds } = detectionRules(policyOf('name: p\nentities: { URL: { action: passthrough } }'));
    expect(kinds.URL.enabled).toBe(true);
  });

  it('does not look for what is disabled', () => {
    const { kinds } = detectionRules(policyOf('name: p\nentities: { URL: { enabled: false } }'));
    expect(kinds.URL.enabled).toBe(false);
  });
});

import { expect, test } from 'vitest';
import type { Span } from '../../../../src/detection/span.ts';
import { findPastedTokens } from '../../../../src/masking/turn/pasted-tokens.ts';
import { actionOn } from '../../../../src/masking/turn/span-action.ts';
import { policyOf } from '../../policy/policies.ts';

const policy = policyOf(
  'name: p\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  OTHER_ID: { action: passthrough }\n  NAME: { action: redact }\n',
);
const span = (kind: Span['kind']): Span => ({
  start: 0,
  end: 3,
  kind,
  pass: 'regex',
  confidence: 1,
  validated: false,
  recogniser: 'test',
});

test('actionOn returns the action of the kind', () => {
  expect(actionOn(span('OTHER_ID'), policy)).toBe('passthrough');
  expect(actionOn(span('NAME'), policy)).toBe('redact');
});

test('actionOn returns tokenize for a pasted token of a kind that passes through', () => {
  const [pasted] = Array.from(findPastedTokens('MSKV1.PHONE.K_HEALTHCARE.ABCDEFGH234567')).flatMap(
    (found) => found ?? [],
  );
  expect(pasted?.kind).toBe('OTHER_ID');
  expect(pasted && actionOn(pasted, policy)).toBe('tokenize');
});

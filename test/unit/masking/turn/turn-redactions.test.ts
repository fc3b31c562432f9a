import { describe, expect, test } from 'vitest';
import { SILENCE } from '../../../../src/detection/context/conversation.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { RecordedDigests } from '../../../../src/masking/turn/recorded-digests.ts';
import { MaskingMemory, type MaskedText } from '../../../../src/masking/turn/masking-memory.ts';
import { eachRedaction, type MaskedTexts } from '../../../../src/masking/turn/turn-redactions.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';
import type { TokenIssuer } from '../../../../src/tokens/issuer.ts';
import { policyOf } from '../../policy/policies.ts';

const issuer: Pick<TokenIssuer, 'schemeFor' | 'kid'> = { kid: 'K_HEALTHCARE', schemeFor: () => 'MSKV1' };
const policy = policyOf('name: p\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  NAME: { action: redact }\n');
const span = (start: number, end: number): Span => ({
  start,
  end,
  kind: 'NAME',
  pass: 'regex',
  confidence: 0.98765,
  validated: false,
  recogniser: 'test',
});
const text = (name: string, ...spans: Span[]): MaskedText => ({
  masked: '',
  spans,
  knownCount: 0,
  after: SILENCE,
  name,
  tokens: new Set(),
  cut: [],
  kept: [],
});
const at = (pointer: string) => ({ pointer, speaker: 'user', key: null }) as const;

function paths(
  masked: MaskedTexts,
  memory = new MaskingMemory(),
  recorded: RecordedDigests | null = null,
): (string | null)[] {
  const terms = { memory, policy, issuer, recorded: recorded?.draft() ?? null };
  return [...eachRedaction(masked, terms)].map((fact) => fact?.path ?? null);
}

describe('eachRedaction', () => {
  const positions = new Map([
    ['a', at('/a')],
    ['b', at('/b')],
  ]);

  test('yields each span with its place, action and confidence', () => {
    const masked = { texts: [['a', text('one', span(0, 3))]] as const, positions };
    expect([...eachRedaction(masked, { memory: new MaskingMemory(), policy, issuer, recorded: null })]).toEqual([
      {
        kind: 'redaction',
        pass: 'regex',
        entity_kind: 'NAME',
        span: [0, 3],
        path: '/a',
        confidence: 0.988,
        action: 'redact',
        token_kind: null,
        kid: null,
        speaker: 'user',
      },
    ]);
  });

  test('yields null for a span of the same text in a second place', () => {
    const texts = [
      ['a', text('one', span(0, 3))],
      ['b', text('one', span(0, 3), span(4, 6))],
    ] as const;
    expect(paths({ texts, positions })).toEqual(['/a', null, '/b']);
  });

  test('yields null for a span that the session found in the text before', () => {
    const memory = new MaskingMemory();
    memory.remember('a', text('one', span(0, 3)));
    expect(paths({ texts: [['a', text('one', span(0, 3), span(4, 6))]], positions }, memory)).toEqual([null, '/a']);
  });

  test('yields null for a span that another node recorded', () => {
    const recorded = new RecordedDigests(Buffer.alloc(32, 1));
    const masked = { texts: [['a', text('one', span(0, 3))]] as const, positions };
    const draft = recorded.draft();
    expect([...eachRedaction(masked, { memory: new MaskingMemory(), policy, issuer, recorded: draft })]).toHaveLength(
      1,
    );
    runAtOnce(draft.keeping());
    expect(paths(masked, undefined, recorded)).toEqual([null]);
  });

  test('yields null for a text without a position in the last walk', () => {
    expect(paths({ texts: [['c', text('one', span(0, 3))]], positions })).toEqual([null]);
  });
});

import { describe, expect, test } from 'vitest';
import type { Span } from '../../../../src/detection/span.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { TextReplacing } from '../../../../src/masking/turn/text-replacing.ts';
import { TurnIssuing } from '../../../../src/masking/turn/turn-issuing.ts';
import { TurnValues } from '../../../../src/masking/turn/turn-values.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const POLICY = policyOf(
  'name: p\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  PHONE: { action: tokenize }\n  NAME: { action: redact }\n  URL: { action: passthrough }\n',
);

function replacing(): { texts: TextReplacing; values: TurnValues; issuing: TurnIssuing } {
  const memory = new MaskingMemory();
  const issuer = createIssuer(
    KEYS,
    'vault-deterministic',
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );
  const issuing = new TurnIssuing(memory, issuer);
  const values = new TurnValues(memory, { learn: () => [] }, POLICY);
  return { texts: new TextReplacing(POLICY, values, issuing), values, issuing };
}

const spanOf = (text: string, value: string, kind: Span['kind'], recogniser = 'test'): Span => {
  const start = text.indexOf(value);
  return { start, end: start + value.length, kind, pass: 'regex', confidence: 1, validated: false, recogniser };
};
const NONE: ReadonlySet<string> = new Set();

describe('TextReplacing', () => {
  test('writes tokens and markers, keeps values that pass through, and learns those that it replaced', () => {
    const { texts, values, issuing } = replacing();
    const text = 'Ann at 415-555-0142, see a.example.org!';
    const spans = [
      spanOf(text, 'Ann', 'NAME'),
      spanOf(text, '415-555-0142', 'PHONE'),
      spanOf(text, 'a.example.org', 'URL'),
    ];
    const { masked, tokens } = runAtOnce(texts.replaced(text, spans, NONE));
    const { token } = issuing.newTokens[0] ?? { token: '' };
    expect(masked).toBe(`[REDACTED:NAME] at ${token}, see a.example.org!`);
    expect([...tokens]).toEqual([token]);
    expect([...values.learned]).toEqual([
      ['Ann', 'NAME'],
      ['415-555-0142', 'PHONE'],
    ]);
  });

  test('throws for spans out of order', () => {
    const { texts } = replacing();
    const text = 'Ann at 415-555-0142';
    const spans = [spanOf(text, '415-555-0142', 'PHONE'), spanOf(text, 'Ann', 'NAME')];
    expect(() => runAtOnce(texts.replaced(text, spans, NONE))).toThrow('not in order');
  });

  test('writes the token of the whole for a cut value only if the whole stands before it in the turn', () => {
    const { texts, values } = replacing();
    const whole = 'call 415-555-0142';
    const { tokens } = runAtOnce(texts.replaced(whole, [spanOf(whole, '415-555-0142', 'PHONE')], NONE));
    const cut = 'it is 415-555';
    const part = spanOf(cut, '415-555', 'PHONE', 'phone.cue');
    const behind = runAtOnce(texts.replaced(cut, [part], tokens));
    expect([behind.tokens, behind.cut]).toEqual([tokens, [...tokens]]);
    const apart = runAtOnce(texts.replaced(cut, [part], NONE));
    expect(apart.tokens).not.toEqual(tokens);
    expect(apart.cut).toEqual([]);
    // A part is no value of its own, and is not searched for.
    expect([...values.learned]).toEqual([['415-555-0142', 'PHONE']]);
  });
});

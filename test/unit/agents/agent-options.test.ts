import { describe, expect, it } from 'vitest';
import { optionsAfter, optionsOf, storedAssistant } from '../../../src/agents/agent-options.ts';
import type { AgentOptions } from '../../../src/agents/agent-options.ts';
import { checkCallerAuth } from '../../../src/agents/caller-auth-input.ts';
import type { CallerAuthChange, CallerAuthInput } from '../../../src/agents/caller-auth-input.ts';
import { Failure } from '../../../src/platform/failure.ts';

const OPEN: AgentOptions = { callerAuth: null, assistant: null, assistantCallbackUrl: null };

function auth(input: CallerAuthInput | null): CallerAuthChange {
  const checked = checkCallerAuth(input);
  if (!checked.ok) throw new Error('the input should hold');
  return checked.change;
}

const secret = 'eight or more';
const secured = optionsAfter(OPEN, new Set(), {
  callerAuth: auth({ signature: { secret }, sharedSecret: { secret } }),
});
const KNOWN = new Set(['signature', 'shared_secret'] as const);

describe('ways of proving oneself', () => {
  it('come with their secrets, and are named in the record', () => {
    expect(secured.changed).toEqual(['caller_auth.signature', 'caller_auth.shared_secret']);
    expect([...secured.newSecrets].map(([purpose, given]) => [purpose, given.reveal()])).toEqual([
      ['signature', secret],
      ['shared_secret', secret],
    ]);
    expect(secured.callerAuth).toMatchObject({
      signature: { header: 'X-Vapi-Signature' },
      sharedSecret: { header: 'X-Vapi-Secret' },
      proxyKey: false,
    });
  });

  it.each([
    [{ signature: {} }, 'callerAuth.signature.secret'],
    [{ sharedSecret: {} }, 'callerAuth.sharedSecret.secret'],
  ])('%j needs a secret where there is none yet', (input, path) => {
    const work = (): unknown => optionsAfter(OPEN, new Set(), { callerAuth: auth(input) });
    expect(work).toThrow(Failure);
    expect(work).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        details: [expect.objectContaining({ path, code: 'required' })],
      }),
    );
  });

  it('keep the secret that is set when only their form changes', () => {
    const after = optionsAfter(secured, KNOWN, { callerAuth: auth({ signature: { algorithm: 'sha512' } }) });
    expect(after.callerAuth?.signature?.algorithm).toBe('sha512');
    expect([after.changed, after.newSecrets.size, after.lostSecrets]).toEqual([['caller_auth.signature'], 0, []]);
  });

  it('that are changed to what they are have not changed; a secret that is given has', () => {
    expect(optionsAfter(secured, KNOWN, { callerAuth: auth({ signature: {} }) }).changed).toEqual([]);
    expect(optionsAfter(secured, KNOWN, { callerAuth: auth({ sharedSecret: { secret } }) }).changed).toEqual([
      'caller_auth.shared_secret',
    ]);
    expect(optionsAfter(secured, KNOWN, {}).changed).toEqual([]);
  });

  it('lose their secrets when they are taken away, one by one', () => {
    const half = optionsAfter(secured, KNOWN, { callerAuth: auth({ signature: null }) });
    expect([half.lostSecrets, half.changed, half.callerAuth?.sharedSecret?.header]).toEqual([
      ['signature'],
      ['caller_auth.signature'],
      'X-Vapi-Secret',
    ]);
    const none = optionsAfter(secured, KNOWN, { callerAuth: auth(null) });
    expect([none.lostSecrets, none.callerAuth]).toEqual([['signature', 'shared_secret'], null]);
    expect(optionsAfter(OPEN, new Set(), { callerAuth: auth(null) }).changed).toEqual([]);
  });

  it('open the agent only where all of them are gone', () => {
    const keyed = optionsAfter(OPEN, new Set(), { callerAuth: auth({ proxyKey: true }) });
    expect([keyed.callerAuth, keyed.changed]).toEqual([
      { signature: null, sharedSecret: null, proxyKey: true },
      ['caller_auth.proxy_key'],
    ]);
    expect(
      optionsAfter(keyed, new Set(), { callerAuth: auth({ signature: null, sharedSecret: null }) }).callerAuth
        ?.proxyKey,
    ).toBe(true);
    expect(optionsAfter(keyed, new Set(), { callerAuth: auth(null) }).callerAuth).toBe(null);
  });

  it.each([
    [{ proxyKey: true }, { proxyKey: false }],
    [{ sharedSecret: { secret } }, { sharedSecret: null }],
  ])('of %j are not opened by %j, for want of null', (had, input) => {
    const before = optionsAfter(OPEN, new Set(), { callerAuth: auth(had) });
    expect(() => optionsAfter(before, KNOWN, { callerAuth: auth(input) })).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        details: [expect.objectContaining({ path: 'callerAuth', code: 'would_open' })],
      }),
    );
  });
});

describe('the assistant', () => {
  const assistant = { firstMessage: 'Hi' };

  it('changes where it is another one', () => {
    const set = optionsAfter(OPEN, new Set(), { assistant });
    expect([set.assistant, set.changed]).toEqual([assistant, ['assistant']]);
    expect(optionsAfter(set, new Set(), { assistant: { firstMessage: 'Hi' } }).changed).toEqual([]);
    const gone = optionsAfter(set, new Set(), { assistant: null });
    expect([gone.assistant, gone.changed]).toEqual([null, ['assistant']]);
  });

  it('is asked for with a secret from the first address on, and with the same one at the next', () => {
    const set = optionsAfter(OPEN, new Set(), { assistantCallbackUrl: 'https://a.test/' });
    expect(set.changed).toEqual(['assistant_callback_url']);
    expect(set.newSecrets.get('assistant_callback')?.reveal()).toMatch(/^whsec_/);
    const moved = optionsAfter(set, new Set(['assistant_callback'] as const), {
      assistantCallbackUrl: 'https://b.test/',
    });
    expect([moved.assistantCallbackUrl, moved.newSecrets.size, moved.lostSecrets]).toEqual(['https://b.test/', 0, []]);
    expect(
      optionsAfter(moved, new Set(['assistant_callback'] as const), { assistantCallbackUrl: null })
        .assistantCallbackUrl,
    ).toBe(null);
  });
});

describe('the options of a row', () => {
  it('are those that were written', () => {
    expect(optionsOf({ ...OPEN, assistantText: null })).toEqual(OPEN);
    expect(() => optionsOf({ ...OPEN, assistantText: null, callerAuth: { signature: true } })).toThrow();
  });
});

describe('a stored assistant', () => {
  const text = '{"zeta":{"beta":1,"a":[{"long name":2,"b":3}]},"b":null,"alpha":true}';
  /** As jsonb gives it back: shorter keys first, then by their bytes. */
  const jsonb = { b: null, zeta: { a: [{ b: 3, 'long name': 2 }], beta: 1 }, alpha: true };

  it('has its members in the order of the text', () => {
    expect(JSON.stringify(storedAssistant(jsonb, text))).toBe(text);
  });

  it('is read from the jsonb column in a row without a text', () => {
    expect(storedAssistant(jsonb, null)).toBe(jsonb);
    expect(storedAssistant(null, null)).toBeNull();
  });

  it('is read from the jsonb column where an older node has written that alone', () => {
    expect(storedAssistant({ ...jsonb, alpha: false }, text)).toEqual({ ...jsonb, alpha: false });
    expect(storedAssistant(null, text)).toBeNull();
  });

  it('counts as changed when only the order of its members differs', () => {
    const before = { ...OPEN, assistant: { a: 1, b: { c: 2, d: 3 } } };
    const changedTo = (assistant: { a: number; b: { c: number; d: number } }): readonly string[] =>
      optionsAfter(before, new Set(), { assistant }).changed;
    expect(changedTo({ a: 1, b: { c: 2, d: 3 } })).toEqual([]);
    expect(changedTo({ a: 1, b: { d: 3, c: 2 } })).toEqual(['assistant']);
  });
});

import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOAuthStates } from '../../../src/accounts/oauth-state.ts';
import { Failure } from '../../../src/platform/failure.ts';

const SECRET = new TextEncoder().encode('a session secret of thirty-two b');
const START = Date.UTC(2026, 4, 1, 12);

function statesAt(start: number, sessionSecret: Uint8Array = SECRET) {
  const time = { value: start };
  return { time, states: createOAuthStates({ sessionSecret, clock: { now: () => time.value }, provider: 'github' }) };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('OAuth state', () => {
  it('comes back with the verifier and the target of the sign-in it began', () => {
    const { states } = statesAt(START);
    const issued = states.issue('/portal/agents?page=2');
    expect(states.redeem(issued.cookieValue, issued.state)).toEqual({
      codeVerifier: issued.codeVerifier,
      redirectTo: '/portal/agents?page=2',
      invitationHash: null,
    });
  });

  it('comes back with the invitation that it was issued for', () => {
    const { states } = statesAt(START);
    const issued = states.issue('/portal', 'a hash');
    expect(states.redeem(issued.cookieValue, issued.state).invitationHash).toBe('a hash');
  });

  it('is fresh each time: state and verifier of 256 bits, and not each other', () => {
    const { states } = statesAt(START);
    const all = Array.from({ length: 100 }, () => states.issue('/portal')).flatMap(({ state, codeVerifier }) => [
      state,
      codeVerifier,
    ]);
    expect(new Set(all).size).toBe(200);
    for (const value of all) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('fits a cookie and needs no escaping, with the longest target', () => {
    const { cookieValue } = statesAt(START).states.issue(`/${'a'.repeat(1023)}`);
    expect(cookieValue).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
    expect(cookieValue.length).toBeLessThan(2048);
  });

  it.each([
    ['at once', 0, 'accepted'],
    ['after exactly ten minutes', 600_000, 'accepted'],
    ['a millisecond later', 600_001, 'invalid_state'],
    ['after a day', 86_400_000, 'invalid_state'],
    ['on a node whose clock is a minute behind', -60_000, 'accepted'],
    ['from further in the future', -60_001, 'invalid_state'],
  ])('redeemed %s', (_, elapsed, outcome) => {
    const { states, time } = statesAt(START);
    const issued = states.issue('/portal');
    time.value += elapsed;
    expect(codeOf(() => states.redeem(issued.cookieValue, issued.state))).toBe(outcome);
  });

  it('is refused where cookie or parameter is missing, or of another sign-in', () => {
    const { states } = statesAt(START);
    const mine = states.issue('/portal');
    const other = states.issue('/portal');
    expect(codeOf(() => states.redeem(null, mine.state))).toBe('invalid_state');
    expect(codeOf(() => states.redeem('', mine.state))).toBe('invalid_state');
    expect(codeOf(() => states.redeem(mine.cookieValue, undefined))).toBe('invalid_state');
    expect(codeOf(() => states.redeem(mine.cookieValue, ''))).toBe('invalid_state');
    expect(codeOf(() => states.redeem(mine.cookieValue, other.state))).toBe('invalid_state');
    expect(codeOf(() => states.redeem(mine.cookieValue, `${mine.state} `))).toBe('invalid_state');
  });

  it('is refused under another secret, and under the secret itself where the derived key belongs', () => {
    const issued = statesAt(START).states.issue('/portal');
    const other = statesAt(START, new TextEncoder().encode('another secret of thirty-two byt')).states;
    expect(codeOf(() => other.redeem(issued.cookieValue, issued.state))).toBe('invalid_state');

    const payload = issued.cookieValue.slice(0, issued.cookieValue.indexOf('.'));
    const signedBySecret = createHmac('sha256', SECRET).update(payload).digest('base64url');
    expect(codeOf(() => statesAt(START).states.redeem(`${payload}.${signedBySecret}`, issued.state))).toBe(
      'invalid_state',
    );
    const key = Buffer.from(hkdfSync('sha256', SECRET, '', 'masker/oauth-state/v1', 32));
    const signedByDerivedKey = createHmac('sha256', key).update(payload).digest('base64url');
    expect(codeOf(() => statesAt(START).states.redeem(`${payload}.${signedByDerivedKey}`, issued.state))).toBe(
      'accepted',
    );
  });

  it('is refused with any one character changed, removed or added', () => {
    const { states } = statesAt(START);
    const { cookieValue, state } = states.issue('/portal');
    for (let at = 0; at < cookieValue.length; at += 1) {
      const changed = cookieValue.slice(0, at) + (cookieValue[at] === 'A' ? 'B' : 'A') + cookieValue.slice(at + 1);
      expect(codeOf(() => states.redeem(changed, state))).toBe('invalid_state');
      const removed = cookieValue.slice(0, at) + cookieValue.slice(at + 1);
      expect(codeOf(() => states.redeem(removed, state))).toBe('invalid_state');
    }
    expect(codeOf(() => states.redeem(`${cookieValue}A`, state))).toBe('invalid_state');
    expect(codeOf(() => states.redeem(`${cookieValue}.A`, state))).toBe('invalid_state');
  });

  it('is refused, never a crash, whatever the browser sends', () => {
    const { states } = statesAt(START);
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string(), (cookie, state) => {
        expect(codeOf(() => states.redeem(cookie, state))).toBe('invalid_state');
      }),
    );
    expect(codeOf(() => states.redeem('a'.repeat(1_000_000), 'x'))).toBe('invalid_state');
  });
});

/** The circuits before one provider: what counts for the provider, and what for one agent. */
import { beforeEach, describe, expect, test } from 'vitest';
import { CONSECUTIVE_FAILURES, OPEN_MS, PROBES } from '../../../../src/proxy/upstream/breaker.ts';
import { Circuits } from '../../../../src/proxy/upstream/circuits.ts';
import type { UpstreamCaller } from '../../../../src/proxy/upstream/circuits.ts';

const caller = (agentId: string, clientAuthorization: string | null = null): UpstreamCaller => ({
  agentId,
  clientAuthorization,
});
const [A, B] = [caller('agt_A'), caller('agt_B')];

let now: number;
let changes: string[];
let circuits: Circuits;
beforeEach(() => {
  now = 123_456_789;
  changes = [];
  circuits = new Circuits({
    now: () => now,
    onChange: (state, agent) => changes.push(`${agent ?? 'provider'} ${state}`),
  });
});

/** Sends a turn that is answered with the status. Returns false where it is refused instead. */
function answered(by: UpstreamCaller, status: number): boolean {
  if (!circuits.admit(by)) return false;
  const attempt = circuits.attempt(by);
  attempt.answered(status);
  attempt.ended();
  return true;
}

describe('a status', () => {
  test('of 500 for one agent refuses that agent alone: all 15 turns of the agent beside it pass', () => {
    let passed = 0;
    for (let n = 0; n < 15; n += 1) {
      answered(A, 500);
      if (answered(B, 200)) passed += 1;
    }
    expect([passed, circuits.provider, circuits.agentsOpen]).toEqual([15, 'closed', 1]);
    expect(changes).toEqual(['agt_A open']);
    expect([circuits.waitMs(A), circuits.waitMs(B)]).toEqual([OPEN_MS, 0]);
  });

  test('of 500 for one key of an agent does not refuse another key of it', () => {
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) answered(caller('agt_A', 'Bearer bad'), 500);
    expect(answered(caller('agt_A', 'Bearer bad'), 200)).toBe(false);
    expect(answered(caller('agt_A', 'Bearer good'), 200)).toBe(true);
  });

  test('below 500 refuses nobody', () => {
    for (const status of [200, 400, 401, 429]) for (let n = 0; n < 20; n += 1) expect(answered(A, status)).toBe(true);
  });

  test('of 500 for one request in a hundred never refuses a turn, not even after an outage', () => {
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) answered(A, 500);
    now += OPEN_MS;
    // The bad request is the first probe.
    for (let n = 0; n < 2_000; n += 1) expect(answered(A, n % 100 === 0 ? 500 : 200)).toBe(true);
    expect(circuits.agentsOpen).toBe(0);
  });
});

describe('a connection failure', () => {
  const fail = (by: UpstreamCaller): void => {
    if (circuits.admit(by)) circuits.attempt(by).failed();
  };

  test('counts for the provider: no agent is sent there, and a few probes find out', () => {
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) fail(A);
    expect([circuits.provider, circuits.agentsOpen, circuits.admit(B)]).toEqual(['open', 0, false]);
    now += OPEN_MS;
    for (let n = 0; n < PROBES; n += 1) fail(B);
    expect([circuits.provider, circuits.admit(A)]).toEqual(['open', false]);
    now += circuits.waitMs(A);
    expect(answered(B, 500)).toBe(true);
    // An answer of any status shows that the provider is there.
    expect([circuits.provider, circuits.admit(A)]).toEqual(['closed', true]);
  });

  test('of a provider that is left alone uses up no probe of an agent', () => {
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) answered(A, 500);
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) fail(B);
    for (let n = 0; n < 10; n += 1) expect(circuits.admit(A)).toBe(false);
    now += OPEN_MS;
    for (let n = 0; n < PROBES; n += 1) expect(circuits.admit(A)).toBe(true);
    expect(circuits.admit(A)).toBe(false);
  });
});

test('a turn whose caller hung up proves nothing, of the provider or of the agent', () => {
  for (let n = 0; n < 10 * CONSECUTIVE_FAILURES; n += 1) {
    expect(circuits.admit(A)).toBe(true);
    circuits.attempt(A).abandoned();
  }
  expect(changes).toEqual([]);
});

/** The circuit breaker before an upstream. See docs/proxy.md, Upstreams. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  Breaker,
  CONSECUTIVE_FAILURES,
  LEAST_CALLS,
  LONGEST_OPEN_MS,
  OPEN_MS,
  PROBES,
  PROBE_MS,
  WINDOW_MS,
} from '../../../../src/proxy/upstream/breaker.ts';
import type { Attempt, BreakerState } from '../../../../src/proxy/upstream/breaker.ts';

let now = 0;
let changes: BreakerState[] = [];
let breaker: Breaker;

beforeEach(() => {
  // Far from zero: no start of a clock may matter.
  now = 123_456_789;
  changes = [];
  breaker = new Breaker({ now: () => now, onChange: (state) => changes.push(state) });
});

const fail = (times: number): void => {
  for (let n = 0; n < times; n += 1) breaker.attempt().failed();
};
const succeed = (times: number): void => {
  for (let n = 0; n < times; n += 1) breaker.attempt().succeeded();
};

describe('failures', () => {
  test('one after the other open it', () => {
    fail(CONSECUTIVE_FAILURES - 1);
    expect([breaker.state, breaker.admit()]).toEqual(['closed', true]);
    fail(1);
    expect([breaker.state, breaker.admit()]).toEqual(['open', false]);
    expect(changes).toEqual(['open']);
  });

  test('with a success between them do not', () => {
    for (let n = 0; n < 2; n += 1) {
      fail(CONSECUTIVE_FAILURES - 1);
      succeed(CONSECUTIVE_FAILURES);
    }
    expect(breaker.state).toBe('closed');
  });

  test('of half of all calls open it, once there were enough calls', () => {
    for (let n = 0; n < LEAST_CALLS / 2 - 1; n += 1) {
      succeed(1);
      fail(1);
    }
    expect(breaker.state).toBe('closed');
    succeed(1);
    fail(1);
    expect(breaker.state).toBe('open');
  });

  test('of long ago do not count into the share', () => {
    for (let n = 0; n < LEAST_CALLS / 2 - 1; n += 1) {
      succeed(1);
      fail(1);
    }
    // Longer than the window by a bit: not every counter of it was needed since.
    now += WINDOW_MS + 3_000;
    succeed(1);
    fail(1);
    expect(breaker.state).toBe('closed');
  });

  test('that come slowly open it all the same', () => {
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) {
      fail(1);
      now += 10 * WINDOW_MS;
    }
    expect(breaker.state).toBe('open');
  });
});

describe('an open breaker', () => {
  beforeEach(() => {
    fail(CONSECUTIVE_FAILURES);
  });

  test('lets a few turns pass after a while, and nobody else', () => {
    now += OPEN_MS - 1;
    expect([breaker.admit(), breaker.waitMs]).toEqual([false, 1]);
    now += 1;
    const admitted = Array.from({ length: PROBES + 1 }, () => breaker.admit());
    expect([admitted, breaker.state]).toEqual([[...Array<boolean>(PROBES).fill(true), false], 'half_open']);
  });

  test('closes when one of its probes succeeds, although others fail for what is in them', () => {
    now += OPEN_MS;
    const probes = Array.from({ length: PROBES }, () => {
      breaker.admit();
      return breaker.attempt();
    });
    for (const probe of probes.slice(1)) probe.failed();
    expect(breaker.state).toBe('half_open');
    probes[0]?.succeeded();
    expect(breaker.state).toBe('closed');
  });

  test('closes with the success of the probe', () => {
    now += OPEN_MS;
    breaker.admit();
    breaker.attempt().succeeded();
    expect([breaker.state, breaker.admit(), breaker.waitMs]).toEqual(['closed', true, 0]);
    expect(changes).toEqual(['open', 'half_open', 'closed']);
    // What failed before it opened is forgotten.
    fail(CONSECUTIVE_FAILURES - 1);
    expect(breaker.state).toBe('closed');
  });

  test('stays open twice as long after each probe that failed, up to a bound', () => {
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      waits.push(breaker.waitMs);
      now += breaker.waitMs;
      for (let probe = 0; probe < PROBES; probe += 1) {
        expect(breaker.admit()).toBe(true);
        fail(1);
      }
    }
    expect(waits.slice(0, 5)).toEqual([OPEN_MS, 2 * OPEN_MS, 4 * OPEN_MS, 8 * OPEN_MS, 16 * OPEN_MS]);
    expect(waits.at(-1)).toBe(LONGEST_OPEN_MS);
    now += breaker.waitMs;
    breaker.admit();
    breaker.attempt().succeeded();
    fail(CONSECUTIVE_FAILURES);
    expect(breaker.waitMs).toBe(OPEN_MS);
  });

  test('tries the next turn when the caller of the probe hung up', () => {
    now += OPEN_MS;
    for (let probe = 0; probe < PROBES; probe += 1) breaker.admit();
    expect(breaker.admit()).toBe(false);
    breaker.attempt().abandoned();
    expect([breaker.state, breaker.admit(), breaker.admit()]).toEqual(['half_open', true, false]);
  });

  test('tries the next turn when nothing is heard of the probe, and hears of it all the same', () => {
    now += OPEN_MS;
    for (let probe = 0; probe < PROBES; probe += 1) breaker.admit();
    const probe = breaker.attempt();
    now += PROBE_MS - 1;
    expect(breaker.admit()).toBe(false);
    now += 1;
    expect([breaker.admit(), breaker.admit()]).toEqual([true, false]);
    probe.succeeded();
    expect(breaker.state).toBe('closed');
  });
});

describe('a telling', () => {
  test('counts once', () => {
    const attempt = breaker.attempt();
    attempt.failed();
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) attempt.failed();
    attempt.succeeded();
    expect(breaker.state).toBe('closed');
    fail(CONSECUTIVE_FAILURES - 1);
    expect(breaker.state).toBe('open');
  });

  test('of a turn from before it opened, or sent after it, changes nothing', () => {
    const early = [breaker.attempt(), breaker.attempt()];
    fail(CONSECUTIVE_FAILURES);
    const late = [breaker.attempt(), breaker.attempt()];
    early[0]?.succeeded();
    late[0]?.succeeded();
    expect(breaker.state).toBe('open');
    early[1]?.failed();
    late[1]?.failed();
    expect(breaker.waitMs).toBe(OPEN_MS);
    now += OPEN_MS;
    breaker.admit();
    for (const attempt of [...early, ...late]) attempt.succeeded();
    expect(breaker.state).toBe('half_open');
    expect(changes).toEqual(['open', 'half_open']);
  });
});

type Step =
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'admit' }
  | { readonly does: 'succeed' | 'fail' | 'abandon'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('wait' as const), ms: fc.nat(15_000) }),
  fc.record({ does: fc.constant('admit' as const) }),
  fc.record({ does: fc.constantFrom('succeed' as const, 'fail' as const, 'abandon' as const), which: fc.nat(40) }),
);

test('whatever happens: an open one admits nobody, a half-open one at most one in a while, and it always comes back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let clock = 1_000;
      const states: BreakerState[] = ['closed'];
      const subject = new Breaker({ now: () => clock, onChange: (state) => states.push(state) });
      const underWay: Attempt[] = [];
      let probeAt: number | null = null;
      for (const each of steps) {
        switch (each.does) {
          case 'wait':
            clock += each.ms;
            break;
          case 'admit': {
            const { state, waitMs } = subject;
            const admitted = subject.admit();
            expect(admitted).toBe(state === 'closed' || waitMs === 0);
            if (admitted) underWay.push(subject.attempt());
            if (admitted && state === 'half_open' && probeAt !== null)
              expect(clock - probeAt).toBeGreaterThanOrEqual(PROBE_MS);
            probeAt = admitted && state !== 'closed' ? clock : probeAt;
            break;
          }
          default: {
            const attempt = underWay[each.which % Math.max(1, underWay.length)];
            if (each.does === 'succeed') attempt?.succeeded();
            else if (each.does === 'fail') attempt?.failed();
            else {
              attempt?.abandoned();
              probeAt = null;
            }
          }
        }
        expect(subject.waitMs).toBeLessThanOrEqual(LONGEST_OPEN_MS);
        expect(subject.state).toBe(states.at(-1));
        if (subject.state === 'closed') expect(subject.waitMs).toBe(0);
      }
      // Only these changes exist.
      for (let n = 1; n < states.length; n += 1) {
        const [from = 'closed', to = 'closed'] = states.slice(n - 1);
        expect({ closed: ['open'], open: ['half_open'], half_open: ['open', 'closed'] }[from]).toContain(to);
      }
      clock += LONGEST_OPEN_MS;
      expect(subject.admit()).toBe(true);
      subject.attempt().succeeded();
      expect(subject.state).toBe('closed');
    }),
    { numRuns: 2_000 },
  );
});

test('fewer failures than half, and never many in a row, leave it closed', () => {
  const outcomes = fc.array(fc.record({ fails: fc.boolean(), ms: fc.nat(5_000) }), { maxLength: 300 });
  fc.assert(
    fc.property(outcomes, (wanted) => {
      let clock = 5_000;
      const subject = new Breaker({ now: () => clock, onChange: () => undefined });
      let credit = 0;
      for (const { fails, ms } of wanted) {
        clock += ms;
        // Two successes pay for one failure, within any window.
        if (fails && credit >= 2) {
          credit = 0;
          subject.attempt().failed();
        } else {
          credit += 1;
          subject.attempt().succeeded();
        }
        expect(subject.state).toBe('closed');
      }
    }),
    { numRuns: 500 },
  );
});

/** Bounded numbers of those who use and those who wait. See docs/proxy.md, Upstreams. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoSlotError, Slots } from '../../../../src/proxy/upstream/slots.ts';

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What becomes of a promise, as far as it is known. */
function watch(promise: Promise<void>): { outcome: string } {
  const seen = { outcome: 'waits' };
  promise.then(
    () => {
      seen.outcome = 'taken';
    },
    (error: unknown) => {
      seen.outcome = error instanceof NoSlotError ? error.code : 'aborted';
    },
  );
  return seen;
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('slots', () => {
  test('are taken at once while there are any, then in the order of asking', async () => {
    const slots = new Slots({ size: 1, queue: 2, waitMs: 1000 });
    const [first, second, third] = [watch(slots.take(never)), watch(slots.take(never)), watch(slots.take(never))];
    await settle();
    expect([first.outcome, second.outcome, third.outcome]).toEqual(['taken', 'waits', 'waits']);
    slots.release();
    await settle();
    expect([second.outcome, third.outcome]).toEqual(['taken', 'waits']);
    slots.release();
    await settle();
    expect(third.outcome).toBe('taken');
    slots.release();
    expect(slots.tryTake()).toBe(true);
    expect(slots.tryTake()).toBe(false);
  });

  test('are refused to whoever would wait in too long a queue', async () => {
    const slots = new Slots({ size: 1, queue: 1, waitMs: 1000 });
    slots.tryTake();
    expect(slots.isFull).toBe(false);
    const waiting = watch(slots.take(never));
    expect(slots.isFull).toBe(true);
    const refused = watch(slots.take(never));
    await settle();
    expect([waiting.outcome, refused.outcome]).toEqual(['waits', 'SLOTS_FULL']);
    slots.release();
    await settle();
    expect([waiting.outcome, slots.isFull]).toEqual(['taken', false]);
  });

  test('are waited for no longer than agreed', async () => {
    const slots = new Slots({ size: 1, queue: 1, waitMs: 1000 });
    slots.tryTake();
    const waiting = watch(slots.take(never));
    await vi.advanceTimersByTimeAsync(999);
    expect(waiting.outcome).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(waiting.outcome).toBe('SLOT_TIMEOUT');
    slots.release();
    expect(slots.tryTake()).toBe(true);
  });

  test('go past a caller who hung up', async () => {
    const slots = new Slots({ size: 1, queue: 2, waitMs: 1000 });
    slots.tryTake();
    const caller = new AbortController();
    const [gone, next] = [watch(slots.take(caller.signal)), watch(slots.take(never))];
    caller.abort();
    slots.release();
    await settle();
    expect([gone.outcome, next.outcome]).toEqual(['aborted', 'taken']);
  });

  test('are not even waited for by a caller who hung up before', async () => {
    const slots = new Slots({ size: 1, queue: 1, waitMs: 1000 });
    slots.tryTake();
    const gone = watch(slots.take(AbortSignal.abort()));
    await settle();
    expect([gone.outcome, slots.isFull, vi.getTimerCount()]).toEqual(['aborted', false, 0]);
  });
});

test('whatever happens: never more than so many, none is lost, and no timer is left behind', async () => {
  const steps = fc.array(fc.constantFrom('take', 'release', 'abort', 'wait'), { maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat(4), steps, async (size, queue, does) => {
      const slots = new Slots({ size, queue, waitMs: 100 });
      const asked: { readonly seen: { outcome: string }; readonly caller: AbortController }[] = [];
      let released = 0;
      const holding = (): number => asked.filter(({ seen }) => seen.outcome === 'taken').length - released;
      for (const each of does) {
        if (each === 'take') {
          const caller = new AbortController();
          asked.push({ seen: watch(slots.take(caller.signal)), caller });
        } else if (each === 'release' && holding() > 0) {
          released += 1;
          slots.release();
        } else if (each === 'abort') asked.find(({ seen }) => seen.outcome === 'waits')?.caller.abort();
        await vi.advanceTimersByTimeAsync(each === 'wait' ? 60 : 0);
        const waiting = asked.filter(({ seen }) => seen.outcome === 'waits').length;
        expect(holding()).toBeLessThanOrEqual(size);
        expect(waiting).toBeLessThanOrEqual(queue);
        if (waiting > 0) expect(holding()).toBe(size);
      }
      await vi.advanceTimersByTimeAsync(100);
      for (; holding() > 0; released += 1) slots.release();
      expect(vi.getTimerCount()).toBe(0);
      for (let n = 0; n < size; n += 1) expect(slots.tryTake()).toBe(true);
      expect(slots.tryTake()).toBe(false);
    }),
    { numRuns: 150 },
  );
});

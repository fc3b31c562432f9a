/** Which request of a call is answered: the newest, one turn at a time, and none that only repeats where that is asked for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerSink } from '../../../../../src/proxy/turn/answer-sink.ts';
import { RetellCall } from '../../../../../src/proxy/platforms/retell/retell-call.ts';
import type { ResponseRequest } from '../../../../../src/proxy/platforms/retell/retell-frames.ts';
import { chunk, EVENT_STREAM, keptChannel } from './retell-channel.ts';

interface Run {
  readonly request: ResponseRequest;
  readonly answer: AnswerSink;
  readonly signal: AbortSignal;
  /** Speaks, and ends the turn where asked to. */
  say(text: string): Promise<void>;
  end(): void;
  fail(error: Error): void;
}

interface Scene {
  readonly call: RetellCall;
  readonly channel: ReturnType<typeof keptChannel>;
  readonly runs: Run[];
  readonly failures: unknown[];
  readonly ask: (responseId: number, said: string, type?: ResponseRequest['type']) => void;
}

function scene(partialDedup = false): Scene {
  const channel = keptChannel();
  const runs: Run[] = [];
  const failures: unknown[] = [];
  const call = new RetellCall({
    channel,
    partialDedup,
    run: (request, answer, signal) =>
      new Promise((resolve, reject) => {
        answer.begin(200, EVENT_STREAM);
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
        runs.push({
          request,
          answer,
          signal,
          say: (text) => answer.write(chunk({ content: text }), signal),
          end: () => {
            answer.end();
            resolve();
          },
          fail: reject,
        });
      }),
    onFailure: (error) => failures.push(error),
  });
  const ask = (responseId: number, said: string, type: ResponseRequest['type'] = 'response_required'): void => {
    call.ask({ type, responseId, transcript: [{ role: 'user', content: said }] });
  };
  return { call, channel, runs, failures, ask };
}

/** Lets everything that waits for nothing but a promise go on. */
const soon = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

function at(runs: readonly Run[], index: number): Run {
  const run = runs[index];
  if (run === undefined) throw new Error(`no run ${index}`);
  return run;
}

describe('a request', () => {
  test('is answered under its id', async () => {
    const { ask, runs, channel, call } = scene();
    ask(1, 'Hi');
    await at(runs, 0).say('Hello.');
    at(runs, 0).end();
    await call.finish();
    expect(channel.spoken(1)).toBe('Hello.');
    expect(call.turns).toBe(1);
  });

  test('gives an older one up: that is aborted, and nothing more of it is sent', async () => {
    const { ask, runs, channel, failures } = scene();
    ask(1, 'Hi');
    await at(runs, 0).say('Hel');
    ask(2, 'Hi, wait');
    expect(at(runs, 0).signal.aborted).toBe(true);
    await soon();
    await at(runs, 1).say('Yes?');
    at(runs, 1).end();
    await soon();
    expect(channel.spoken(1)).toBe('Hel');
    expect(channel.completed()).toMatchObject([{ response_id: 2 }]);
    expect(failures).toEqual([]);
  });

  test('is never answered where a newer one came while an older turn was being ended', async () => {
    const { ask, runs, call } = scene();
    ask(1, 'a');
    ask(2, 'ab');
    ask(3, 'abc');
    ask(4, 'abcd');
    await soon();
    expect(runs.map(({ request }) => request.responseId)).toEqual([1, 4]);
    at(runs, 1).end();
    await call.finish();
    expect(call.turns).toBe(2);
  });

  test('that fails is completed without a word, and the next one is answered', async () => {
    const { ask, runs, channel, failures } = scene();
    ask(1, 'Hi');
    at(runs, 0).fail(new Error('no provider'));
    await soon();
    expect(channel.sent).toEqual([{ response_type: 'response', response_id: 1, content: '', content_complete: true }]);
    expect(failures).toHaveLength(1);
    ask(2, 'Hi again');
    await soon();
    expect(runs).toHaveLength(2);
  });

  test('whatever comes in whatever order, one turn is under way at a time and the newest request is answered last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ask', 'end', 'fail'), { minLength: 1, maxLength: 30 }),
        async (steps) => {
          const { ask, runs, call, channel } = scene();
          let id = 0;
          const under = (): Run | undefined => runs.findLast(({ answer, signal }) => !answer.ended && !signal.aborted);
          for (const step of steps) {
            if (step === 'ask') ask(++id, `said ${id}`);
            else if (step === 'end') under()?.end();
            else under()?.fail(new Error('x'));
            await soon();
            expect(runs.filter(({ answer, signal }) => !answer.ended && !signal.aborted).length).toBeLessThanOrEqual(1);
          }
          under()?.end();
          await call.finish();
          expect(runs.at(-1)?.request.responseId ?? 0).toBe(id);
          if (id > 0) expect(channel.completed().at(-1)?.response_id).toBe(id);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a request that only repeats', () => {
  test('is a turn of its own where nothing else was asked for', async () => {
    const { ask, runs } = scene(false);
    ask(1, 'Hi');
    at(runs, 0).end();
    await soon();
    ask(2, 'Hi');
    await soon();
    expect(runs).toHaveLength(2);
  });

  test('gets the answer under way, from its beginning', async () => {
    const { ask, runs, channel, call } = scene(true);
    ask(1, 'my name is maria');
    await at(runs, 0).say('Hello ');
    ask(2, 'My name is Maria.');
    await at(runs, 0).say('Maria.');
    at(runs, 0).end();
    await call.finish();
    expect(runs).toHaveLength(1);
    expect(at(runs, 0).signal.aborted).toBe(false);
    expect(channel.spoken(2)).toBe('Hello Maria.');
    expect(channel.completed()).toMatchObject([{ response_id: 2 }]);
  });

  test('gets the answer that is complete', async () => {
    const { ask, runs, channel, call } = scene(true);
    ask(1, 'Hi');
    await at(runs, 0).say('Hello.');
    at(runs, 0).end();
    await soon();
    ask(2, 'Hi.');
    await call.finish();
    expect(runs).toHaveLength(1);
    expect(channel.spoken(2)).toBe('Hello.');
  });

  test('takes the place of one that still waits', async () => {
    const { ask, runs } = scene(true);
    ask(1, 'Hi');
    ask(2, 'Hi there');
    ask(3, 'Hi there.');
    await soon();
    expect(runs.map(({ request }) => request.responseId)).toEqual([1, 3]);
  });

  test.each([
    [
      'says more',
      (ask: Scene['ask']) => {
        ask(2, 'Hi there');
      },
    ],
    [
      'is a reminder',
      (ask: Scene['ask']) => {
        ask(2, 'Hi', 'reminder_required');
      },
    ],
  ])('does not where it %s', async (_, again) => {
    const { ask, runs } = scene(true);
    ask(1, 'Hi');
    at(runs, 0).end();
    await soon();
    again(ask);
    await soon();
    expect(runs).toHaveLength(2);
  });

  test('is a turn of its own where it is the second reminder of one silence', async () => {
    const { ask, runs } = scene(true);
    for (const id of [1, 2]) {
      ask(id, 'Hi', 'reminder_required');
      at(runs, id - 1).end();
      await soon();
    }
    expect(runs).toHaveLength(2);
  });

  test('is answered anew where the answer failed', async () => {
    const { ask, runs } = scene(true);
    ask(1, 'Hi');
    at(runs, 0).fail(new Error('x'));
    await soon();
    ask(2, 'Hi');
    await soon();
    expect(runs).toHaveLength(2);
  });
});

describe('a call that is over', () => {
  test('lets the turn under way end when the server stops, and begins no other', async () => {
    const { ask, runs, call, channel } = scene();
    ask(1, 'Hi');
    const finished = call.finish();
    await at(runs, 0).say('Hello.');
    at(runs, 0).end();
    await finished;
    ask(2, 'Anybody?');
    await soon();
    expect(runs).toHaveLength(1);
    expect(channel.spoken(1)).toBe('Hello.');
  });

  test('gives the turn under way up when the caller has hung up, and what waits', async () => {
    const { ask, runs, call, channel } = scene();
    ask(1, 'Hi');
    ask(2, 'Hi there');
    await call.hangUp();
    expect(runs).toHaveLength(1);
    expect(at(runs, 0).signal.aborted).toBe(true);
    expect(channel.sent).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { growingCall, LONG_CALL_TURNS, longCall, PLANTED, singleTurn } from '../../bench/call-turn.ts';

interface Body {
  stream: boolean;
  messages: { role: string; content: string }[];
}

const read = (body: Buffer): Body => JSON.parse(body.toString()) as Body;

describe('singleTurn', () => {
  test('has a system prompt, six messages of history and one with all the planted data; about 2 kB', () => {
    const body = singleTurn(false);
    const { messages } = read(body);
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    for (const value of PLANTED) {
      expect(messages.at(-1)?.content).toContain(value);
      expect(JSON.stringify(messages.slice(0, -1))).not.toContain(value);
    }
    expect(body.length).toBeGreaterThan(1900);
    expect(body.length).toBeLessThan(2500);
  });

  test('says whether it wants a stream, the way the stub looks for it', () => {
    expect(read(singleTurn(true)).stream).toBe(true);
    expect(singleTurn(true).includes('"stream":true')).toBe(true);
    expect(singleTurn(false).includes('"stream":true')).toBe(false);
  });
});

describe('growingCall', () => {
  const turns = growingCall().map(read);

  test('has ten turns, each ending with what the caller says', () => {
    expect(turns).toHaveLength(10);
    for (const { messages } of turns) expect(messages.at(-1)?.role).toBe('user');
  });

  test('each turn repeats the one before, with its answer and a next sentence', () => {
    turns.slice(1).forEach(({ messages }, at) => {
      const before = turns[at]?.messages ?? [];
      expect(messages.slice(0, before.length)).toEqual(before);
      expect(messages).toHaveLength(before.length + 2);
    });
  });

  test('the caller says who she is in the fourth turn, and it stays in the history', () => {
    const planted = turns.map(({ messages }) => PLANTED.every((value) => JSON.stringify(messages).includes(value)));
    expect(planted).toEqual([false, false, false, true, true, true, true, true, true, true]);
  });
});

describe('longCall', () => {
  const bodies = longCall();
  const turns = bodies.map(read);

  test('has two hundred turns, each of which repeats the one before', () => {
    expect(turns).toHaveLength(LONG_CALL_TURNS);
    for (const at of [1, 100, 199]) {
      const [before, after] = [turns[at - 1]?.messages ?? [], turns[at]?.messages ?? []];
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after).toHaveLength(before.length + 2);
    }
  });

  test('says no sentence twice, and a new number in every fifth turn', () => {
    const { messages } = turns.at(-1) ?? { messages: [] };
    expect(new Set(messages.map(({ content }) => content)).size).toBe(messages.length);
    expect(new Set(JSON.stringify(messages).match(/reach me at 415-555-\d{4}/g)).size).toBe(40);
  });

  test('grows to the length of a real call of an hour', () => {
    expect(bodies[9]?.length).toBeLessThan(6000);
    expect(bodies.at(-1)?.length).toBeGreaterThan(40_000);
    expect(bodies.at(-1)?.length).toBeLessThan(100_000);
  });
});

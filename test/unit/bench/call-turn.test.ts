import { describe, expect, test } from 'vitest';
import { growingCall, PLANTED, singleTurn } from '../../bench/call-turn.ts';

interface Body {
  stream: boolean;
  messages: { role: string; content: string }[];
}

const read = (body: Buffer): Body => JSON.parse(body.toString()) as Body;

describe('singleTurn', () => {
  test('has a system prompt, six messages of history and one with all the planted data; about 2 kB', () => {
    const body = singleTurn(false);
    const { messages } = read(body);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user', 'assistant', 'user']);
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

/** A node that has more calls than it keeps in memory: what it let go it reads again, and goes on where it was. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { callRecord } from '../call-records.ts';
import { answerOf, lastSeen, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  // One megabyte: some dozens of calls.
  calls = await startCalls({ MASKER_SESSION_MEMORY_MB: '1' });
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

const OPENING = 'this is Zorblax Quimby, my number is 415-555-0142';

test('calls that were let go continue: the same session, the same tokens, nothing on record twice', async () => {
  const first = await calls.masker.chat(agent, saying(OPENING), { 'x-call-id': 'the first' });
  expect(await answerOf(first)).toBe(OPENING);
  const [before = ''] = lastSeen(calls.upstream);
  expect(tokensIn(before)).toHaveLength(2);

  for (let n = 0; n < 70; n += 1) {
    expect(
      await answerOf(
        await calls.masker.chat(agent, saying(`I am calling about room ${n}`), { 'x-call-id': `another ${n}` }),
      ),
    ).toContain('room');
  }
  // Written over with its own sum by a node that still has the session in memory.
  await calls.pool.query(`UPDATE sessions SET upstream_us = 1000000000000 WHERE id = $1`, [sessionOf(first)]);

  const next = await calls.masker.chat(
    agent,
    saying(OPENING, { role: 'assistant', content: OPENING }, 'zorblax quimby again'),
    { 'x-call-id': 'the first' },
  );
  expect(await answerOf(next)).toBe('Zorblax Quimby again');
  expect(sessionOf(next)).toBe(sessionOf(first));
  const [again = '', , said = ''] = lastSeen(calls.upstream);
  expect(again).toBe(before);
  expect(tokensIn(said)).toEqual(tokensIn(before).slice(0, 1));

  const { session, turns } = await callRecord(calls.pool, sessionOf(first));
  expect(session).toMatchObject({ tokens_issued: 2, turn_count: 2, redactions_by_kind: { NAME: 2, PHONE: 1 } });
  expect(turns.map((turn) => turn.redaction_count)).toEqual([2, 1]);
  const { rows } = await calls.pool.query<{ upstream_us: string }>('SELECT upstream_us FROM sessions WHERE id = $1', [
    sessionOf(first),
  ]);
  expect(Number(rows[0]?.upstream_us)).toBeGreaterThanOrEqual(1e12);
});

test('the call at hand is kept, however much it takes', async () => {
  // What a session knows is searched for in every text: 300 values take more than a megabyte.
  const text = Array.from({ length: 300 }, (_, n) => `call 415-555-${1000 + n}.`).join(' ');
  const turns: string[][] = [];
  for (const said of [[text], [text, 'hello'], [text, 'hello', 'call 415-555-1007']]) {
    const response = await calls.masker.chat(agent, saying(...said), { 'x-call-id': 'a rich one' });
    expect(response.status).toBe(200);
    turns.push([sessionOf(response), ...lastSeen(calls.upstream).flatMap(tokensIn)]);
  }
  const [first = [], second, third] = turns;
  expect(new Set(first).size).toBe(301);
  expect(second).toEqual(first);
  expect(third).toEqual([...first, first[8]]);
});

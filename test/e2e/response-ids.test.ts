/** Which session an answer's id leads to, at the sessions' own door: many ids at once, and ids that are recorded late or never. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { ForwardedTurn, TurnAgent } from '../../src/sessions/turn.ts';
import { callRecord, entriesOf } from '../call-records.ts';
import { ENDING } from '../turn-ending.ts';
import { tokensIn } from './calls-fixture.ts';
import { BEGINNING, forward, goingOn, keyed, saying, sessionsOnDatabase, unmasked } from './sessions-fixture.ts';
import type { SessionsOnDatabase } from './sessions-fixture.ts';

let base: SessionsOnDatabase;
let agent: TurnAgent;
let nodes: readonly Sessions[];

beforeAll(async () => {
  base = await sessionsOnDatabase();
  agent = await base.createAgent();
  nodes = [base.node(), base.node()];
});
afterAll(async () => {
  await base.close();
});

const nodeOf = (n: number): Sessions => nodes[n % nodes.length] ?? base.node();
const phone = (n: number): string => `415-${200 + (n % 700)}-${1000 + n}`;
const tokenIn = ({ body }: ForwardedTurn): string => tokensIn(Buffer.from(body).toString('utf8'))[0] ?? '';
const ALONE = { by: 'nothing' } as const;
const KEPT = { kept: BEGINNING };
const goOn = (node: Sessions, responseId: string): Promise<ForwardedTurn> =>
  forward(node, agent, ALONE, saying('where?'), { kept: goingOn(responseId) });

/** Runs the work for each of so many, a few at once. */
async function each(count: number, work: (n: number) => Promise<void>): Promise<void> {
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let n = lane; n < count; n += 16) await work(n);
  });
  await Promise.all(lanes);
}

test('a thousand answers: each leads to its own session, whichever node it came from, and to no token but its own', async () => {
  const COUNT = 1000;
  const first: ForwardedTurn[] = [];
  await each(COUNT, async (n) => {
    const turn = await forward(nodeOf(n), agent, ALONE, saying(`call ${phone(n)}`), KEPT);
    await turn.complete({ ...ENDING, responseId: `resp_${n}` });
    first[n] = turn;
  });
  const next: ForwardedTurn[] = [];
  await each(COUNT, async (n) => {
    const turn = await goOn(nodeOf(n + (n >> 1)), `resp_${n}`);
    next[n] = turn;
    await turn.complete(ENDING);
  });
  const tokens = first.map(tokenIn);
  expect(new Set(tokens).size).toBe(COUNT);
  for (const [n, turn] of next.entries()) {
    expect(turn.tokens.resolve(tokens[n] ?? '')?.value).toBe(phone(n));
    expect(turn.tokens.resolve(tokens[(n + 1) % COUNT] ?? '')).toBeUndefined();
  }
  const { rows } = await base.pool.query<{ id: SessionId; continues_id: SessionId; tokens_issued: number }>(
    'SELECT id, continues_id, tokens_issued FROM sessions WHERE continues_id IS NOT NULL AND id = ANY($1)',
    [next.map(({ sessionId }) => sessionId)],
  );
  expect(new Map(rows.map(({ id, continues_id: before }) => [id, before]))).toEqual(
    new Map(next.map(({ sessionId }, n) => [sessionId, first[n]?.sessionId])),
  );
  expect(rows.every(({ tokens_issued: issued }) => issued === 1)).toBe(true);
});

test('who is quicker than the record waits for it, on the node that writes it as on another one', async () => {
  for (const reader of nodes) {
    const [writer = reader] = nodes;
    const id = `resp_quick_${nodes.indexOf(reader)}`;
    const turn = await forward(writer, agent, ALONE, saying('call 415-555-0142'), KEPT);
    const recorded = turn.complete({ ...ENDING, responseId: id });
    const next = await goOn(reader, id);
    await recorded;
    expect(next.tokens.resolve(tokenIn(turn))?.value).toBe('415-555-0142');
    await next.complete(ENDING);
    expect((await callRecord(base.pool, next.sessionId)).session.continues_id).toBe(turn.sessionId);
  }
});

test("an answer whose end was never recorded is nobody's, and the turn goes on without it", async () => {
  const turn = await forward(nodeOf(0), agent, ALONE, saying('call 415-555-0142'), KEPT);
  const next = await goOn(nodeOf(0), 'resp_lost');
  await next.complete(ENDING);
  expect(next.tokens.resolve(tokenIn(turn))).toBeUndefined();
  expect((await callRecord(base.pool, next.sessionId)).session).toMatchObject({ continues_id: null, tokens_issued: 0 });
});

test('a request that is refused for what it would give away takes nothing over, and its session goes on', async () => {
  const first = await forward(nodeOf(0), agent, keyed('refused'), saying('call 415-555-0142'), KEPT);
  await first.complete({ ...ENDING, responseId: 'resp_refused' });
  await nodeOf(0).end(agent.id, first.sessionId, 'ended');
  const terms = { kept: goingOn('resp_refused') };
  const leak = unmasked('{"x":"415-555-0142"}');
  const leaking = forward(nodeOf(0), agent, keyed('refused'), leak, terms);
  await expect(leaking).rejects.toMatchObject({ code: 'leak_blocked' });
  const next = await forward(nodeOf(0), agent, keyed('refused'), saying('where?'), terms);
  await next.complete(ENDING);
  const call = await callRecord(base.pool, next.sessionId);
  expect(call.session).toMatchObject({ continues_id: first.sessionId, turn_count: 2, tokens_issued: 1 });
  expect(entriesOf(call, 'turn_forwarded')).toMatchObject([{ turn: 2, tokens_issued: 1, tokens_inherited: 1 }]);
  expect(next.tokens.resolve(tokenIn(first))?.value).toBe('415-555-0142');
});

test('a late turn whose history comes along takes nothing over: what it says is masked anew', async () => {
  const first = await forward(nodeOf(0), agent, keyed('late'), saying('call 415-555-0142'));
  await first.complete(ENDING);
  await nodeOf(0).end(agent.id, first.sessionId, 'ended');
  const next = await forward(nodeOf(0), agent, keyed('late'), saying('where?'));
  await next.complete(ENDING);
  expect(next.tokens.resolve(tokenIn(first))).toBeUndefined();
  expect((await callRecord(base.pool, next.sessionId)).session).toMatchObject({
    continues_id: first.sessionId,
    tokens_issued: 0,
  });
});

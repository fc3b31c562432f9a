/** The end of a turn when the database cannot say whether it took it. See docs/proxy.md, Sessions; docs/audit-format.md. */
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallReference } from '../../src/sessions/correlation.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { ForwardedTurn, TurnAgent } from '../../src/sessions/turn.ts';
import { callRecord } from '../call-records.ts';
import { ENDING } from '../turn-ending.ts';
import { forward as forwardTurn, keyed, saying, sessionsOnDatabase } from './sessions-fixture.ts';
import type { SessionsOnDatabase } from './sessions-fixture.ts';

let base: SessionsOnDatabase;
let agent: TurnAgent;
let sessions: Sessions;
/** What the connection that carries the journal does to its next statement. */
let next: 'works' | 'commits, then breaks' | 'breaks' = 'works';

beforeAll(async () => {
  base = await sessionsOnDatabase();
  agent = await base.createAgent();
  const breaking = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
    const fate = next;
    next = 'works';
    const result = fate === 'breaks' ? null : await base.pool.query(statement);
    if (result === null || fate !== 'works')
      throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
    return result;
  };
  sessions = base.node({ journal: { query: breaking } as unknown as Pick<pg.Pool, 'query'> });
});
afterAll(async () => {
  await base.close();
});

const forward = (reference: CallReference): Promise<ForwardedTurn> =>
  forwardTurn(sessions, agent, reference, saying('call 415-555-0142'));

const unkeyed: CallReference = { by: 'nothing' };

test.each(['commits, then breaks', 'breaks'] as const)(
  'a connection that %s under the end of a turn: it is on record once',
  async (fate) => {
    for (const reference of [unkeyed, keyed(fate)]) {
      const turn = await forward(reference);
      next = fate;
      await turn.complete(ENDING);
      const { session, entries, turns } = await callRecord(base.pool, turn.sessionId);
      expect(turns.map(({ status }) => status)).toEqual(['ok']);
      expect(entries.filter(({ kind }) => kind === 'turn_completed')).toHaveLength(1);
      expect(session.status).toBe('ok');
      expect(session.sealed_at === null).toBe(reference.by === 'key');
    }
    expect(base.lostEndings).toEqual([]);
  },
);

test.each(['commits, then breaks', 'breaks'] as const)(
  'a connection that %s under a new turn: it is refused, and the call goes on',
  async (fate) => {
    const reference = keyed(`new turn ${fate}`);
    const first = await forward(reference);
    await first.complete(ENDING);
    next = fate;
    await expect(forward(reference)).rejects.toMatchObject({ code: 'audit_unavailable' });
    const last = await forward(reference);
    await last.complete(ENDING);
    expect(last.sessionId).toBe(first.sessionId);
    await sessions.end(agent.id, last.sessionId, 'ended');
    const { session, turns } = await callRecord(base.pool, last.sessionId);
    // A turn that was recorded and never sent has no end, and its session says so.
    expect(turns.map(({ status }) => status)).toEqual(fate === 'breaks' ? ['ok', 'ok'] : ['ok', 'forwarded', 'ok']);
    expect(session.status).toBe(fate === 'breaks' ? 'ok' : 'partial');
    expect(session.redaction_count).toBe(1);
  },
);

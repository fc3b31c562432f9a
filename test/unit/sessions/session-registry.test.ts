/** Sessions in memory, and those whose values were erased meanwhile. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emptyChain } from '../../../src/audit/session-chain.ts';
import { MaskingMemory } from '../../../src/masking/turn/masking-memory.ts';
import { newId } from '../../../src/platform/ids.ts';
import { CallDigests } from '../../../src/sessions/call-digests.ts';
import { LiveSession } from '../../../src/sessions/live-session.ts';
import { ResponseChain } from '../../../src/sessions/response-chain.ts';
import { SessionRegistry } from '../../../src/sessions/session-registry.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { keyedRow } from './rows.ts';

/** A registry on an empty database, with room for one session. */
function registry(): SessionRegistry {
  const pool = { query: () => Promise.resolve({ rows: [], rowCount: 0 }) };
  const auditKey = randomBytes(32);
  const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: randomBytes(32) }]);
  const digests = new CallDigests(auditKey);
  const responses = new ResponseChain({ pool: pool as never, ring, digests });
  return new SessionRegistry({ pool: pool as never, ring, auditKey, digests, responses, memoryBytes: 1 });
}

const session = (): LiveSession =>
  new LiveSession(
    {
      row: { ...keyedRow, id: newId('session', 0), keyDigest: randomBytes(32) },
      head: emptyChain(),
      vault: null,
      stored: true,
    },
    new MaskingMemory(),
  );

describe('SessionRegistry', () => {
  it('keeps a session until another one needs its room', async () => {
    const sessions = registry();
    const [first, second] = [session(), session()];
    sessions.keep(first);
    expect(await sessions.byId(keyedRow.agentId, first.id)).toBe(first);
    sessions.keep(second);
    expect(await sessions.byId(keyedRow.agentId, first.id)).toBeNull();
    sessions.keep(first);
    expect(await sessions.byId(keyedRow.agentId, first.id)).toBe(first);
  });

  it.each([
    ['that session', (id: LiveSession['id']) => id],
    ['all sessions', () => null],
  ])('does not take a session back whose values were erased with %s while it had no room', async (_, named) => {
    const sessions = registry();
    const [first, second] = [session(), session()];
    sessions.keep(first);
    sessions.keep(second);
    sessions.drop(named(first.id));
    // The turn that was under way ends.
    sessions.keep(first);
    expect(await sessions.byId(keyedRow.agentId, first.id)).toBeNull();
    const later = session();
    sessions.keep(later);
    expect(await sessions.byId(keyedRow.agentId, later.id)).toBe(later);
  });

  it('does not take a session back that was in memory when its values were erased', async () => {
    const sessions = registry();
    const first = session();
    sessions.keep(first);
    sessions.drop(first.id);
    sessions.keep(first);
    expect(await sessions.byId(keyedRow.agentId, first.id)).toBeNull();
  });
});

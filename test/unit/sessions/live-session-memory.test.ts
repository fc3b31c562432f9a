/** What a live session keeps in memory: digests without the slabs that node made them in. */
import { describe, expect, it } from 'vitest';
import { emptyChain, extendChain } from '../../../src/audit/session-chain.ts';
import { MaskingMemory } from '../../../src/masking/turn/masking-memory.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';
import { LiveSession, type SessionState } from '../../../src/sessions/live-session.ts';
import { keyedRow } from './rows.ts';

/** A digest as a hash of the platform gives it: a piece of a slab. */
const pooled = (byte: number): Buffer => Buffer.from(String.fromCharCode(byte).repeat(32), 'latin1');

const state = (): SessionState => ({
  row: { ...keyedRow, keyDigest: pooled(1), callDigest: pooled(2), credentialDigest: pooled(3) },
  head: emptyChain(),
  vault: null,
  stored: true,
});

const sizes = ({ state: { row } }: LiveSession): (number | undefined)[] =>
  [row.keyDigest, row.callDigest, row.credentialDigest].map((digest) => digest?.buffer.byteLength);

describe('LiveSession', () => {
  it('keeps the digests of its row without anything else, also after a write and after reading anew', () => {
    expect(pooled(1).buffer.byteLength).toBeGreaterThan(32);
    const session = new LiveSession(state(), new MaskingMemory());
    expect(sizes(session)).toEqual([32, 32, 32]);
    const { row } = session.state;
    session.advance({ ...session.state, row: { ...row, turnCount: 9, callDigest: pooled(4) } });
    expect(sizes(session)).toEqual([32, 32, 32]);
    expect(session.state.row.keyDigest).toBe(row.keyDigest);
    expect(session.state.row).toMatchObject({ turnCount: 9, callDigest: pooled(4) });
    runAtOnce(session.catchingUp(state(), new MaskingMemory()));
    expect(sizes(session)).toEqual([32, 32, 32]);
  });

  it('keeps the row that was written where its digests are kept already', () => {
    const session = new LiveSession(state(), new MaskingMemory());
    const row = { ...session.state.row, turnCount: 10 };
    session.advance({ ...session.state, row });
    expect(session.state.row).toBe(row);
  });

  it('keeps its chain key without anything else', () => {
    const session = new LiveSession(state(), new MaskingMemory());
    expect(session.chainKey(Buffer.alloc(32, 7)).buffer.byteLength).toBe(32);
  });
});

it('extendChain returns a head of which the last hash lies alone in memory', () => {
  const { id: session_id, agentId: agent_id } = keyedRow;
  const { head } = extendChain(
    Buffer.alloc(32, 7),
    emptyChain(),
    { session_id, agent_id, policy_name: 'p', policy_version: 1 },
    [{ turn: 0, fact: { kind: 'leak_suspected', entity_kind: 'NAME', count: 1 } }],
    0,
  );
  expect(head.lastHash.buffer.byteLength).toBe(32);
});

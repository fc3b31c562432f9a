import { expect, test } from 'vitest';
import {
  firstPart,
  furtherParts,
  isLarge,
  JOURNAL_STATEMENT,
  journalParameters,
} from '../../../src/audit/journal-statement.ts';
import type { JournalWrite } from '../../../src/audit/journal-rows.ts';

const HOUR_US = 3_600_000_000;

const WRITE: JournalWrite = {
  session: {
    id: 'sess_01HYZ000000000000000000000',
    accountId: 'acc_01HYZ000000000000000000000',
    agentId: 'agt_01HYZ000000000000000000000',
    keyDigest: null,
    callDigest: null,
    credentialDigest: null,
    continuesId: null,
    startedAt: 0,
    lastTurnAt: 0,
    endedAt: null,
    sealedAt: null,
    status: 'ok',
    upstreamModel: 'stub',
    policyName: 'p',
    policyVersion: 1,
    policyDigest: '',
    turnCount: 1,
    redactionCount: 0,
    redactionsByKind: {},
    detectionUs: HOUR_US,
    tokenizeUs: HOUR_US,
    upstreamUs: HOUR_US,
    rehydrateUs: HOUR_US,
    tokensIssued: 0,
    tokensExact: 0,
    tokensRepaired: 0,
    tokensUnknown: 0,
    tokensRefused: 0,
    tokensWithheld: 0,
    tokensOutsideTurn: 0,
    vaultGeneration: 0,
    merkleRoot: null,
    seal: null,
    sealKeyId: null,
    sealSignature: null,
  },
  turn: {
    id: 'turn_01HYZ000000000000000000000',
    number: 1,
    startedAt: 0,
    endedAt: null,
    status: 'ok',
    model: 'stub',
    streamed: true,
    redactionCount: 0,
    detectionUs: HOUR_US,
    tokenizeUs: HOUR_US,
    upstreamUs: HOUR_US,
    rehydrateUs: null,
    addedUs: HOUR_US,
    marks: null,
    responseDigest: null,
    conversationDigest: null,
    chainTokens: null,
    said: null,
  },
  vaultKey: null,
  vaultEntries: [],
  entries: [{ seq: 0, kind: 'session_started', turn: 0, body: '{}', leaf: Buffer.alloc(32) }],
};

/** The rows of the statement's parameters, in the order of its tables. */
function rowsOf(writes: readonly JournalWrite[]): Record<string, unknown>[][] {
  return journalParameters(writes).map((text) => JSON.parse(text) as Record<string, unknown>[]);
}

test('a stage of an hour does not keep its turn out of the journal: an int4 holds 35 minutes', () => {
  const [[session] = [], [turn] = []] = rowsOf([WRITE]);
  expect(turn).toMatchObject({
    detection_us: 2 ** 31 - 1,
    tokenize_us: 2 ** 31 - 1,
    upstream_us: 2 ** 31 - 1,
    added_us: 2 ** 31 - 1,
  });
  expect(session).toMatchObject({
    detection_us: HOUR_US,
    tokenize_us: HOUR_US,
    upstream_us: HOUR_US,
    rehydrate_us: HOUR_US,
  });
});

test('what is null is left out, and comes out of the record as null', () => {
  const [[session] = [], [turn] = []] = rowsOf([WRITE]);
  expect(session).not.toHaveProperty('seal');
  expect(turn).not.toHaveProperty('rehydrate_us');
});

test('bytes travel as hex, times as milliseconds', () => {
  const sealed = { ...WRITE, session: { ...WRITE.session, keyDigest: Buffer.of(0, 255), sealedAt: 1_700_000_000_123 } };
  const [[session] = [], , , , [entry] = []] = rowsOf([sealed]);
  expect(session).toMatchObject({ key_digest: '00ff', sealed_at: 1_700_000_000_123 });
  expect(entry).toMatchObject({ leaf_hash: '00'.repeat(32) });
  expect(JOURNAL_STATEMENT).toContain(`to_timestamp("sealed_at" / 1000.0)`);
  expect(JOURNAL_STATEMENT).toContain(`decode("leaf_hash", 'hex')`);
});

test('writes share one statement: each of its tables has a row for each write that has one', () => {
  const rows = rowsOf([WRITE, WRITE, { ...WRITE, turn: null }]);
  expect(rows.map(({ length }) => length)).toEqual([3, 2, 0, 0, 3]);
  expect(JOURNAL_STATEMENT.match(/\$\d+::json/g)).toHaveLength(rows.length);
});

test('a payload counts for the size of a write, and goes last in a part of its own', () => {
  const half = Buffer.alloc(128 * 1024);
  const payload = { turn: 1, storedAt: 0, request: half, masked: half };
  expect(isLarge({ ...WRITE, payload })).toBe(false);
  const answered = { turn: 1, answer: half, response: half };
  expect(isLarge({ ...WRITE, payload: answered })).toBe(false);
  expect(isLarge({ ...WRITE, payload: { ...answered, answer: Buffer.alloc(128 * 1024 + 1) } })).toBe(true);
  expect(isLarge({ ...WRITE, payload: { ...answered, response: Buffer.alloc(128 * 1024 + 1) } })).toBe(true);
  const large = { ...WRITE, payload: { ...payload, masked: Buffer.alloc(128 * 1024 + 1) } };
  expect(isLarge(large)).toBe(true);
  expect(firstPart(large)).not.toHaveProperty('payload');
  expect([...furtherParts(large)].at(-1)?.values).toContain(large.payload.masked);
});

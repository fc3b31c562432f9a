import { expect, test } from 'vitest';
import { JOURNAL_STATEMENT, journalParameters } from '../../../src/audit/journal-statement.ts';
import type { JournalWrite } from '../../../src/audit/journal-rows.ts';

const HOUR_US = 3_600_000_000;

const WRITE: JournalWrite = {
  session: {
    id: 'sess_01HYZ000000000000000000000',
    accountId: 'acc_01HYZ000000000000000000000',
    agentId: 'agt_01HYZ000000000000000000000',
    keyDigest: null,
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
  },
  vaultKey: null,
  vaultEntries: [],
  entries: [{ seq: 0, kind: 'session_started', turn: 0, body: '{}', leaf: Buffer.alloc(32) }],
};

/** The values of the parameters of one SQL type. */
function ofType(type: string, writes: readonly JournalWrite[]): unknown[] {
  const types = [...JOURNAL_STATEMENT.matchAll(/\$(\d+)::(\w+)\[\]/g)].sort((a, b) => Number(a[1]) - Number(b[1])).map(([, , name]) => name);
  const parameters = journalParameters(writes);
  expect(parameters).toHaveLength(types.length);
  return parameters.flatMap((values, at) => (types[at] === type ? values : []));
}

test('a stage of an hour does not keep its turn out of the journal: an int4 holds 35 minutes', () => {
  const numbers = ofType('int4', [WRITE]);
  expect(Math.max(...numbers.map(Number))).toBe(2 ** 31 - 1);
  expect(numbers).toContain(null);
  expect(ofType('int8', [WRITE])).toEqual([HOUR_US, HOUR_US, HOUR_US, HOUR_US]);
});

test('writes share one statement: each of its arrays has one value for each row', () => {
  const lengths = journalParameters([WRITE, WRITE, { ...WRITE, turn: null }]).map((values) => values.length);
  expect(new Set(lengths)).toEqual(new Set([3, 2, 0]));
});

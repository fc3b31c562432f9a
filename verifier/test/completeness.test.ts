/** What a report says of platforms' own records, held against the leaves of the account's log. */
import { describe, expect, it } from 'vitest';
import { verifyBundle, type Check } from '../src/verify.ts';
import {
  bytesOf,
  jcs,
  SESSION,
  auditPath,
  signedReport,
  signingKey,
  SIGNING_SEED,
  treeHash,
  validBundle,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';
import { LOG, LOG_ORIGIN } from './log-builder.ts';
import { checkpointText } from './note-builder.ts';

const COUNTS = { matched: 9, unseen: 3, unseen_at_end: 1, only_ours: 2, excluded: 5, unknown: 0 };
const SUBJECT: JsonRecord = {
  session_id: SESSION,
  call_session: SESSION,
  platform: 'vapi',
  turns: 4,
  models: null,
  ...COUNTS,
};
const AT = '2026-05-03T21:14:50.000Z';
const LEAF: JsonRecord = {
  v: 1,
  event_id: 'evt_01JD0000000000000000000099',
  ts: AT,
  account_id: 'acc_01JD0000000000000000000001',
  user_id: null,
  kind: 'call_compared',
  subject: SUBJECT,
};
const STATED: JsonRecord = {
  ...COUNTS,
  sessions_compared: 1,
  sessions_not_compared: 0,
  sessions: [{ ...SUBJECT, event_id: LEAF['event_id'] ?? null, compared_at: AT }],
  statement: 'words',
};

/** A leaf of the log, second of three, with its proof. */
function logged(leaf: JsonRecord = LEAF, origin = LOG_ORIGIN): JsonRecord {
  const leaves = [{ other: 1 }, leaf, { other: 2 }].map((each) => Buffer.from(jcs(each)));
  const text = checkpointText(origin, 3, treeHash(leaves));
  const checkpoint = `${text}\n${LOG.line(text)}`;
  const path = auditPath(leaves, 1).map((hash) => hash.toString('base64'));
  const inclusion_proof = ['c2sp.org/tlog-proof@v1', 'index 1', ...path, '', checkpoint].join('\n');
  return { checkpoint, inclusion_proof, leaf };
}

function judged(completeness: Json | undefined, log: Json = [logged()]): { check: Check; outcome: string } {
  const bundle = validBundle();
  const { signature: _signature, ...unsigned } = bundle.report ?? {};
  const report = signedReport({ ...unsigned, ...(completeness === undefined ? {} : { completeness }) });
  const file = { ...bundle, report, completeness_log: log };
  const verification = verifyBundle(bytesOf(file), {
    trustedKeys: [signingKey(SIGNING_SEED).publicKey],
  });
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  const check = verification.checks.find(({ id }) => id === 'completeness');
  if (check === undefined) throw new Error('no such check');
  return { check, outcome: verification.outcome };
}
const codes = ({ check }: { check: Check }): string[] => check.findings.map(({ code }) => code);

describe('completeness', () => {
  it('holds where the report says what the leaf says, and prints the counts', () => {
    expect(judged(STATED)).toMatchObject({
      outcome: 'authentic',
      check: {
        verdict: 'holds',
        reason: 'matched 9, unseen 3, unseen_at_end 1, only_ours 2, excluded 5, unknown 0',
      },
    });
  });

  it('is not checked without a comparison, or without a leaf of it', () => {
    for (const [stated, log] of [
      [undefined, []],
      [{ ...STATED, sessions: [] }, []],
      [STATED, []],
    ] as const)
      expect(judged(stated, log)).toMatchObject({ outcome: 'authentic', check: { verdict: 'not checked' } });
  });

  it.each(Object.keys(COUNTS))('finds a wrong sum of %s, and another number than in the leaf', (name) => {
    expect(codes(judged({ ...STATED, [name]: 77 }))).toEqual(['wrong_number']);
    const sessions = [{ ...SUBJECT, [name]: 77, event_id: LEAF['event_id'] ?? null, compared_at: AT }];
    const found = codes(judged({ ...STATED, [name]: 77, sessions }));
    expect(found).toEqual(['wrong_leaf', 'wrong_leaf']);
  });

  it('finds wrong numbers of sessions', () => {
    expect(codes(judged({ ...STATED, sessions_compared: 2 }))).toEqual(['wrong_number']);
    expect(codes(judged({ ...STATED, sessions_not_compared: 1 }))).toEqual(['wrong_number']);
  });

  it.each<[string, JsonRecord]>([
    ['another kind', { ...LEAF, kind: 'report_issued' }],
    ['another time', { ...LEAF, ts: '2026-05-03T21:14:51.000Z' }],
    ['another id', { ...LEAF, event_id: 'evt_01JD0000000000000000000098' }],
    ['another account', { ...LEAF, account_id: 'acc_01JD0000000000000000000002' }],
    ['another session', { ...LEAF, subject: { ...SUBJECT, session_id: 'sess_01JD0000000000000000000002' } }],
  ])('finds a leaf of %s', (_, leaf) => {
    expect(codes(judged(STATED, [logged(leaf)]))).toContain('wrong_leaf');
  });

  it('finds a leaf that its proof does not lead from, and a leaf that the report leaves out', () => {
    expect(
      codes(judged(STATED, [{ ...logged(), inclusion_proof: logged({ ...LEAF, v: 2 })['inclusion_proof'] ?? null }])),
    ).toContain('wrong_proof');
    expect(codes(judged({ ...STATED, ...sumsOf(0), sessions: [] }))).toContain('wrong_leaf');
  });

  it('counts sessions of one call once', () => {
    const second = { ...SUBJECT, session_id: 'sess_01JD0000000000000000000002' };
    const other = { ...LEAF, event_id: 'evt_01JD0000000000000000000098', subject: second };
    const sessions = [...(STATED['sessions'] as Json[]), { ...second, event_id: other.event_id, compared_at: AT }];
    const stated = { ...STATED, sessions, sessions_compared: 2, sessions_not_compared: -1 };
    expect(codes(judged(stated, [logged(), logged(other)]))).toEqual(['wrong_number']);
  });

  it.each<[string, Json]>([
    ['no object', 7],
    ['a list of no objects', { ...STATED, sessions: [7, null] }],
    ['a list that is none', { ...STATED, sessions: 'x' }],
  ])('survives %s', (_, stated) => {
    expect(['does not hold', 'not checked']).toContain(judged(stated).check.verdict);
  });
});

function sumsOf(count: number): JsonRecord {
  return {
    ...Object.fromEntries(Object.keys(COUNTS).map((name) => [name, count])),
    sessions_compared: count,
    sessions_not_compared: 1,
  };
}

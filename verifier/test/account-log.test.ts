/** What the verifier says of the account's log: inclusion, checkpoint, growth, forks and witnesses. */
import { describe, expect, it } from 'vitest';
import {
  forksAmong,
  parseConsistencyProof,
  parsePolicy,
  verifyBundle,
  type Check,
  type CheckId,
  type Verification,
  type VerifyOptions,
} from '../src/verify.ts';
import {
  bytesOf,
  FACTS,
  keyEntry,
  OTHER_SEED,
  signingKey,
  SIGNING_SEED,
  validBundle,
  type JsonRecord,
} from './bundle-builder.ts';
import {
  accountLog,
  checkpointNote,
  consistencyProof,
  LOG,
  loggedBytes,
  LOG_ORIGIN,
  WITNESSES,
  type LogTerms,
} from './log-builder.ts';
import { checkpointText, codeOf, noteKey } from './note-builder.ts';

const trustedKeys = [signingKey(SIGNING_SEED).publicKey];
const policyText = [
  ...WITNESSES.map(({ vkey }, at) => `witness w${at + 1} ${vkey}`),
  'group two 2 w1 w2 w3',
  'quorum two\n',
].join('\n');
const policy = parsePolicy(policyText);
/** A log of another name, signed with the signing key of the bundle. */
const signedAs = (origin: string): LogTerms => ({ origin, signers: [noteKey(origin, SIGNING_SEED[0] ?? 0)] });
/** The log signed with another key, which the file may list beside its own. */
const OTHER_LOG = noteKey(LOG_ORIGIN, OTHER_SEED[0] ?? 0);
const bothKeys = [...validBundle().keys, keyEntry(signingKey(OTHER_SEED))];
const witnessed: LogTerms = { signers: [LOG, ...WITNESSES.slice(0, 2)] };

function check(verification: Verification, id: CheckId): Check {
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  const found = verification.checks.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

const codes = ({ findings }: Check): readonly string[] => findings.map(({ code }) => code);
const verify = (terms: LogTerms = {}, options: VerifyOptions = {}, changes: JsonRecord = {}): Verification =>
  verifyBundle(loggedBytes(terms, changes), options);

describe('the account log of a bundle', () => {
  it('holds with a trusted key, an earlier checkpoint with its proof, and the witnesses of a policy', () => {
    const verification = verify(witnessed, {
      trustedKeys,
      policy,
      previousCheckpoints: [checkpointNote({ size: 4 })],
      consistencyProofs: [parseConsistencyProof(consistencyProof(4, witnessed))],
    });
    for (const id of ['log_inclusion', 'checkpoint_signature', 'log_consistency', 'witnesses', 'origin'] as const)
      expect(check(verification, id)).toMatchObject({ verdict: 'holds', findings: [] });
    expect(verification).toMatchObject({
      outcome: 'authentic',
      checkpoints: [{ origin: LOG_ORIGIN, size: '6' }],
      not_covered: [],
    });
    expect(check(verification, 'witnesses').reason).toContain('w1 at 2023-11-14T22:13:20Z, w2 at 2023-11-14T22:13:20Z');
  });

  it('is not checked where the file has none, and that makes nothing worse', () => {
    const previousCheckpoints = [checkpointNote({ size: 4 })];
    const verification = verifyBundle(bytesOf(validBundle()), { trustedKeys, previousCheckpoints });
    for (const id of ['log_inclusion', 'checkpoint_signature', 'log_consistency', 'witnesses'] as const)
      expect(check(verification, id).verdict).toBe('not checked');
    expect(verification.outcome).toBe('authentic');
  });

  it('may stand in the report, and in a list', () => {
    expect(check(verify({}, {}, { account_log: [accountLog()] }), 'log_inclusion').verdict).toBe('holds');
    const report = { ...(validBundle().report ?? {}), account_log: accountLog() };
    expect(check(verify({}, {}, { account_log: null, report }), 'log_inclusion').verdict).toBe('holds');
  });

  it.each([0, 1, 2, 3, 4, 5])('proves the seal at place %i, and at no other', (index) => {
    expect(check(verify({ index }), 'log_inclusion').verdict).toBe('holds');
    const log = accountLog({ index });
    const moved = (log['inclusion_proof'] as string).replace(/index \d/, `index ${(index + 1) % 6}`);
    const verification = verify({}, {}, { account_log: { ...log, inclusion_proof: moved } });
    expect(codes(check(verification, 'log_inclusion'))).toEqual(['wrong_proof']);
  });

  it.each<[string, LogTerms, JsonRecord, CheckId, string]>([
    [
      'a leaf of another seal',
      { leaf: (leaf) => ({ ...leaf, seal: { ...(leaf['seal'] as JsonRecord), status: 'error' } }) },
      {},
      'log_inclusion',
      'wrong_leaf',
    ],
    [
      'a leaf of another signature',
      { leaf: (leaf) => ({ ...leaf, signature: {} }) },
      {},
      'log_inclusion',
      'wrong_leaf',
    ],
    [
      'a leaf of another session',
      { leaf: (leaf) => ({ ...leaf, seal: { session_id: 'sess_01JD0000000000000000000009' } }) },
      {},
      'log_inclusion',
      'wrong_leaf',
    ],
    [
      'a leaf that is no seal',
      { leaf: (leaf) => ({ ...leaf, kind: 'agent_changed' }) },
      {},
      'log_inclusion',
      'wrong_leaf',
    ],
    [
      'a leaf of another account',
      { leaf: (leaf) => ({ ...leaf, account_id: 'acc_01JD0000000000000000000009' }) },
      {},
      'log_inclusion',
      'wrong_leaf',
    ],
    ['a leaf of no account', { leaf: ({ account_id: _account, ...leaf }) => leaf }, {}, 'log_inclusion', 'wrong_leaf'],
    [
      'a checkpoint of the log of another account',
      signedAs('masker.dev/log/acc_01JD0000000000000000000009'),
      {},
      'log_inclusion',
      'wrong_log',
    ],
    [
      'a checkpoint of what is no log of an account',
      signedAs('masker.dev/acc_01JD0000000000000000000001'),
      {},
      'log_inclusion',
      'wrong_log',
    ],
    [
      'a leaf that was changed',
      {},
      { leaf: { ...(accountLog()['leaf'] as JsonRecord), more: 1 } },
      'log_inclusion',
      'wrong_proof',
    ],
    [
      'a proof for another checkpoint',
      {},
      { checkpoint: checkpointNote({ word: 'other' }) },
      'log_inclusion',
      'wrong_proof',
    ],
    [
      'a checkpoint by another key under the name of the log',
      { signers: [noteKey(LOG_ORIGIN, 77)] },
      {},
      'checkpoint_signature',
      'unknown_key',
    ],
    ['a checkpoint by a witness alone', { signers: WITNESSES.slice(0, 1) }, {}, 'checkpoint_signature', 'unknown_key'],
    [
      'a checkpoint whose text was changed',
      {},
      { checkpoint: checkpointNote().replace('\n6\n', '\n7\n') },
      'checkpoint_signature',
      'bad_signature',
    ],
    ['a checkpoint that is no note', {}, { checkpoint: 'hello\n' }, 'schema', 'wrong_shape'],
    ['a checkpoint that is none', {}, { checkpoint: `hello\n\n${LOG.line('hello\n')}` }, 'schema', 'wrong_shape'],
    ['a proof that is none', {}, { inclusion_proof: 'hello\n' }, 'schema', 'wrong_shape'],
    ['a checkpoint of the wrong type', {}, { checkpoint: 7 }, 'schema', 'wrong_shape'],
    ['a proof of the wrong type', {}, { inclusion_proof: null }, 'schema', 'wrong_shape'],
    ['a leaf of the wrong type', {}, { leaf: 'x' }, 'schema', 'wrong_shape'],
  ])('does not hold with %s', (_, terms, changes, id, code) => {
    const verification = verify(terms, { trustedKeys }, { account_log: { ...accountLog(terms), ...changes } });
    expect(verification.outcome).toBe('does not hold');
    expect(codes(check(verification, id))).toContain(code);
  });

  it('does not hold where it is signed by a key of the file that is not trusted', () => {
    const verification = verify({ signers: [OTHER_LOG] }, { trustedKeys }, { keys: bothKeys });
    expect(check(verification, 'checkpoint_signature').verdict).toBe('holds');
    expect(codes(check(verification, 'origin'))).toEqual(['untrusted_key']);
    expect(verification).toMatchObject({ checkpoints: [] });
  });

  it('names the key IDs of the log that the file does not hold, and says where no line is by the log', () => {
    const found = (signers: LogTerms['signers'] = []): string | undefined =>
      check(verify({ signers }), 'checkpoint_signature').findings[0]?.found;
    const strange = noteKey(LOG_ORIGIN, 77);
    expect(found([strange])).toBe(strange.vkey.slice(LOG_ORIGIN.length + 1, LOG_ORIGIN.length + 9));
    expect(found(WITNESSES.slice(0, 1))).toBe('no signature line of the log');
  });

  it('names members beside it that no signature covers, and refuses thousands of them', () => {
    expect(verify({}, {}, { account_log: { ...accountLog(), more: 1 } })).toMatchObject({
      not_covered: ['/account_log/more'],
    });
    const many = Array.from({ length: 10_001 }, () => 1);
    expect(verify({}, {}, { account_log: many })).toMatchObject({
      outcome: 'unreadable',
      problem: { code: 'too_large' },
    });
  });
});

describe('earlier checkpoints', () => {
  const consistency = (options: VerifyOptions, terms: LogTerms = {}): Check =>
    check(verify(terms, { trustedKeys, ...options }), 'log_consistency');

  it('of the same size hold without a proof', () => {
    expect(consistency({ previousCheckpoints: [checkpointNote()] }).verdict).toBe('holds');
  });

  it('of another size, before or after, are not checked without a proof, and the file is still authentic', () => {
    for (const size of [4, 5, 8]) {
      const previousCheckpoints = [checkpointNote({ size })];
      expect(consistency({ previousCheckpoints })).toMatchObject({ verdict: 'not checked', findings: [] });
      expect(verify({}, { trustedKeys, previousCheckpoints }).outcome).toBe('authentic');
    }
  });

  it('of another size hold with the proof, in either direction', () => {
    const grown = [parseConsistencyProof(consistencyProof(4))];
    expect(consistency({ previousCheckpoints: [checkpointNote({ size: 4 })], consistencyProofs: grown }).verdict).toBe(
      'holds',
    );
    const later = [parseConsistencyProof(consistencyProof(6, { size: 9 }))];
    expect(consistency({ previousCheckpoints: [checkpointNote({ size: 9 })], consistencyProofs: later }).verdict).toBe(
      'holds',
    );
  });

  it('without leaves are continued by every log', () => {
    const text = checkpointText(
      LOG_ORIGIN,
      0,
      Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'),
    );
    expect(consistency({ previousCheckpoints: [`${text}\n${LOG.line(text)}`] }).verdict).toBe('holds');
    const odd = checkpointText(LOG_ORIGIN, 0, Buffer.alloc(32, 1));
    expect(consistency({ previousCheckpoints: [`${odd}\n${LOG.line(odd)}`] }).verdict).toBe('not checked');
  });

  it('of a fork are shown, both of them', () => {
    const [forked] = consistency({ previousCheckpoints: [checkpointNote({ word: 'other' })] }).findings;
    expect(forked).toMatchObject({
      code: 'forked_log',
      message: 'the log signed two different trees of one size: it was forked',
      expected: expect.stringMatching(/^size 6, root [0-9a-f]{64}$/) as string,
      found: expect.stringMatching(/^size 6, root [0-9a-f]{64}$/) as string,
    });
    expect(forked?.expected).not.toBe(forked?.found);
  });

  it.each<[string, VerifyOptions, string]>([
    [
      'a log that was written anew since',
      {
        previousCheckpoints: [checkpointNote({ size: 4, word: 'other' })],
        consistencyProofs: [parseConsistencyProof(consistencyProof(4))],
      },
      'wrong_proof',
    ],
    [
      'another log',
      {
        previousCheckpoints: [checkpointNote(signedAs('masker.dev/log/other'))],
      },
      'wrong_log',
    ],
    [
      'a text that was changed',
      { previousCheckpoints: [checkpointNote({ size: 4 }).replace('\n4\n', '\n5\n')] },
      'bad_signature',
    ],
    [
      'an unknown key, and another tree of the same size',
      { previousCheckpoints: [checkpointNote({ word: 'other', signers: [noteKey(LOG_ORIGIN, 77)] })] },
      'conflicting_checkpoints',
    ],
    [
      'a fork among themselves',
      { previousCheckpoints: [checkpointNote({ size: 4 }), checkpointNote({ size: 4, word: 'other' })] },
      'forked_log',
    ],
  ])('do not hold where they are of %s', (_, options, code) => {
    expect(consistency(options)).toMatchObject({ verdict: 'does not hold' });
    expect(codes(consistency(options))).toContain(code);
  });

  it('by an unknown key are not checked', () => {
    const previousCheckpoints = [checkpointNote({ signers: [noteKey(LOG_ORIGIN, 77)] })];
    expect(consistency({ previousCheckpoints })).toMatchObject({ verdict: 'not checked' });
  });

  it('by a key of the file that is not trusted are not checked', () => {
    const previousCheckpoints = [checkpointNote({ signers: [OTHER_LOG] })];
    const verdictWith = (options: VerifyOptions): string =>
      check(verify({}, { previousCheckpoints, ...options }, { keys: bothKeys }), 'log_consistency').verdict;
    expect(verdictWith({ trustedKeys })).toBe('not checked');
    expect(verdictWith({})).toBe('holds');
  });

  it.each<[string, LogTerms, VerifyOptions, string]>([
    ['one key of the file', { signers: [LOG] }, {}, 'forked_log'],
    ['one key of several', { signers: [LOG, OTHER_LOG] }, {}, 'forked_log'],
    ['two keys of the file', { signers: [OTHER_LOG] }, {}, 'conflicting_checkpoints'],
    ['one key, which is trusted', { signers: [LOG, OTHER_LOG] }, { trustedKeys }, 'forked_log'],
    ['keys of which one is trusted', { signers: [OTHER_LOG] }, { trustedKeys }, 'conflicting_checkpoints'],
  ])('of another tree of one size, by %s, are named as what they show', (_, terms, options, code) => {
    const previousCheckpoints = [checkpointNote({ word: 'other', ...terms })];
    const verification = verify({}, { previousCheckpoints, ...options }, { keys: bothKeys });
    expect(codes(check(verification, 'log_consistency'))).toEqual([code]);
  });

  it('of another tree of one size, by an untrusted key that signed both, are no fork of the log', () => {
    const previousCheckpoints = [checkpointNote({ word: 'other', signers: [OTHER_LOG] })];
    const verification = verify({ signers: [OTHER_LOG] }, { previousCheckpoints, trustedKeys }, { keys: bothKeys });
    expect(codes(check(verification, 'log_consistency'))).toEqual(['conflicting_checkpoints']);
  });

  it('that are none are refused before any work', () => {
    expect(codeOf(() => verify({}, { previousCheckpoints: ['hello'] }))).toBe('malformed_note');
  });
});

describe('forks between files', () => {
  const stated = (terms: LogTerms) => {
    const verification = verify(terms);
    return verification.outcome === 'unreadable' ? [] : verification.checkpoints;
  };

  it('are found where two signed checkpoints of one log and size differ', () => {
    expect(forksAmong([...stated({}), ...stated({ word: 'other' })])).toHaveLength(1);
    expect(forksAmong([...stated({}), ...stated({}), ...stated({ size: 7 })])).toEqual([]);
  });

  it('are no forks where two keys signed them under one name, unless one key signed both', () => {
    const forged = verify({ word: 'other', signers: [OTHER_LOG] }, {}, { keys: [keyEntry(signingKey(OTHER_SEED))] });
    const strange = forged.outcome === 'unreadable' ? [] : forged.checkpoints;
    expect(strange).toMatchObject([{ signed_by_hex: [signingKey(OTHER_SEED).publicKey.toString('hex')] }]);
    expect(forksAmong([...stated({}), ...strange])).toEqual([]);
    const both = verify({ signers: [OTHER_LOG, LOG] }, {}, { keys: bothKeys });
    const twice = both.outcome === 'unreadable' ? [] : both.checkpoints;
    expect(twice[0]?.signed_by_hex).toHaveLength(2);
    expect(forksAmong([...twice, ...strange])).toHaveLength(1);
    expect(forksAmong([...strange, ...stated({}), ...twice])).toHaveLength(1);
  });

  it('are no forks where no known key signed one of them', () => {
    expect(stated({ word: 'other', signers: [noteKey(LOG_ORIGIN, 77)] })).toEqual([]);
  });
});

describe('a witness policy', () => {
  const witnesses = (terms: LogTerms, text = policyText): Check =>
    check(verify(terms, { trustedKeys, policy: parsePolicy(text) }), 'witnesses');

  it('does not hold where too few witnesses cosigned, and says who did', () => {
    expect(witnesses({ signers: [LOG, ...WITNESSES.slice(0, 1)] })).toMatchObject({
      verdict: 'does not hold',
      findings: [{ code: 'quorum_not_met', expected: 'two', found: 'w1' }],
    });
    expect(witnesses({})).toMatchObject({ verdict: 'does not hold', reason: 'no witness cosigned' });
  });

  it('does not hold for a sealed session without a checkpoint, and is not checked for an open one', () => {
    const sealed = verifyBundle(bytesOf(validBundle()), { trustedKeys, policy });
    expect(check(sealed, 'witnesses')).toMatchObject({
      verdict: 'does not hold',
      findings: [{ code: 'quorum_not_met', expected: 'two', found: 'no checkpoint' }],
    });
    const { report: _report, seals: _seals, ...open } = validBundle(FACTS.slice(0, -1));
    const unsealed = verifyBundle(bytesOf({ ...open, report: null, seals: [] }), { trustedKeys, policy });
    expect(check(unsealed, 'witnesses')).toMatchObject({ verdict: 'not checked', findings: [] });
  });

  it('holds where a trusted key was given twice, or stands twice in the file', () => {
    const twice = [...trustedKeys, ...trustedKeys];
    const given = verify(witnessed, { trustedKeys: twice, policy });
    const stated = verify(witnessed, { policy }, { keys: [...validBundle().keys, ...validBundle().keys] });
    for (const verification of [given, stated])
      for (const id of ['witnesses', 'checkpoint_signature'] as const)
        expect(check(verification, id)).toMatchObject({ verdict: 'holds', findings: [] });
  });

  it('counts each witness once, however often it cosigned', () => {
    const text = checkpointText(LOG_ORIGIN, 6, Buffer.alloc(32));
    const twice = { ...LOG, line: (body: string) => `${LOG.line(body)}${WITNESSES[0]?.line(body, 1n) ?? ''}` };
    expect(text).toContain(LOG_ORIGIN);
    expect(witnesses({ signers: [twice, ...WITNESSES.slice(0, 1)] })).toMatchObject({
      findings: [{ code: 'quorum_not_met' }],
    });
  });

  it('may name the log, which must have signed', () => {
    expect(witnesses(witnessed, `log ${LOG.vkey}\n${policyText}`).verdict).toBe('holds');
    const other = `log ${noteKey(LOG_ORIGIN, 77).vkey}\n${policyText}`;
    expect(codes(witnesses(witnessed, other))).toEqual(['wrong_log']);
  });

  it('does not hold where a cosignature of one of its witnesses is false', () => {
    const liar = { ...LOG, line: (body: string) => `${LOG.line(body)}${WITNESSES[2]?.line(`${body}x\n`) ?? ''}` };
    expect(codes(witnesses({ signers: [liar, ...WITNESSES.slice(0, 2)] }))).toEqual(['bad_signature']);
  });

  it('of the quorum none asks for no witness, and shows nothing', () => {
    const nothing = { verdict: 'not checked', reason: 'the policy asks for no witness', findings: [] };
    expect(witnesses({}, 'quorum none\n')).toMatchObject(nothing);
    const unlogged = verifyBundle(bytesOf(validBundle()), { policy: parsePolicy('quorum none\n') });
    expect(check(unlogged, 'witnesses')).toMatchObject(nothing);
  });

  it('takes a cosignature that was added to the checkpoint after the proof was made', () => {
    const log = { ...accountLog(), checkpoint: checkpointNote(witnessed) };
    const verification = verify({}, { trustedKeys, policy }, { account_log: log });
    expect(verification.outcome).toBe('authentic');
    expect(check(verification, 'witnesses').verdict).toBe('holds');
  });
});

describe('parseConsistencyProof', () => {
  const good = consistencyProof(4);

  it('reads the body that a witness is sent', () => {
    expect(parseConsistencyProof(good)).toMatchObject({ oldSize: 4n, newer: { checkpoint: { size: 6n } } });
    expect(parseConsistencyProof(new TextEncoder().encode(good)).proof).toHaveLength(1);
  });

  it.each([
    ['no empty line', good.replace('\n\n', '\n'), 'malformed_'],
    ['another first line', good.replace('old', 'new'), 'malformed_tlog_proof'],
    ['a size with a leading zero', good.replace('old 4', 'old 04'), 'malformed_tlog_proof'],
    ['a hash that is none', good.replace('old 4\n', 'old 4\nabc\n'), 'malformed_tlog_proof'],
    [
      '65 hashes',
      good.replace('old 4\n', `old 4\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(65)}`),
      'malformed_tlog_proof',
    ],
    ['no checkpoint', 'old 4\n\nhello\n', 'malformed_note'],
    ['nothing', '', 'malformed_tlog_proof'],
  ])('refuses one with %s', (_, text, code) => {
    expect(codeOf(() => parseConsistencyProof(text))).toMatch(code);
  });
});

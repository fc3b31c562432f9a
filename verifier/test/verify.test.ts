import { describe, expect, it } from 'vitest';
import {
  verifyBundle,
  type Check,
  type CheckId,
  type FindingCode,
  type Verdict,
  type Verified,
  type VerifyOptions,
} from '../src/verify.ts';
import {
  bytesOf,
  chain,
  chainKey,
  FACTS,
  keyEntry,
  OTHER_SEED,
  OTHER_SESSION,
  POLICY,
  sealOf,
  SESSION,
  signedReport,
  signedSeal,
  signingKey,
  SIGNING_SEED,
  unsignedReport,
  validBundle,
  type Json,
  type JsonRecord,
  type TestBundle,
} from './bundle-builder.ts';

const key = signingKey(SIGNING_SEED);
const other = signingKey(OTHER_SEED);
const chained = chain();

function verify(file: TestBundle | Json, options?: VerifyOptions): Verified {
  const verification = verifyBundle(bytesOf(file), options);
  if (verification.outcome === 'unreadable') throw new Error(`unreadable: ${verification.problem.message}`);
  return verification;
}

function verdicts(checks: readonly Check[], wanted: Verdict): CheckId[] {
  return checks.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
}

/** The finding codes of each check that does not hold. */
function faults(file: TestBundle | Json, options?: VerifyOptions): Partial<Record<CheckId, FindingCode[]>> {
  const failing = verify(file, options).checks.filter(({ verdict }) => verdict === 'does not hold');
  return Object.fromEntries(failing.map(({ id, findings }) => [id, [...new Set(findings.map(({ code }) => code))]]));
}

/** The valid bundle with another report: signed anew, so that only what it states is wrong. */
function withReport(changes: JsonRecord, bundle = validBundle()): TestBundle {
  return { ...bundle, report: signedReport({ ...unsignedReport(chained, bundle.seals), ...changes }) };
}

/** The valid bundle with another seal, signed anew. */
function withSeal(changes: JsonRecord): TestBundle {
  const seals = [signedSeal(chained, key, changes)];
  return { ...validBundle(), seals, report: signedReport(unsignedReport(chained, seals)) };
}

/** Checks of the account log, of which these bundles hold nothing. */
const LOG_CHECKS = [
  'log_inclusion',
  'checkpoint_signature',
  'log_consistency',
  'witnesses',
  'timestamps',
  'completeness',
];

describe('a true bundle', () => {
  it('is consistent without keys, and says what was not checked', () => {
    const { outcome, checks } = verify(validBundle());
    expect(outcome).toBe('consistent');
    expect(verdicts(checks, 'not checked')).toEqual(['chain_hmac', ...LOG_CHECKS, 'origin']);
    expect(verdicts(checks, 'does not hold')).toEqual([]);
  });

  it('is authentic with the pinned key, and with the chain key every check holds', () => {
    const { outcome, checks } = verify(validBundle(), {
      trustedKeys: [other.publicKey, key.publicKey],
      chainKeys: { bySession: new Map([[SESSION, chainKey(SESSION)]]), only: null },
    });
    expect(outcome).toBe('authentic');
    expect(verdicts(checks, 'holds')).toHaveLength(checks.length - LOG_CHECKS.length);
  });

  it('may be indented, have its members in another order, and fields and kinds of a later version', () => {
    const facts = [
      ...FACTS.slice(0, -1),
      { kind: 'weather_observed', turn: 1, wind: { knots: 12.5 } },
      { ...(FACTS.at(-1) ?? {}), later: [true] },
    ];
    const bundle = validBundle(facts);
    const reversed = Object.fromEntries(Object.entries({ ...bundle, later: {} }).reverse());
    const text = JSON.stringify(reversed, null, 2);
    expect(verifyBundle(new TextEncoder().encode(text), { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
  });

  it('of an early version 1 says nothing of tokens and leaks', () => {
    const early = FACTS.filter(({ kind }) => kind !== 'call_started' && kind !== 'leak_suspected').map(
      ({ tokens_issued: _issued, tokens_returned: _returned, ...fact }) => fact,
    );
    const before = chain(early);
    const seals = [signedSeal(before)];
    const { tokens: _tokens, leak_detection: _leaks, pci_dss: _cards, ...unsigned } = unsignedReport(before, seals);
    const bundle = { ...validBundle(early), report: signedReport(unsigned), seals };
    expect(verify(bundle, { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
    // A later server reports on it: what the entries do not state counts as 0.
    expect(verify(validBundle(early), { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
    const invented = signedReport({
      ...unsigned,
      tokens: {
        issued: 1,
        returned_exact: 0,
        returned_repaired: 0,
        not_returned: 1,
        unknown: 1,
        refused: 2,
        outside_turn: 0,
        withheld: 3,
      },
    });
    expect(faults({ ...bundle, report: invented })).toEqual({ counts: ['wrong_number'] });
  });

  it('may take a repaired token back that came exactly later', () => {
    const later: JsonRecord = {
      ...(FACTS.find(({ kind }) => kind === 'turn_completed') ?? {}),
      turn: 3,
      tokens_returned: { exact: 1, repaired: -1 },
    };
    const facts = [...FACTS.slice(0, -1), later, ...FACTS.slice(-1)];
    expect(verify(validBundle(facts), { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
    const { tokens } = validBundle(facts).report ?? {};
    expect(tokens).toMatchObject({ issued: 5, returned_exact: 3, returned_repaired: 0, not_returned: 2 });
  });

  it('of an open session needs no seal', () => {
    const open = chain(FACTS.slice(0, -1));
    const bundle = {
      ...validBundle(),
      entries: open.entries,
      leaf_hashes: open.leafHashes,
      seals: [],
      report: signedReport(unsignedReport(open, [])),
    };
    const { outcome, checks } = verify(bundle, { trustedKeys: [key.publicKey] });
    expect(outcome).toBe('authentic');
    // Without a signed head nothing says where such a journal ended.
    expect(verdicts(checks, 'not checked')).toEqual([
      'chain_hmac',
      'journal_end',
      'policy_digest',
      'seal_signature',
      'head_signature',
      ...LOG_CHECKS,
    ]);
  });

  it('of two sessions, each with its own chain key', () => {
    const second = chain(FACTS, OTHER_SESSION);
    const bundle = {
      ...validBundle(),
      report: null,
      entries: [...chained.entries, ...second.entries],
      leaf_hashes: [...chained.leafHashes, ...second.leafHashes],
      seals: [signedSeal(chained), signedSeal(second)],
    };
    const keys = new Map([
      [SESSION, chainKey(SESSION)],
      [OTHER_SESSION, chainKey(OTHER_SESSION)],
    ]);
    expect(
      verdicts(
        verify(bundle, { chainKeys: { bySession: keys, only: null }, trustedKeys: [key.publicKey] }).checks,
        'not checked',
      ),
    ).toEqual(['policy_digest', 'report_signature', ...LOG_CHECKS]);
    // A key for one of them is not enough to say that the chains hold; one without a name could be either's.
    keys.delete(OTHER_SESSION);
    expect(verdicts(verify(bundle, { chainKeys: { bySession: keys, only: null } }).checks, 'not checked')).toContain(
      'chain_hmac',
    );
    expect(
      verdicts(verify(bundle, { chainKeys: { bySession: new Map(), only: chainKey(SESSION) } }).checks, 'not checked'),
    ).toContain('chain_hmac');
    keys.set(OTHER_SESSION, chainKey(SESSION));
    expect(faults(bundle, { chainKeys: { bySession: keys, only: null } })).toEqual({ chain_hmac: ['wrong_hash'] });
  });
});

describe('a report without entries', () => {
  it.each([
    ['bare', validBundle().report],
    ['as the REST API wraps it', { report: validBundle().report }],
  ])('%s: cannot be verified by itself, whoever signed it', (_, file) => {
    const { outcome, checks } = verify(file);
    expect(outcome).toBe('not verifiable');
    expect(verdicts(checks, 'holds')).toEqual(['schema', 'times', 'policy_digest']);
    const withKey = verify(file, { trustedKeys: [key.publicKey] });
    expect(withKey.outcome).toBe('not verifiable');
    expect(verdicts(withKey.checks, 'holds')).toEqual([
      'schema',
      'times',
      'policy_digest',
      'seal_signature',
      'report_signature',
      'origin',
    ]);
  });

  it('with one number changed does not verify under the pinned key', () => {
    const report = { ...validBundle().report, redactions_by_kind: { NAME: 1 } };
    expect(faults({ report }, { trustedKeys: [key.publicKey] })).toEqual({
      report_signature: ['bad_signature'],
      origin: ['untrusted_key'],
    });
  });
});

describe('numbers in the report', () => {
  const session = (unsignedReport(chained, [signedSeal(chained)])['sessions'] as readonly JsonRecord[])[0] ?? {};
  const audit = unsignedReport(chained, [])['audit'] as JsonRecord;
  const tokens = unsignedReport(chained, [])['tokens'] as JsonRecord;
  const leaks = unsignedReport(chained, [])['leak_detection'] as JsonRecord;
  const cards = unsignedReport(chained, [])['pci_dss'] as JsonRecord;
  const NUMBERS_OF_TOKENS = Object.keys(tokens).filter((field) => field !== 'redactions_by_scheme');

  it('are the ones that the facts of the builder make', () => {
    expect(tokens).toEqual({
      redactions_by_scheme: { MSKV1: 2 },
      issued: 5,
      returned_exact: 2,
      returned_repaired: 1,
      not_returned: 2,
      unknown: 1,
      refused: 6,
      outside_turn: 4,
      withheld: 3,
    });
    expect(leaks).toEqual({ searched_requests: 2, blocked_requests: 1, suspected_by_kind: { PHONE: 2, SSN: 1 } });
  });

  it.each<[string, JsonRecord]>([
    ['a kind left out', { redactions_by_kind: { NAME: 2 } }],
    ['a kind too many', { redactions_by_kind: { NAME: 2, PHONE: 1, AGE: 1 } }],
    ['a pass', { redactions_by_pass: { ner: 1, regex: 3 } }],
    ['the scheme of a token', { tokens: { ...tokens, redactions_by_scheme: { MSKV1: 1, MSK1: 1 } } }],
    ['a searched request left out', { leak_detection: { ...leaks, searched_requests: 1 } }],
    ['a card number that was replaced', { pci_dss: { ...cards, replaced: 1, cardholder_data: 'replaced' } }],
    ['a card number that was let through', { pci_dss: { ...cards, forwarded: 1, cardholder_data: 'forwarded' } }],
    ['a card number that was blocked', { pci_dss: { ...cards, blocked: 1, cardholder_data: 'replaced' } }],
    ['what became of card numbers', { pci_dss: { ...cards, cardholder_data: 'replaced' } }],
    ['event_count of a session', { sessions: [{ ...session, event_count: 3 }] }],
    ...NUMBERS_OF_TOKENS.map((field): [string, JsonRecord] => [
      `tokens.${field}`,
      { tokens: { ...tokens, [field]: Number(tokens[field]) + 1 } },
    ]),
    ['a blocked request left out', { leak_detection: { ...leaks, blocked_requests: 0 } }],
    ['a suspected leak left out', { leak_detection: { ...leaks, suspected_by_kind: { PHONE: 2 } } }],
    ['suspected leaks too few', { leak_detection: { ...leaks, suspected_by_kind: { PHONE: 1, SSN: 1 } } }],
    ['turns', { sessions: [{ ...session, turns: 2 }] }],
    ['redaction_count', { sessions: [{ ...session, redaction_count: 4 }] }],
    ['event_count', { audit: { ...audit, event_count: 8 } }],
    ['first_hash', { audit: { ...audit, first_hash: 'ab'.repeat(32) } }],
    ['last_hash', { audit: { ...audit, last_hash: 'ab'.repeat(32) } }],
    ['the agent of a session', { sessions: [{ ...session, agent_id: 'agt_01JD0000000000000000000009' }] }],
    ['the start of a session', { sessions: [{ ...session, started_at: '2026-01-01T00:00:00.000Z' }] }],
    ['the sealing of a session', { sessions: [{ ...session, sealed_at: null }] }],
    ['the status of a session', { sessions: [{ ...session, status: 'error' }] }],
    ['a session left out', { sessions: [] }],
    ['a session too many', { sessions: [session, { ...session, id: OTHER_SESSION }] }],
  ])('%s', (_, changes) => {
    expect(faults(withReport(changes))).toEqual({ counts: ['wrong_number'] });
  });

  it('a kind with 0 is the same as a kind left out', () => {
    expect(faults(withReport({ redactions_by_kind: { NAME: 2, PHONE: 1, SSN: 0 } }))).toEqual({});
  });

  it('the root', () => {
    expect(faults(withReport({ merkle_root_hex: 'ab'.repeat(32) }))).toEqual({ merkle_root: ['wrong_root'] });
  });

  it('the root of a session', () => {
    expect(faults(withReport({ sessions: [{ ...session, merkle_root_hex: 'ab'.repeat(32) }] }))).toEqual({
      merkle_root: ['wrong_root'],
    });
  });

  it('the policy text', () => {
    expect(faults(withReport({ policy_snapshot: POLICY.replace('1', '2') }))).toEqual({
      policy_digest: ['wrong_policy_digest'],
    });
  });

  it('the session that it is about', () => {
    expect(faults(withReport({ session_id: OTHER_SESSION })).counts).toContain('wrong_number');
  });
});

describe('numbers in the seal', () => {
  it.each<[string, JsonRecord]>([
    ['event_count', { event_count: 8 }],
    ['last_hash', { last_hash: 'ab'.repeat(32) }],
    ['redactions_by_kind', { redactions_by_kind: { NAME: 3 } }],
    ['status', { status: 'partial' }],
    ['agent_id', { agent_id: 'agt_01JD0000000000000000000009' }],
    ['started_at', { started_at: '2026-01-01T00:00:00.000Z' }],
  ])('%s', (_, changes) => {
    expect(faults(withSeal(changes))).toEqual({ counts: ['wrong_number'] });
  });

  it('the root and the policy digest', () => {
    expect(faults(withSeal({ merkle_root_hex: 'ab'.repeat(32) }))).toEqual({ merkle_root: ['wrong_root'] });
    expect(faults(withSeal({ policy_digest: 'ab'.repeat(32) }))).toEqual({ policy_digest: ['wrong_policy_digest'] });
  });

  it('a seal over entries that are not there', () => {
    const bundle = validBundle();
    expect(
      faults({ ...bundle, report: null, seals: [...bundle.seals, signedSeal(chain(FACTS, OTHER_SESSION))] }),
    ).toEqual({ counts: ['missing_entries'] });
  });

  it('a seal over entries that are not closed', () => {
    const open = chain(FACTS.slice(0, -1));
    const bundle = {
      ...validBundle(),
      report: null,
      entries: open.entries,
      leaf_hashes: open.leafHashes,
      seals: [signedSeal(open)],
    };
    expect(faults(bundle)).toEqual({ counts: ['wrong_number'] });
  });
});

describe('a seal taken out', () => {
  it('is missed because the session is closed', () => {
    expect(faults({ ...validBundle(), report: null, seals: [] })).toEqual({ counts: ['missing_seal'] });
  });

  it('is missed because the report says that the session is sealed', () => {
    const open = chain(FACTS.slice(0, -1));
    const report = signedReport({ ...unsignedReport(open, [signedSeal(open)]), seals: [] });
    expect(
      faults({ ...validBundle(), entries: open.entries, leaf_hashes: open.leafHashes, seals: [], report }),
    ).toEqual({ counts: ['missing_seal'] });
  });

  it('or replaced: the copy in the report differs', () => {
    const seals = [signedSeal(chained, key, { sealed_at: '2026-01-01T00:00:00.000Z' })];
    expect(faults({ ...validBundle(), seals }).counts).toContain('conflicting_seals');
  });
});

describe('leaf hashes', () => {
  it('one changed', () => {
    const { leaf_hashes, ...rest } = validBundle();
    expect(
      faults({ ...rest, leaf_hashes: leaf_hashes.map((hash, index) => (index === 1 ? 'ab'.repeat(32) : hash)) }),
    ).toEqual({ merkle_leaves: ['wrong_leaf_hash'] });
  });

  it('one left out, one too many', () => {
    const { leaf_hashes, ...rest } = validBundle();
    expect(faults({ ...rest, leaf_hashes: leaf_hashes.slice(0, -1) }).merkle_leaves).toContain('wrong_leaf_count');
    expect(faults({ ...rest, leaf_hashes: [...leaf_hashes, 'ab'.repeat(32)] })).toEqual({
      merkle_leaves: ['wrong_leaf_count'],
    });
  });
});

describe('signatures', () => {
  const bundle = validBundle();

  it('a changed report', () => {
    expect(faults({ ...bundle, report: { ...bundle.report, generated_at: '2027-01-01T00:00:00.000Z' } })).toEqual({
      report_signature: ['bad_signature'],
    });
  });

  it('an added field of the report is covered', () => {
    expect(faults({ ...bundle, report: { ...bundle.report, note: 'approved' } })).toEqual({
      report_signature: ['bad_signature'],
    });
  });

  it('a seal that is signed by a key under a false id', () => {
    const seal = sealOf(chained);
    const seals = [{ seal, signature: { ...other.sign(seal), key_id: key.id } }];
    expect(faults({ ...bundle, report: null, seals })).toEqual({ seal_signature: ['bad_signature'] });
  });

  it('a key that the bundle does not bring along', () => {
    expect(faults({ ...bundle, keys: [] })).toEqual({
      seal_signature: ['unknown_key'],
      report_signature: ['unknown_key'],
    });
    expect(verify({ ...bundle, keys: [] }, { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
  });

  it('a key under an id that is not its own, or under one that is taken', () => {
    expect(faults({ ...bundle, keys: [...bundle.keys, { ...keyEntry(other), key_id: '00000000' }] })).toEqual({
      key_ids: ['wrong_key_id'],
    });
    expect(faults({ ...bundle, keys: [...bundle.keys, { ...keyEntry(other), key_id: key.id }] })).toEqual({
      key_ids: ['wrong_key_id'],
    });
    expect(faults({ ...bundle, keys: [...bundle.keys, keyEntry(key)] })).toEqual({ key_ids: ['wrong_key_id'] });
  });
});

describe('origin', () => {
  const trusted = { trustedKeys: [key.publicKey] };

  it('a consistent forgery, signed with a key of its own, is not authentic', () => {
    const forgery = validBundle(
      FACTS.filter((_, index) => index !== 3),
      other,
    );
    expect(verify(forgery).outcome).toBe('consistent');
    expect(faults(forgery, trusted)).toEqual({ origin: ['untrusted_key', 'unsigned'] });
  });

  it('a forged report around a true seal', () => {
    const bundle = validBundle();
    const report = signedReport({ ...unsignedReport(chained, bundle.seals), detector: { version: '9.9.9' } }, other);
    expect(faults({ ...bundle, report, keys: [...bundle.keys, keyEntry(other)] }, trusted)).toEqual({
      origin: ['untrusted_key'],
    });
  });

  it('entries that nothing signed covers', () => {
    const open = chain(FACTS.slice(0, -1), OTHER_SESSION);
    const bundle = validBundle();
    const mixed = {
      ...bundle,
      report: null,
      entries: [...bundle.entries, ...open.entries],
      leaf_hashes: [...bundle.leaf_hashes, ...open.leafHashes],
    };
    expect(verify(mixed).outcome).toBe('consistent');
    expect(faults(mixed, trusted)).toEqual({ origin: ['unsigned'] });
    expect(faults({ ...mixed, entries: open.entries, leaf_hashes: open.leafHashes, seals: [] }, trusted)).toEqual({
      origin: ['unsigned'],
    });
  });
});

describe('options', () => {
  it("a key of another length is the caller's mistake", () => {
    expect(() => verifyBundle(bytesOf(null), { trustedKeys: [new Uint8Array(31)] })).toThrow(RangeError);
    expect(() =>
      verifyBundle(bytesOf(null), { chainKeys: { bySession: new Map(), only: new Uint8Array(33) } }),
    ).toThrow(RangeError);
  });

  it('the chain key of another session fits nothing', () => {
    expect(faults(validBundle(), { chainKeys: { bySession: new Map(), only: chainKey(OTHER_SESSION) } })).toEqual({
      chain_hmac: ['wrong_hash'],
    });
  });

  it('a chain key for a session that is not there checks nothing', () => {
    const keys = new Map([[OTHER_SESSION, chainKey(OTHER_SESSION)]]);
    expect(
      verdicts(verify(validBundle(), { chainKeys: { bySession: keys, only: null } }).checks, 'not checked'),
    ).toContain('chain_hmac');
  });
});

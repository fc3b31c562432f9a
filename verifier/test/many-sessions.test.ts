/** Reports of many sessions, with the entries of all of them. */
import { describe, expect, it } from 'vitest';
import { verifyBundle, type CheckId, type FindingCode, type Verified, type VerifyOptions } from '../src/verify.ts';
import {
  bytesOf,
  chain,
  FACTS,
  OTHER_SESSION,
  signedReport,
  signedSeal,
  signingKey,
  SIGNING_SEED,
  treeHash,
  unsignedReport,
  validBundle,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';

const key = signingKey(SIGNING_SEED);
const chained = chain();

function verify(file: Json, options?: VerifyOptions): Verified {
  const verification = verifyBundle(bytesOf(file), options);
  if (verification.outcome === 'unreadable') throw new Error(`unreadable: ${verification.problem.message}`);
  return verification;
}

/** The finding codes of each check that does not hold, each once. */
function faults(file: Json): Partial<Record<CheckId, FindingCode[]>> {
  const failing = verify(file).checks.filter(({ verdict }) => verdict === 'does not hold');
  return Object.fromEntries(failing.map(({ id, findings }) => [id, [...new Set(findings.map(({ code }) => code))]]));
}

describe('a report of a window without sessions', () => {
  const { session_id: _session, ...shared } = unsignedReport(chained, []);
  const none = Object.fromEntries(
    Object.entries({ ...(shared['tokens'] as JsonRecord), redactions_by_scheme: {} }).map(([name, value]) => [
      name,
      typeof value === 'number' ? 0 : value,
    ]),
  );
  const unsigned: JsonRecord = {
    ...shared,
    scope: 'account',
    merkle_root_hex: treeHash([]).toString('hex'),
    sessions: [],
    redactions_by_kind: {},
    redactions_by_pass: {},
    tokens: none,
    leak_detection: { searched_requests: 0, blocked_requests: 0, suspected_by_kind: {} },
    pci_dss: { cardholder_data: 'none_found', replaced: 0, forwarded: 0, blocked: 0 },
    audit: { event_count: 0, first_hash: null, last_hash: null, status: 'verified' },
  };
  const bundleOf = (report: JsonRecord): Json => ({
    ...validBundle(),
    report: signedReport(report),
    entries: [],
    leaf_hashes: [],
    seals: [],
  });

  it('holds without an entry, and is authentic with the key', () => {
    expect(faults(bundleOf(unsigned))).toEqual({});
    expect(verify(bundleOf(unsigned), { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
  });

  it('does not hold with a number above 0, nor as the report of one session', () => {
    expect(faults(bundleOf({ ...unsigned, redactions_by_kind: { NAME: 1 } }))).toEqual({ counts: ['wrong_number'] });
    expect(faults(bundleOf(unsignedReport(chained, [])))).toMatchObject({ schema: ['wrong_shape'] });
  });
});

it('a report alone of 5,000 sealed sessions is read', () => {
  const signed = signedSeal(chained);
  const seals = Array.from({ length: 5000 }, (_, at) => {
    const session_id = `sess_01JD${String(at).padStart(22, '0')}`;
    return { ...signed, seal: { ...(signed['seal'] as JsonRecord), session_id } };
  });
  const report = signedReport({ ...unsignedReport(chained, []), scope: 'account', seals });
  const { outcome, checks } = verify({ report });
  expect(outcome).toBe('not verifiable');
  expect(checks.find(({ id }) => id === 'schema')?.reason).toBe('a report, 5000 seals');
});

describe('the report of an agent', () => {
  const second = chain(FACTS, OTHER_SESSION);
  const seals = [signedSeal(chained), signedSeal(second)];
  const one = unsignedReport(chained, [seals[0] ?? {}]);
  const two = unsignedReport(second, [seals[1] ?? {}]);
  const doubled = (counts: JsonRecord): JsonRecord =>
    Object.fromEntries(
      Object.entries(counts).map(([name, value]) => [
        name,
        typeof value === 'number' ? 2 * value : doubled(value as JsonRecord),
      ]),
    );
  const { session_id: _session, ...shared } = one;
  const root = treeHash([Buffer.from(chained.root, 'hex'), Buffer.from(second.root, 'hex')]).toString('hex');
  const unsigned: JsonRecord = {
    ...shared,
    scope: 'agent',
    agent_id: 'agt_01JD0000000000000000000001',
    merkle_root_hex: root,
    sessions: [...(one['sessions'] as JsonRecord[]), ...(two['sessions'] as JsonRecord[])],
    seals,
    redactions_by_kind: doubled(one['redactions_by_kind'] as JsonRecord),
    redactions_by_pass: doubled(one['redactions_by_pass'] as JsonRecord),
    tokens: doubled(one['tokens'] as JsonRecord),
    leak_detection: doubled(one['leak_detection'] as JsonRecord),
    audit: {
      ...(one['audit'] as JsonRecord),
      event_count: 2 * FACTS.length,
      last_hash: second.entries.at(-1)?.['this_hash'] ?? '',
    },
  };
  const bundle = (changes: JsonRecord): JsonRecord => ({
    ...validBundle(),
    report: signedReport({ ...unsigned, ...changes }),
    entries: [...chained.entries, ...second.entries],
    leaf_hashes: [...chained.leafHashes, ...second.leafHashes],
    seals,
  });

  it('is authentic with the entries of all its sessions', () => {
    expect(faults(bundle({}))).toEqual({});
    expect(verify(bundle({}), { trustedKeys: [key.publicKey] }).outcome).toBe('authentic');
  });

  it('names the id of a session as not compared, and its own agent only where it has no session', () => {
    const { not_compared: named } = verify(bundle({ session_id: OTHER_SESSION }));
    expect(named).toContain('session_id');
    expect(named).not.toContain('agent_id');
    expect(verify(bundle({ sessions: [] })).not_compared).toContain('agent_id');
  });

  it('does not hold with another root over its sessions, another order of them, or another agent', () => {
    expect(faults(bundle({ merkle_root_hex: chained.root }))).toEqual({ merkle_root: ['wrong_root'] });
    const reversed = [...(unsigned['sessions'] as JsonRecord[])].reverse();
    expect(faults(bundle({ sessions: reversed }))).toEqual({
      merkle_root: ['wrong_root'],
      counts: ['wrong_number'],
    });
    expect(faults(bundle({ agent_id: 'agt_01JD0000000000000000000009' }))).toEqual({
      counts: ['wrong_number'],
    });
  });

  it('with an entry less than it states does not hold', () => {
    const audit = { ...(unsigned['audit'] as JsonRecord), event_count: 2 * FACTS.length - 1 };
    expect(faults(bundle({ audit }))).toEqual({ counts: ['wrong_number'] });
  });
});

/** What the pages of audit and reports make of addresses, leaves and proofs. */
import { describe, expect, test } from 'vitest';
import { evidenceOf, EVIDENCE } from '../../../src/portal/app/pages/audit/evidence.ts';
import { faultOf } from '../../../src/portal/app/pages/audit/leaf-proof.ts';
import { actorOf, factsOf, kindsOf, sessionOf } from '../../../src/portal/app/pages/audit/leaf-words.ts';
import { addressOfReport, wantedOf } from '../../../src/portal/app/pages/reports/scope.ts';

const SESSION = 'sess_01M8NAG2GRQJDZ0AGQ1HHZ2786';
const AGENT = 'agt_01M8NAG0TPYYV8MRJCPGS8GFRW';

describe('wantedOf', () => {
  test('asks for the account over 30 days where the address says nothing', () => {
    expect(wantedOf({})).toEqual({ scope: 'account', since: '30d', until: null });
  });

  test('takes both days of a window whole', () => {
    expect(wantedOf({ scope: 'agent', agent: AGENT, since: 'days', from: '2026-11-01', to: '2026-11-30' })).toEqual({
      scope: 'agent',
      id: AGENT,
      since: '2026-11-01',
      until: '2026-12-01T00:00:00.000Z',
    });
  });

  test.each([
    { scope: 'session', session: 'sess_1' },
    { scope: 'agent' },
    { since: 'days', from: '2026-11-30', to: '2026-11-01' },
    { since: 'days', from: '2026-11-30' },
    { since: 'days', from: '2026-13-40', to: '2026-13-45' },
  ] as Record<string, string>[])('asks for nothing while the address is not whole: %o', (parameters) => {
    expect(wantedOf(parameters)).toBeNull();
  });

  test('addressOfReport names scope, window and form', () => {
    expect(addressOfReport({ scope: 'session', id: SESSION }, 'pdf')).toBe(
      `/api/v1/sessions/${SESSION}/report?format=pdf`,
    );
    expect(addressOfReport({ scope: 'account', since: '7d', until: null }, 'bundle')).toBe(
      '/api/v1/reports?format=bundle&since=7d',
    );
  });
});

describe('leaves in words', () => {
  const act = {
    user_id: 'usr_1',
    subject: { session_id: SESSION, purpose: null, root: 'a'.repeat(64), paused: false },
  };
  const sealed = { seal: { session_id: SESSION, event_count: 18, last_hash: 'b'.repeat(64) }, signature: {} };

  test('factsOf leaves hashes and empty members to the whole leaf', () => {
    expect(factsOf(act)).toEqual([
      { name: 'session id', value: SESSION },
      { name: 'paused', value: 'no' },
    ]);
    expect(factsOf(sealed)).toEqual([
      { name: 'session id', value: SESSION },
      { name: 'event count', value: '18' },
    ]);
    expect(factsOf('no object')).toEqual([]);
  });

  test('sessionOf and actorOf read acts and seals', () => {
    expect([sessionOf(act), sessionOf(sealed), sessionOf(null)]).toEqual([SESSION, SESSION, null]);
    expect([actorOf(act), actorOf(sealed)]).toEqual(['usr_1', null]);
  });

  test('kindsOf reads a group, one kind, and nothing from what is neither', () => {
    expect(kindsOf('seals')).toEqual(['session_sealed']);
    expect(kindsOf('report_issued')).toEqual(['report_issued']);
    expect(kindsOf('')).toBeNull();
    expect(kindsOf('a b')).toBeNull();
  });
});

test('evidenceOf begins with the ID of the call', () => {
  expect(evidenceOf('').value).toBe('call');
  expect(EVIDENCE.map(({ value }) => evidenceOf(value).value)).toEqual(EVIDENCE.map(({ value }) => value));
});

describe('faultOf', () => {
  /** SHA-256 of a zero byte and `{"kind":"sign_in","v":1}`: the root of a log with this one leaf. */
  const ONLY_LEAF = '88f1f93280cda5da74010d02995ea150c0b83408c37958c2dd0646106dbb5d8d';

  const proofOf = (leafHash: string, rootHash: string, note: string | null): Parameters<typeof faultOf>[0] => ({
    inclusionProof: {
      entry: { index: 0, kind: 'sign_in', at: '', leafHash, leaf: { v: 1, kind: 'sign_in' } },
      hashes: [],
      rootHash,
      treeSize: 1,
      checkpoint: note === null ? null : { note },
    },
    logKeys: { keys: [] },
  });

  test('names the text where it does not have the stated hash', () => {
    expect(faultOf(proofOf('00'.repeat(32), ONLY_LEAF, null))).toContain('does not have the hash');
  });

  test('names the proof where it does not lead to the root', () => {
    expect(faultOf(proofOf(ONLY_LEAF, '00'.repeat(32), null))).toContain('does not lead from this leaf');
  });

  test('names the checkpoint where there is none, or no key of the log signed it', () => {
    expect(faultOf(proofOf(ONLY_LEAF, ONLY_LEAF, null))).toContain('no checkpoint');
    const note = `log\n1\n${Buffer.from(ONLY_LEAF, 'hex').toString('base64')}\n\n— log ${'A'.repeat(92)}\n`;
    expect(faultOf(proofOf(ONLY_LEAF, ONLY_LEAF, note))).toContain('cannot be trusted');
  });
});

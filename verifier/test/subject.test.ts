/** Subject reports: the signature, and what they say against the entries of bundles; by library and command line. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, secondFile } from '../../tools/bundle-verifier.mjs';
import { asText } from '../src/printout.ts';
import { verifySubject } from '../src/subject.ts';
import { verifyBundle } from '../src/verify.ts';
import {
  bytesOf,
  openBundle,
  OTHER_SEED,
  SESSION,
  signingKey,
  SIGNING_SEED,
  validBundle,
  type JsonRecord,
} from './bundle-builder.ts';
import { pdfOfBundle } from './pdf-builder.ts';

const bundle = validBundle();
const entries = bundle.entries as readonly JsonRecord[];
const of = (kind: string): readonly JsonRecord[] => entries.filter((entry) => entry['kind'] === kind);
const [redaction] = of('redaction');
const requests = of('turn_forwarded');
const names = [...new Set(requests.map(({ upstream, model }) => JSON.stringify({ upstream, model })))];
const disclosure: JsonRecord = {
  session_id: SESSION,
  agent_id: entries[0]?.['agent_id'] ?? null,
  kind: redaction?.['entity_kind'] ?? null,
  first_at: redaction?.['ts'] ?? null,
  last_at: requests.at(-1)?.['ts'] ?? null,
  recipients: names.map((name) => JSON.parse(name) as JsonRecord),
};
const unsigned: JsonRecord = {
  schema: 'masker-subject/v1',
  id: 'rep_01JD0000000000000000000009',
  scope: 'subject',
  account_id: 'acc_01JD0000000000000000000001',
  generated_at: '2026-05-04T10:00:00.000Z',
  value_hmac: 'ab'.repeat(32),
  kind: null,
  data: [disclosure],
  sessions_searched: 4,
  not_searchable: { redacted: 1 },
  has_more: false,
};
const signed = (changes: JsonRecord = {}, seed = SIGNING_SEED): JsonRecord => {
  const document = { ...unsigned, ...changes };
  return { ...document, signature: signingKey(seed).sign(document) };
};
const key = signingKey(SIGNING_SEED).publicKey;
const bundles = [bytesOf(bundle)];

/** The outcome, and each check that does not hold with its codes. */
function judged(document: JsonRecord | Uint8Array, given = bundles, trustedKeys = [key]): readonly unknown[] {
  const bytes = document instanceof Uint8Array ? document : bytesOf(document);
  const verification = verifySubject(bytes, given, { trustedKeys });
  if (verification.outcome === 'unreadable') return [verification.problem.code];
  const bad = verification.checks.filter(({ verdict }) => verdict === 'does not hold');
  return [
    verification.outcome,
    ...bad.map(({ id, findings }) => `${id} ${findings.map(({ code }) => code).join(' ')}`),
  ];
}

describe('a subject report', () => {
  it('is authentic with the bundles of its sessions and a trusted key, also as the server answers with it', () => {
    expect(judged(signed())).toEqual(['authentic']);
    expect(judged({ scope: 'subject', next_cursor: null, report: signed() })).toEqual(['authentic']);
    expect(judged(signed(), [pdfOfBundle(bundle)])).toEqual(['authentic']);
    expect(judged(signed(), bundles, [])).toEqual(['consistent']);
  });

  it('is not verifiable by itself, and not where it names no session', () => {
    expect(judged(signed(), [])).toEqual(['not verifiable']);
    expect(judged(signed({ data: [] }))).toEqual(['not verifiable']);
    const other = { ...disclosure, session_id: 'sess_01JD0000000000000000000077' };
    expect(judged(signed({ data: [disclosure, other] }))).toEqual(['not verifiable']);
  });

  it.each<[string, JsonRecord, number]>([
    ['another agent', { agent_id: 'agt_01JD0000000000000000000077' }, 1],
    ['another first time', { first_at: '2026-05-03T21:00:00.000Z' }, 1],
    ['another last time', { last_at: '2026-05-03T23:00:00.000Z' }, 1],
    ['no recipient', { recipients: [] }, 1],
    [
      'a recipient more',
      { recipients: [...(disclosure['recipients'] as JsonRecord[]), { upstream: 'x', model: 'y' }] },
      1,
    ],
  ])('that says %s than the entries does not hold', (_, changes, count) => {
    const codes = Array.from({ length: count }, () => 'wrong_number').join(' ');
    expect(judged(signed({ data: [{ ...disclosure, ...changes }] }))).toEqual(['does not hold', `counts ${codes}`]);
  });

  it('of another account than the seal of the session does not hold', () => {
    const account_id = 'acc_01JD0000000000000000000077';
    expect(judged(signed({ account_id }))).toEqual(['does not hold', 'counts wrong_number']);
    const open = openBundle();
    const own = open.entries as readonly JsonRecord[];
    const last = own.filter(({ kind }) => kind === 'turn_forwarded').at(-1)?.['ts'] ?? null;
    const of = { ...disclosure, last_at: last };
    expect(judged(signed({ data: [of] }), [bytesOf(open)])).toEqual(['authentic']);
    expect(judged(signed({ data: [of], account_id }), [bytesOf(open)])).toEqual([
      'does not hold',
      'counts wrong_number',
    ]);
  });

  it('is too large where its disclosures times the recipients of their sessions are more than the limit', () => {
    const many = Array.from({ length: 50 }, (_, at) => ({ ...requests[0], model: `m${at}` }));
    const limits = { values: 4000 };
    const verification = (data: readonly JsonRecord[]) =>
      verifySubject(bytesOf(signed({ data })), [bytesOf({ ...bundle, entries: many })], { limits });
    const data = Array.from({ length: 100 }, () => disclosure);
    expect(verification(data.slice(0, 50))).toMatchObject({ outcome: 'does not hold' });
    expect(verification(data)).toMatchObject({ outcome: 'unreadable', problem: { code: 'too_large' } });
  });

  it('with a disclosure of another kind than was searched, or with one twice, does not hold', () => {
    expect(judged(signed({ kind: disclosure['kind'] ?? null }))).toEqual(['authentic']);
    expect(judged(signed({ kind: 'VIN' }))).toEqual(['does not hold', 'counts wrong_number']);
    expect(judged(signed({ data: [disclosure, disclosure] }))).toEqual(['does not hold', 'counts wrong_number']);
  });

  it('says only what was sent before it was made, and is compared with nothing later', () => {
    const early = redaction?.['ts'] ?? null;
    expect(judged(signed({ generated_at: early }))).toEqual([
      'does not hold',
      'counts time_runs_backwards wrong_number wrong_number',
    ]);
    const later = { ...requests.at(-1), ts: '2026-05-04T11:00:00.000Z', model: 'later' };
    expect(judged(signed(), [bytesOf({ ...bundle, entries: [...entries, later] })])).toEqual(['authentic']);
  });

  it('names what no entry shows, and what beside the report is not signed', () => {
    const verification = verifySubject(bytesOf({ scope: 'subject', data: [], report: signed() }), bundles);
    expect(verification).toMatchObject({
      not_compared: ['value_hmac', 'sessions_searched', 'not_searchable', 'has_more'],
      not_covered: ['/scope', '/data'],
    });
    expect(verifySubject(bytesOf(signed()), bundles)).toMatchObject({ not_covered: [] });
  });

  it('of a kind that was never redacted counts from the first request, as inherited tokens do', () => {
    const first = requests[0]?.['ts'] ?? null;
    expect(judged(signed({ data: [{ ...disclosure, kind: 'VIN', first_at: first }] }))).toEqual(['authentic']);
    const inherited = entries.map((entry) => (entry === requests[0] ? { ...entry, tokens_inherited: 2 } : entry));
    const late = { ...disclosure, kind: 'ACCOUNT', first_at: first };
    const more = [...inherited, { ...redaction, entity_kind: 'ACCOUNT', ts: requests.at(-1)?.['ts'] ?? null }];
    expect(judged(signed({ data: [late] }), [bytesOf({ ...bundle, entries: more })])).toEqual(['authentic']);
  });

  it('that was changed, or is signed by another, does not hold', () => {
    expect(judged({ ...signed(), sessions_searched: 5 })).toEqual([
      'does not hold',
      'report_signature bad_signature',
      'origin untrusted_key',
    ]);
    expect(judged(signed({}, OTHER_SEED))).toEqual(['does not hold', 'origin untrusted_key']);
  });

  it('of another form does not hold, and what is none is unreadable', () => {
    expect(judged(signed({ value_hmac: 'x' }))).toEqual(['does not hold', 'schema wrong_shape']);
    expect(judged(signed({ schema: 'masker-subject/v2' }))).toEqual(['not_masker']);
    expect(judged(bytesOf(bundle))).toEqual(['not_masker']);
    expect(judged(Buffer.from('{'))).toEqual(['not_json']);
  });
});

describe('the command line with --subject', () => {
  const folder = mkdtempSync(join(tmpdir(), 'masker-subject-'));
  const file = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  beforeAll(async () => {
    file('masker-verify.mjs', await commandLine());
    file('masker-verify-more.mjs', await secondFile());
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const run = (...args: readonly string[]): readonly [number | null, string] => {
    const program = join(folder, 'masker-verify.mjs');
    const all = [program, ...args, '--trusted-key', key.toString('hex')];
    const { status, stdout } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    return [status, stdout];
  };

  it('says what the library says behind the files, and exits by the gravest', () => {
    const [whole, subject] = [file('bundle.json', bundles[0] ?? ''), file('subject.json', bytesOf(signed()))];
    const trustedKeys = [key];
    const text = (given: readonly Uint8Array[]): string =>
      asText(subject, verifySubject(bytesOf(signed()), given, { trustedKeys }));
    const first = asText(whole, verifyBundle(bundles[0] ?? new Uint8Array(), { trustedKeys }));
    expect(run(whole, '--subject', subject)).toEqual([0, first + text(bundles)]);
    expect(run('--subject', subject)).toEqual([2, text([])]);
    const changed = entries.map((entry, at) => (at === 2 ? { ...entry, confidence: 0.1 } : entry));
    const [status, out] = run(file('bad.json', bytesOf({ ...bundle, entries: changed })), '--subject', subject);
    expect([status, out.endsWith(text([]))]).toEqual([1, true]);
  });
});

/** What an auditor gets holds against the real verifier, and nothing that was changed does. See docs/audit-format.md. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { chainKey } from '../../src/audit/chain.ts';
import { leafHash } from '../../src/audit/merkle.ts';
import { Signer } from '../../src/audit/seal.ts';
import { signCheckpoint } from '../../src/audit-log/checkpoint.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { DETECTOR_VERSION } from '../../src/detection/detection.ts';
import { exportEvidence } from '../../src/reports/evidence.ts';
import { MEASURED_COVERAGE } from '../../src/reports/safe-harbor.ts';
import { main } from '../../verifier/src/cli.ts';
import { callRecord } from '../call-records.ts';
import { temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

interface Entry {
  [member: string]: unknown;
  readonly seq: number;
  readonly event_id: string;
}

interface Bundle {
  report: Record<string, unknown> & {
    redactions_by_kind: Record<string, number>;
    sessions: Record<string, unknown>[];
    audit: Record<string, unknown>;
  };
  entries: Entry[];
  leaf_hashes: string[];
  seals: { seal: Record<string, unknown>; signature: Record<string, unknown> }[];
  keys: Record<string, unknown>[];
}

interface Verification {
  readonly status: number;
  readonly out: string;
}

const AUDIT_KEY = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
const SIGNER = new Signer(Buffer.from(KEYS['MASKER_SIGNING_KEY'] ?? '', 'base64'));

let calls: Calls;
let agent: CreatedAgent;
let folder: string;
let bundleText: string;
let sealed: SessionId;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
  folder = await temporaryFolder();
  sealed = await call('in the bundle');
  bundleText = await get(sealed, '?format=bundle');
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

/** A call of three turns, sealed. */
async function call(key: string): Promise<SessionId> {
  const headers = { 'x-call-id': key };
  const said = ['this is Maria Gonzalez', 'my number is 415-555-0142', 'see 10.0.0.7'];
  let id: SessionId | null = null;
  for (let n = 1; n <= said.length; n += 1) {
    const response = await calls.masker.chat(agent, saying(...said.slice(0, n)), headers);
    await answerOf(response);
    id = sessionOf(response);
  }
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
  return id ?? ('' as SessionId);
}

async function get(id: SessionId, query = ''): Promise<string> {
  const response = await calls.masker.api('GET', `/sessions/${id}/report${query}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text;
}

/** The account of a checkpoint. */
function accountOf(note: string): AccountId {
  return (note.split('\n')[0]?.split('/').at(-1) ?? '') as AccountId;
}

/** Runs the verifier's command line in this process, as its binary does: cli.test.ts runs that one. */
async function verify(text: string, ...options: string[]): Promise<Verification> {
  const file = path.join(folder, 'bundle.json');
  await writeFile(file, text);
  let out = '';
  const status = await main([file, ...options], {
    out: (printed) => (out += printed),
    err: (printed) => (out += printed),
  });
  return { status, out };
}

/** The bundle with a change made to it, as text. */
function changed(change: (bundle: Bundle) => void): string {
  const bundle = JSON.parse(bundleText) as Bundle;
  change(bundle);
  return JSON.stringify(bundle);
}

const entryAt = ({ entries }: Bundle, at: number): Entry => {
  const entry = entries.at(at);
  if (entry === undefined) throw new Error('no such entry');
  return entry;
};

describe('the bundle of a sealed session', () => {
  test('is consistent to masker-verify', async () => {
    const { status, out } = await verify(bundleText);
    expect(out).toContain('=> consistent, origin not checked');
    expect(status).toBe(0);
  });

  test('is authentic with the published key and the chain key', async () => {
    const keys = path.join(folder, 'masker-keys.json');
    await writeFile(keys, await (await fetch(`${calls.masker.url}/.well-known/masker-keys.json`)).text());
    const { status, out } = await verify(
      bundleText,
      '--trusted-key',
      keys,
      '--chain-key',
      chainKey(AUDIT_KEY, sealed).toString('hex'),
    );
    expect(out).toContain('=> authentic');
    // The account log, its time stamps and the comparison with a platform have lines of their own.
    expect(
      out
        .split('\n')
        .filter(
          (line) => line.includes('not checked') && !/\blog|checkpoint|witnesses|timestamps|completeness/.test(line),
        ),
    ).toEqual([]);
    expect(status).toBe(0);
  });

  test('proves that its seal is in the account log, under the published key', async () => {
    const keys = path.join(folder, 'log-keys.json');
    await writeFile(keys, await (await fetch(`${calls.masker.url}/.well-known/masker-keys.json`)).text());
    const { status, out } = await verify(bundleText, '--trusted-key', keys);
    expect(out).toMatch(/account log +holds +\d+ lea/);
    expect(out).toMatch(/checkpoint +holds +\d+ checkpoint/);
    expect(status).toBe(0);
  });

  test('holds with an earlier checkpoint, with a proof and without one, and not with one of a fork', async () => {
    const note = async (): Promise<string> => (await calls.masker.api('GET', '/audit/checkpoint')).text();
    const earlier = await note();
    const size = Number(earlier.split('\n')[1]);
    const later = await get(await call('behind a checkpoint'), '?format=bundle');
    const [file, proof] = [path.join(folder, 'earlier'), path.join(folder, 'consistency')];
    await writeFile(file, earlier);
    expect(await verify(later, '--previous-checkpoint', file)).toMatchObject({ status: 0 });
    const { account_log: logged } = JSON.parse(later) as { account_log: { checkpoint: string }[] };
    const to = Number(logged[0]?.checkpoint.split('\n')[1]);
    const response = await fetch(`${calls.masker.url}/api/v1/audit/proof/consistency?from=${size}&to=${to}`, {
      headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, accept: 'text/plain' },
    });
    await writeFile(proof, await response.text());
    const proven = await verify(later, '--previous-checkpoint', file, '--consistency-proof', proof);
    expect(proven.out).toMatch(/log consistency +holds/);
    expect(proven.status).toBe(0);
    const forked = signCheckpoint(SIGNER, accountOf(earlier), to, Buffer.alloc(32, 1));
    await writeFile(file, forked);
    const fork = await verify(later, '--previous-checkpoint', file);
    expect(fork.out).toContain('=> DOES NOT HOLD');
    expect(fork.status).toBe(1);
  });

  test('is the same bytes each time', async () => {
    expect(await get(sealed, '?format=bundle')).toBe(bundleText);
  });

  test('is not authentic with the key of another', async () => {
    const other = new Signer(Buffer.alloc(32, 3)).publicKey.toString('base64');
    expect(await verify(bundleText, '--trusted-key', other)).toMatchObject({ status: 1 });
    const chain = chainKey(AUDIT_KEY, 'sess_00000000000000000000000000').toString('hex');
    expect(await verify(bundleText, '--chain-key', chain)).toMatchObject({ status: 1 });
  });

  test('holds no value and no token', () => {
    for (const value of ['Maria', 'Gonzalez', '555-0142', '10.0.0.7']) expect(bundleText).not.toContain(value);
    expect(bundleText).not.toMatch(/MSKV?1\.[A-Z]+\./);
  });

  test.each(Array.from({ length: 11 }, (_, at) => at))(
    'with one byte changed anywhere in entry %i does not hold, and the entry is named',
    async (at) => {
      const bundle = JSON.parse(bundleText) as Bundle;
      const entry = entryAt(bundle, at);
      const text = JSON.stringify(entry);
      expect(bundleText).toContain(text);
      // Inside a text or a number, so that the file is still JSON: each is another way for it not to hold.
      const places = [...text.matchAll(/:"([^"]+)"|:(\d)/g)].map(
        ({ index, 1: inText }) => index + (inText === undefined ? 1 : 2 + Math.floor(inText.length / 2)),
      );
      expect(places.length).toBeGreaterThan(8);
      for (const place of places.filter((_, n) => n % 3 === at % 3)) {
        const byte = text.charAt(place);
        const other = /\d/.test(byte) ? String((Number(byte) + 1) % 10) : byte === 'x' ? 'y' : 'x';
        const { status, out } = await verify(
          bundleText.replace(text, text.slice(0, place) + other + text.slice(place + 1)),
        );
        expect(status, `${text.slice(place - 12, place + 12)} -> ${other}`).toBe(1);
        expect(out).toMatch(new RegExp(`entry ${at}\\b`));
      }
    },
  );

  const CHANGES: Readonly<Record<string, (bundle: Bundle) => void>> = {
    'the last entry removed': (bundle) => {
      bundle.entries.pop();
      bundle.leaf_hashes.pop();
    },
    'an entry removed': (bundle) => {
      bundle.entries.splice(2, 1);
      bundle.leaf_hashes.splice(2, 1);
    },
    'two entries exchanged': ({ entries, leaf_hashes: leaves }) => {
      entries.splice(2, 2, ...entries.slice(2, 4).reverse());
      leaves.splice(2, 2, ...leaves.slice(2, 4).reverse());
    },
    'an entry added': (bundle) => {
      const last = entryAt(bundle, -1);
      const added = { ...last, seq: last.seq + 1, prev_hash: last['this_hash'], event_id: last.event_id };
      bundle.entries.push(added);
      bundle.leaf_hashes.push(leafHash(Buffer.from(canonicalJson(added))).toString('hex'));
    },
    'an entry changed and its leaf hash with it': (bundle) => {
      const entry = entryAt(bundle, 1);
      entry['confidence'] = 0.5;
      bundle.leaf_hashes[1] = leafHash(Buffer.from(canonicalJson(entry))).toString('hex');
    },
    'a count of the report changed': ({ report }) => {
      report.redactions_by_kind['NAME'] = 7;
    },
    'the turns of the report changed': ({ report }) => {
      for (const each of report.sessions) each['turns'] = 2;
    },
    'the number of entries in the report changed': ({ report }) => {
      report.audit['event_count'] = 4;
    },
    'the policy of the report changed': ({ report }) => {
      report['policy_snapshot'] = 'name: none\n';
    },
    'the status of the seal changed': ({ seals, report }) => {
      for (const { seal } of [...seals, ...(report['seals'] as Bundle['seals'])]) seal['status'] = 'error';
    },
    'the seal removed': (bundle) => {
      bundle.seals = [];
      bundle.report['seals'] = [];
    },
    'the signature of the seal changed': ({ seals, report }) => {
      for (const { signature } of [...seals, ...(report['seals'] as Bundle['seals'])])
        signature['sig'] = Buffer.alloc(64, 1).toString('base64');
    },
  };

  test.each(Object.keys(CHANGES))('with %s does not hold', async (what) => {
    const { status, out } = await verify(changed(CHANGES[what] ?? (() => undefined)));
    expect(out).toContain('=> DOES NOT HOLD');
    expect(status).toBe(1);
  });
});

describe('a report', () => {
  test('is of the published form', async () => {
    const schema = JSON.parse(await readFile('schema/masker-audit.v1.schema.json', 'utf8')) as object;
    const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
    const { report } = JSON.parse(await get(sealed)) as { report: object };
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...report, merkle_root_hex: 'x' })).toBe(false);
  });

  test('states cards, leaks, retention, who got what, its coverage and its limits', async () => {
    const { report } = JSON.parse(await get(sealed)) as Bundle;
    expect(report).toMatchObject({
      tokens: { scheme: 'vault-deterministic', redactions_by_scheme: { MSKV1: 2 } },
      coverage: {
        measured: MEASURED_COVERAGE.detector === DETECTOR_VERSION,
        categories: { A_names: { redactions: 1 }, D_phone: { redactions: 1 } },
      },
      pci_dss: { cardholder_data: 'none_found', replaced: 0, forwarded: 0, blocked: 0 },
      leak_detection: { searched_requests: 3, blocked_requests: 0 },
      retention_attestation: { vault: { sessions_with_key: 1, sessions_without_key: 0, values_stored: 2 } },
      baa_chain: [
        { role: 'voice_platform', receives: 'phi' },
        { role: 'masker', receives: 'phi' },
        { role: 'model_provider', name: 'openai', receives: 'masked_text', requests: 3, models: ['gpt-4o-mini'] },
      ],
      limits: expect.arrayContaining([expect.stringContaining('every identifier')]) as string[],
    });
  });

  test('is given with some members open and the others closed, on record, and verifies', async () => {
    const path = `/sessions/${sealed}/report?format=disclosure&disclose=window,tokens`;
    const response = await calls.masker.api('GET', path, undefined);
    expect(response.status, await response.clone().text()).toBe(200);
    expect(response.headers.get('content-disposition')).toContain(`${sealed}.disclosure.json`);
    const { status, out } = await verify(await response.text());
    expect([
      status,
      /openings +holds +2 open: \/tokens \/window|openings +holds +2 open: \/window \/tokens/.test(out),
    ]).toEqual([0, true]);
    const refused = await calls.masker.api('GET', `/sessions/${sealed}/report?format=disclosure&disclose=nothing`);
    expect(refused.status).toBe(422);
    const { rows } = await calls.pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'report_issued' AND body LIKE '%disclosure%'",
    );
    expect(rows).toHaveLength(1);
  });

  test('is the same bytes each time in the bundle of a sealed session', async () => {
    expect(await get(sealed, '?format=bundle')).toBe(bundleText);
    const { id, generated_at: at } = (JSON.parse(bundleText) as Bundle).report;
    expect(id).toMatch(/^rep_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(at).toBe((JSON.parse(bundleText) as Bundle).report.sessions[0]?.['sealed_at']);
  });

  test('says the same each time, but for its id, its time and its signature', async () => {
    const [a, b] = [
      JSON.parse(await get(sealed)) as { report: object },
      JSON.parse(await get(sealed)) as { report: object },
    ];
    const { id, generated_at: at, signature, ...rest } = a.report as Record<string, unknown>;
    expect(b.report).toMatchObject(rest);
    const { id: otherId, generated_at: _at, signature: _signature, ...otherRest } = b.report as Record<string, unknown>;
    expect(otherRest).toEqual(rest);
    expect([otherId, typeof at, typeof signature]).toEqual([expect.not.stringMatching(String(id)), 'string', 'object']);
  });

  test('agrees with the database', async () => {
    const { report } = JSON.parse(await get(sealed)) as Bundle;
    const { session, turns, entries } = await callRecord(calls.pool, sealed);
    expect(report).toMatchObject({
      session_id: sealed,
      merkle_root_hex: session.merkle_root?.toString('hex'),
      redactions_by_kind: { NAME: 1, PHONE: 1, IP_ADDRESS: 1 },
      audit: {
        event_count: entries.length,
        first_hash: entries[0]?.this_hash,
        last_hash: entries.at(-1)?.this_hash,
        status: 'verified',
      },
    });
    expect(report.sessions).toMatchObject([
      { id: sealed, turns: turns.length, redaction_count: session.redaction_count, status: 'ok' },
    ]);
  });

  test('of an open session holds too', async () => {
    const response = await calls.masker.chat(agent, saying('this is Maria Gonzalez'), { 'x-call-id': 'open' });
    await answerOf(response);
    const text = await get(sessionOf(response), '?format=bundle');
    expect(JSON.parse(text)).toMatchObject({ seals: [], report: { sessions: [{ sealed_at: null, ended_at: null }] } });
    expect(await verify(text)).toMatchObject({ status: 0 });
  });

  test('counts from the journal: counters that somebody changed do not reach it', async () => {
    const id = await call('falsified');
    await calls.pool.query(
      `UPDATE sessions SET turn_count = 9, redaction_count = 0, redactions_by_kind = '{}' WHERE id = $1`,
      [id],
    );
    const text = await get(id, '?format=bundle');
    expect(JSON.parse(text)).toMatchObject({
      report: { redactions_by_kind: { NAME: 1 }, sessions: [{ turns: 3, redaction_count: 3 }] },
    });
    expect(await verify(text)).toMatchObject({ status: 0 });
  });
});

describe('in the database', () => {
  /** As its owner, who can do anything but do it unseen. */
  async function tamper(sql: string, values: unknown[]): Promise<void> {
    const client = await calls.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE entries DISABLE TRIGGER USER');
      await client.query(sql, values);
      await client.query('ALTER TABLE entries ENABLE TRIGGER USER');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  async function expectRefusal(id: SessionId, saying: string): Promise<void> {
    for (const format of ['json', 'bundle']) {
      const response = await calls.masker.api('GET', `/sessions/${id}/report?format=${format}`);
      expect(response.status).toBe(500);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe('report_generation_failed');
      expect(error.message).toContain(saying);
    }
  }

  const exported = async (id: SessionId): Promise<string> =>
    JSON.stringify((await exportEvidence(calls.pool, SIGNER, id, 'all'))?.bundle);

  test('evidence of an untouched session verifies without a report', async () => {
    const { status, out } = await verify(
      await exported(sealed),
      '--chain-key',
      chainKey(AUDIT_KEY, sealed).toString('hex'),
    );
    expect(out).toContain('=> consistent');
    expect(status).toBe(0);
  });

  test.each([0, 1, 4, 10])(
    'a byte changed in entry %i makes no report, and the verifier names the entry',
    async (seq) => {
      const id = await call(`changed at ${seq}`);
      await tamper(
        `UPDATE entries SET body = replace(body, '"turn":', '"turn":1') WHERE session_id = $1 AND seq = $2`,
        [id, seq],
      );
      await expectRefusal(id, `entry ${seq} `);
      const { status, out } = await verify(await exported(id));
      expect(status).toBe(1);
      expect(out).toMatch(new RegExp(`entry ${seq}\\b`));
    },
  );

  test.each([
    ['no longer JSON', `left(body, 20)`],
    ['no longer canonical', `body || ' '`],
    ['not an object', `'7'`],
  ])('an entry that is %s is named as well', async (_, expression) => {
    const id = await call(`spoilt: ${expression}`);
    await tamper(`UPDATE entries SET body = ${expression} WHERE session_id = $1 AND seq = 3`, [id]);
    await expectRefusal(id, 'entry 3 ');
    const { status, out } = await verify(await exported(id));
    expect(status).toBe(1);
    expect(out).toMatch(/entry 3\b/);
  });

  test('an entry removed, first, last or between, makes no report', async () => {
    for (const seq of [0, 5, 10]) {
      const id = await call(`removed ${seq}`);
      await tamper('DELETE FROM entries WHERE session_id = $1 AND seq = $2', [id, seq]);
      await expectRefusal(id, seq === 10 ? 'seal' : 'entry ');
      expect(await verify(await exported(id))).toMatchObject({ status: 1 });
    }
  });

  test('a seal removed or changed makes no report', async () => {
    const id = await call('unsealed');
    await calls.pool.query('UPDATE sessions SET seal = NULL, sealed_at = NULL, merkle_root = NULL WHERE id = $1', [id]);
    await expectRefusal(id, 'seal');
    expect(await verify(await exported(id))).toMatchObject({ status: 1 });
    const other = await call('sealed otherwise');
    await calls.pool.query(
      `UPDATE sessions SET seal = replace(seal, '"status":"ok"', '"status":"error"') WHERE id = $1`,
      [other],
    );
    await expectRefusal(other, 'seal');
    expect(await verify(await exported(other))).toMatchObject({ status: 1 });
    await calls.pool.query(`UPDATE sessions SET seal = 'garbled' WHERE id = $1`, [other]);
    await expectRefusal(other, 'seal');
    expect(await verify(await exported(other))).toMatchObject({ status: 1 });
  });
});

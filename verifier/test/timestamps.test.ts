/** Time-stamp tokens of bundles: by library, command line and page alike. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, page, secondFile } from '../../tools/bundle-verifier.mjs';
import { main } from '../src/cli.ts';
import { asText } from '../src/printout.ts';
import { parseAuthorities, withTimestamps } from '../src/timestamps.ts';
import { verifyBundle, type Verification } from '../src/verify.ts';
import { authority, pem, token, type TokenTerms } from './authority.ts';
import {
  bytesOf,
  OTHER_SEED,
  openBundle,
  signedReport,
  signingKey,
  SIGNING_SEED,
  validBundle,
  type JsonRecord,
} from './bundle-builder.ts';
import { FakePage, fakeFile } from './fake-page.ts';
import { accountLog, checkpointNote, loggedBundle, LOG, LOG_ORIGIN, WITNESSES } from './log-builder.ts';
import { noteKey } from './note-builder.ts';
import { pdfOfBundle } from './pdf-builder.ts';

const key = signingKey(SIGNING_SEED).publicKey;
const { root, signer } = authority();
const other = authority({}, { name: 'Other Root' });
const ca = Buffer.from(pem(root));

/** A later checkpoint of the log, which the token is of. */
const STAMPED = { size: 8 };
/** A member that is a text. */
const textOf = (value: JsonRecord, name: string): string => {
  const text = value[name];
  if (typeof text !== 'string') throw new Error(`${name} is no text`);
  return text;
};

const stampOf = (terms: Partial<TokenTerms> = {}, note = checkpointNote(STAMPED)): JsonRecord => ({
  checkpoint: note,
  token: token({ message: Buffer.from(note), signer, ...terms }).toString('base64'),
});

/** A bundle whose seal is proven in the stamped checkpoint. */
function stampedBundle(stamp: JsonRecord = stampOf(), member: JsonRecord = {}): JsonRecord {
  const proof = accountLog(STAMPED)['inclusion_proof'] ?? null;
  const logged = { ...accountLog({ signers: [LOG, ...WITNESSES] }), timestamp_proof: proof, ...member };
  return { ...loggedBundle(), account_log: logged, timestamps: [stamp] };
}

async function verify(file: JsonRecord | Uint8Array, trustedKeys = [key]): Promise<Verification> {
  const bytes = file instanceof Uint8Array ? file : bytesOf(file);
  const options = { authorities: parseAuthorities(ca), trustedKeys };
  return withTimestamps(bytes, verifyBundle(bytes, { trustedKeys }), options);
}

/** The verdict on the tokens, its findings, and the outcome. */
async function judged(file: JsonRecord | Uint8Array, trustedKeys?: (typeof key)[]) {
  const verification = await verify(file, trustedKeys);
  if (verification.outcome === 'unreadable') return verification.problem.code;
  const check = verification.checks.find(({ id }) => id === 'timestamps');
  return [verification.outcome, check?.verdict, ...(check?.findings ?? []).map(({ code, found }) => found === undefined ? code : `${code} ${found}`)]; // prettier-ignore
}

describe('a bundle with tokens', () => {
  it('is authentic, and the line says when its log was stamped', async () => {
    const verification = await verify(stampedBundle());
    expect(verification).toMatchObject({ outcome: 'authentic', not_covered: [] });
    expect(asText('x', verification)).toMatch(/^ {2}timestamps +holds +1 checkpoint stamped: 2026-05-03T21:15:00Z$/m);
  });

  it('is one check more than without a certificate, at the same place', async () => {
    const bytes = bytesOf(stampedBundle());
    const plain = verifyBundle(bytes, { trustedKeys: [key] });
    const stamped = await verify(bytes);
    if (plain.outcome === 'unreadable' || stamped.outcome === 'unreadable') throw new Error('unreadable');
    expect(stamped.checks.map(({ id }) => id)).toEqual(plain.checks.map(({ id }) => id));
    expect(plain.checks.find(({ id }) => id === 'timestamps')).toMatchObject({ verdict: 'not checked' });
    expect(stamped.checkpoints).toHaveLength(plain.checkpoints.length + 1);
  });

  it('in a PDF is checked in the file that is attached', async () => {
    const file = { ...validBundle(), ...stampedBundle() };
    expect((await judged(pdfOfBundle(file)))[1]).toBe('holds');
  });

  const forged = noteKey(LOG_ORIGIN, OTHER_SEED[0] ?? 0);
  const forgedNote = checkpointNote({ ...STAMPED, signers: [forged] });
  const proofOf = (note: string): JsonRecord => ({
    timestamp_proof: `${textOf(accountLog(STAMPED), 'inclusion_proof').split('\n\n')[0] ?? ''}\n\n${note}`,
  });
  const cut = stampOf();
  it.each([
    ['a token of another checkpoint', stampedBundle(stampOf({}, checkpointNote({ size: 7 }))), 'not_timestamped'],
    ['a token of other bytes', stampedBundle(stampOf({ message: Buffer.from('x') })), 'bad_timestamp wrong_imprint'],
    ['a token of another authority', stampedBundle(stampOf({ signer: other.signer })), 'bad_timestamp untrusted_authority'],
    ['a token after its certificate was valid', stampedBundle(stampOf({ at: '2027-06-01T00:00:00Z' })), 'bad_timestamp outside_validity'],
    ['a token that is cut off', stampedBundle({ ...cut, token: Buffer.from(textOf(cut, 'token'), 'base64').subarray(0, 99).toString('base64') }), 'bad_timestamp malformed_token'],
    ['a token from before its seal', stampedBundle(stampOf({ at: '2026-03-01T00:00:00Z' })), 'time_runs_backwards'],
    ['no token', { ...stampedBundle(), timestamps: [] }, 'not_timestamped'],
    ['tokens of another form', { ...stampedBundle(), timestamps: ['x'] }, 'wrong_shape'],
    ['no proof', { ...stampedBundle(), account_log: accountLog() }, 'not_timestamped'],
    ['a proof of another leaf', stampedBundle(stampOf(), { timestamp_proof: textOf(accountLog(STAMPED), 'inclusion_proof').replace('index 3', 'index 2') }), 'wrong_proof'],
    ['a proof that is none', stampedBundle(stampOf(), { timestamp_proof: 'x' }), 'wrong_shape'],
    ['nothing of the log', validBundle() as unknown as JsonRecord, 'not_timestamped'],
    ['a stamped checkpoint by another key', stampedBundle(stampOf({}, forgedNote), proofOf(forgedNote)), 'unknown_key'],
  ])('and %s does not hold', async (_, file, finding) => {
    const [outcome, verdict, ...findings] = await judged(file);
    expect([outcome, verdict]).toEqual(['does not hold', 'does not hold']);
    expect(findings.map((text) => (finding.includes(' ') ? text : (text ?? '').split(' ')[0]))).toContain(finding);
  }); // prettier-ignore

  it.each([
    ['left out', { account_log: null, timestamps: null }],
    ['put into the report, with its proof', { account_log: null }],
    ['an empty list', { account_log: [] }],
  ])('of a log that the report has too does not hold where the part of the file is %s', async (_, changes) => {
    const file = stampedBundle();
    const { signature, ...unsigned } = (file['report'] ?? {}) as JsonRecord;
    expect(signature).toBeDefined();
    const whole = { ...file, report: signedReport({ ...unsigned, account_log: file['account_log'] ?? null }) };
    expect((await judged(whole)).slice(0, 2)).toEqual(['authentic', 'holds']);
    expect(await judged({ ...whole, ...changes })).toEqual(['does not hold', 'does not hold', 'not_timestamped']);
  });

  it('whose log signed with a key that is not trusted does not hold', async () => {
    expect(await judged(stampedBundle(), [signingKey(OTHER_SEED).publicKey])).toContainEqual(
      expect.stringMatching(/^untrusted_key/),
    );
    expect((await judged(stampedBundle(), [])).slice(0, 2)).toEqual(['consistent', 'holds']);
  });

  it.each([
    ['an open session', bytesOf(openBundle())],
    ['a report alone', bytesOf(validBundle().report)],
  ])('of %s is not checked', async (_, bytes) => {
    expect((await judged(bytes))[1]).toBe('not checked');
  });

  it('that is unreadable stays so, and too many tokens make it so', async () => {
    expect(await judged(Buffer.from('{'))).toBe('not_json');
    expect(await judged({ ...stampedBundle(), timestamps: Array.from({ length: 1001 }, () => ({})) })).toBe(
      'too_large',
    );
  });
});

const folder = mkdtempSync(join(tmpdir(), 'masker-timestamps-'));
const program = join(folder, 'masker-verify.mjs');
const file = (name: string, content: Uint8Array | string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
let html = '';
beforeAll(async () => {
  file('masker-verify.mjs', await commandLine());
  file('masker-verify-more.mjs', await secondFile());
  html = file('page.html', await page());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the command line with --tsa-ca', () => {
  const run = (...args: readonly string[]): { status: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    return { status, out: stdout, err: stderr };
  };
  const trusted = ['--trusted-key', key.toString('hex')];

  it('says what the library says, from its two files and from its sources', async () => {
    const [good, bad] = [stampedBundle(), stampedBundle(stampOf({ signer: other.signer }))];
    const paths = [file('good.json', bytesOf(good)), file('bad.json', bytesOf(bad)), file('broken.json', '{')];
    const args = [...paths, ...trusted, '--tsa-ca', file('ca.pem', ca)];
    const expected = [await verify(good), await verify(bad), await verify(Buffer.from('{'))].map((each, at) => asText(paths[at] ?? '', each)); // prettier-ignore
    const ran = run(...args);
    expect(ran).toEqual({ status: 1, out: expected.join(''), err: '' });
    let out = '';
    const status = await main(args, { out: (text) => void (out += text), err: (text) => void (out += text) });
    expect({ status, out }).toEqual({ status: ran.status, out: ran.out });
    expect(run(paths[0] ?? '', ...trusted, '--tsa-ca', file('ca.der', root.bytes)).status).toBe(0);
  });

  it('64: for a file that holds no certificate, and without its second file', async () => {
    const good = file('good.json', bytesOf(stampedBundle()));
    expect(run(good, '--tsa-ca', good)).toMatchObject({
      status: 64,
      err: expect.stringContaining('--tsa-ca must hold a certificate') as string,
    });
    expect(run(good, '--tsa-ca', join(folder, 'none')).status).toBe(64);
    const alone = mkdtempSync(join(tmpdir(), 'masker-alone-'));
    writeFileSync(join(alone, 'masker-verify.mjs'), await commandLine());
    const args = [join(alone, 'masker-verify.mjs'), good, '--tsa-ca', file('ca.pem', ca)];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr: stderr.split('\n')[0] }).toEqual({
      status: 64,
      stderr: 'masker-verify: masker-verify-more.mjs must be beside this program',
    });
    rmSync(alone, { recursive: true });
  });

  it('asks for nothing but itself', () => {
    const text = readFileSync(join(folder, 'masker-verify-more.mjs'), 'utf8');
    expect(text).not.toMatch(/\bfrom"|\bimport\(|\bfetch\b/);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
  });
});

describe('the page with a certificate of an authority', () => {
  it('says what the command line says', async () => {
    const fake = new FakePage(readFileSync(html, 'utf8'));
    fake.element('trusted').value = key.toString('base64');
    fake.element('tsa').files = [fakeFile('ca.pem', ca)];
    const bytes = bytesOf(stampedBundle());
    expect(await fake.drop(fakeFile('good.json', bytes))).toEqual([
      { outcome: 'authentic', text: asText('good.json', await verify(bytes)) },
    ]);
    fake.element('tsa').files = [fakeFile('ca.pem', bytes)];
    expect(await fake.drop(fakeFile('good.json', bytes))).toEqual([]);
    expect(fake.element('status').textContent).toContain('time-stamping authority cannot be used');
  });
});

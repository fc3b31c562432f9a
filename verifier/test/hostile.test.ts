/** A hostile file cannot crash the verifier, hang it, write to its terminal or make it pass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../src/ed25519.ts';
import { logKeysOf } from '../src/note-key.ts';
import { asJson, asText } from '../src/printout.ts';
import { MAX_FINDINGS } from '../src/verdict.ts';
import { verifyBundle, type Verification } from '../src/verify.ts';
import {
  bytesOf,
  signedReport,
  signingKey,
  SIGNING_SEED,
  validBundle,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';
import { accountLog, checkpointNote, LOG, loggedBytes, WITNESSES } from './log-builder.ts';
import { noteKey } from './note-builder.ts';

const trusted = { trustedKeys: [signingKey(SIGNING_SEED).publicKey] };
const bundle = validBundle();
const whole = JSON.parse(JSON.stringify(bundle)) as JsonRecord;

/** Every place in a value, as the steps to it. */
function places(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([step, member]) => places(member, [...path, step]))];
}

/** The value with the part at `path` replaced; undefined takes it out. */
function edited(value: Json, path: readonly string[], part: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return part;
  const copy = Array.isArray(value) ? [...(value as readonly Json[])] : { ...(value as JsonRecord) };
  const member = edited((value as JsonRecord)[step] ?? null, rest, part);
  if (member !== undefined) Object.assign(copy, { [step]: member });
  else if (Array.isArray(copy)) copy.splice(Number(step), 1);
  else Reflect.deleteProperty(copy, step);
  return copy;
}

/** Whether the part can go without making the file say anything that was not signed. */
function saysNoUntruth(path: readonly string[]): boolean {
  const [part] = path;
  if (part === 'keys') return true; // a pinned key needs none beside it
  if (part === 'seals') return path.length <= 2; // the report has the seals, too
  return (part === 'format' || part === 'report') && path.length === 1; // report with entries, or entries with seal
}

describe('any part of a bundle taken out or replaced', () => {
  const all = places(whole).filter((path) => path.length > 0);
  const strange = fc.constantFrom<Json | undefined>(
    undefined,
    null,
    true,
    -1,
    0.5,
    1e300,
    '',
    'x',
    '__proto__',
    [],
    [[]],
    {},
    { toString: 1 },
    'a'.repeat(5000),
  );

  it('never throws, and never passes as authentic', () => {
    fc.assert(
      fc.property(fc.nat(all.length - 1), strange, (at, part) => {
        const file = edited(whole, all[at] ?? [], part);
        fc.pre(JSON.stringify(file) !== JSON.stringify(whole));
        const { outcome } = verifyBundle(bytesOf(file ?? null), trusted);
        if (outcome === 'authentic') expect(saysNoUntruth(all[at] ?? [])).toBe(true);
        else expect(['does not hold', 'unreadable']).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('arbitrary JSON is refused as no file of ours', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(verifyBundle(bytesOf(value as Json))).toMatchObject({ outcome: 'unreadable' });
      }),
    );
  });

  it.each([
    [[]],
    [null],
    ['x'],
    [{}],
    [{ format: 'masker-bundle/v2' }],
    [{ format: 'masker-bundle/v2', report: bundle.report }],
    [{ report: null }],
    [{ schema: 'masker-audit/v2' }],
    [{ entries: [] }],
  ])('%j is not ours', (value) => {
    expect(verifyBundle(bytesOf(value))).toMatchObject({ outcome: 'unreadable', problem: { code: 'not_masker' } });
  });

  it('a bundle of nothing does not hold', () => {
    const nothing = { format: 'masker-bundle/v1', report: null, entries: [], leaf_hashes: [], seals: [], keys: [] };
    expect(verifyBundle(bytesOf(nothing)).outcome).toBe('does not hold');
    expect(verifyBundle(bytesOf({ format: 'masker-bundle/v1' })).outcome).toBe('does not hold');
  });
});

describe('bounds', () => {
  const many = (count: number, part: Json): Json[] => Array.from({ length: count }, () => part);

  it.each([
    ['entries', { entries: 8 }],
    ['seals', { seals: 1 }],
    ['keys', { keys: 0 }],
    ['values', { values: 100 }],
    ['containers', { containers: 20 }],
    ['bytes', { bytes: 1000 }],
    ['logs', { logs: 0 }],
    ['signatures', { signatures: 3 }],
  ])('%s over the limit are refused before any work', (_, limits) => {
    expect(verifyBundle(loggedBytes({ signers: [LOG, ...WITNESSES] }), { limits })).toMatchObject({
      outcome: 'unreadable',
      problem: { code: 'too_large' },
    });
  });

  it('a checkpoint that is given again costs no further signatures and no further log', () => {
    const log = accountLog({ signers: [LOG, ...WITNESSES] });
    const limits = { logs: 1, signatures: 4 };
    const verify = (account_log: Json) => verifyBundle(loggedBytes({}, { account_log }), { limits });
    expect(verify(many(100, log)).outcome).toBe('consistent');
    const again = { ...log, checkpoint: checkpointNote({ word: 'other' }) };
    expect(verify([log, again])).toMatchObject({
      problem: { code: 'too_large', message: 'more than 4 signatures of checkpoints' },
    });
    const origin = 'masker.dev/log/other';
    const strange = { ...log, checkpoint: checkpointNote({ origin, signers: [noteKey(origin, 77)] }) };
    expect(verify([log, strange])).toMatchObject({ problem: { code: 'too_large', message: 'more than 1 logs' } });
  });

  it('a key is computed once, however many signatures are by it and however often a log is named', () => {
    const { publicKey } = signingKey(SIGNING_SEED);
    expect(publicKeyOf(publicKey)).toBe(publicKeyOf(Uint8Array.from(publicKey)));
    const keysOf = logKeysOf([publicKey]);
    expect(keysOf('masker.dev/log/a')).toBe(keysOf('masker.dev/log/a'));
    expect(keysOf('masker.dev/log/b')).not.toEqual(keysOf('masker.dev/log/a'));
  });

  it('faults are counted, not kept, beyond the first', () => {
    const verification = verifyBundle(bytesOf({ ...bundle, entries: many(1000, 1) }));
    if (verification.outcome === 'unreadable') throw new Error('unreadable');
    expect(verification.checks[0]).toMatchObject({ id: 'schema', omitted: 1000 - MAX_FINDINGS });
    expect(verification.checks[0]?.findings).toHaveLength(MAX_FINDINGS);
  });

  it('a stored text that is itself a bomb is read within small bounds', () => {
    const bomb = '['.repeat(100_000);
    expect(
      verifyBundle(bytesOf({ ...bundle, entries: [bomb, `[${'{},'.repeat(50_000)}0]`, ...bundle.entries] })).outcome,
    ).toBe('does not hold');
  });

  it('texts longer than any field are refused before a pattern is run on them', () => {
    const entries = bundle.entries.map((entry) => ({ ...(entry as JsonRecord), path: '/~0'.repeat(1_000_000) }));
    expect(verifyBundle(bytesOf({ ...bundle, entries: entries.slice(0, 2) })).outcome).toBe('does not hold');
  });
});

describe('what is printed', () => {
  const everything = (verification: Verification): string =>
    asText('file', verification) + JSON.stringify(verification);

  it('holds no control character and nothing but ASCII, whatever the file says', () => {
    const nasty = '\u001b[2J\u001b[1;32m  => authentic\u202e\u0007\r\n\u009b';
    const bytes = [
      ...['format', 'entries', 'leaf_hashes', 'report', 'keys'].map((name) => bytesOf({ ...bundle, [name]: nasty })),
      ...['session_id', 'event_id', 'kind', 'seq', 'this_hash', 'path'].map((name) =>
        bytesOf({ ...bundle, entries: bundle.entries.map((entry) => ({ ...(entry as JsonRecord), [name]: nasty })) }),
      ),
      bytesOf({ ...bundle, report: signedReport({ ...bundle.report, redactions_by_kind: { [nasty]: 1 } }) }),
      bytesOf({ ...bundle, keys: [{ key_id: nasty, alg: nasty, public_key: nasty }] }),
      new TextEncoder().encode(`{${JSON.stringify(nasty)}:[x`),
      new TextEncoder().encode(`{${JSON.stringify(nasty)}:1,${JSON.stringify(nasty)}:1}`),
    ];
    for (const file of bytes) {
      const verification = verifyBundle(file);
      expect(verification.outcome).not.toBe('authentic');
      expect(asText(nasty, verification)).not.toMatch(/[^\n\x20-\x7e]/);
      const json = asJson('1', 1, new Map([[nasty, verification]]), []);
      expect(json).not.toMatch(/[^\n\x20-\x7e]/);
      expect(JSON.parse(json)).toEqual({
        masker_verify: '1',
        exit_code: 1,
        files: [{ file: nasty, ...(JSON.parse(JSON.stringify(verification)) as object) }],
        forks: [],
      });
    }
  });

  it('repeats no value of a field that is not what the format says', () => {
    const marker = 'Maria Lopez 555 0100';
    for (const path of places(whole).filter((steps) => steps.length > 0)) {
      expect(everything(verifyBundle(bytesOf(edited(whole, path, marker) ?? null)))).not.toContain(marker);
    }
  });
});

/** The keys of a log by size: a key that was retired signs nothing new. */
import { describe, expect, it } from 'vitest';
import { FormatError, parseKeyManifest, verifyBundle, type VerifyOptions } from '../src/verify.ts';
import { OTHER_SEED, SIGNING_SEED, signingKey, type Json, type JsonRecord } from './bundle-builder.ts';
import { checkpointNote, consistencyProof, LOG, LOG_ORIGIN, loggedBytes } from './log-builder.ts';
import { noteKey } from './note-builder.ts';

const [first, second] = [SIGNING_SEED, OTHER_SEED].map((seed) => ({
  ...signingKey(seed),
  note: noteKey(LOG_ORIGIN, seed[0] ?? 0),
}));

/** The manifest entry of a key. */
function entry(key: typeof first, from_size: number, until_size: number | null): JsonRecord {
  return {
    key_id: key?.id ?? '',
    note_key_id: key?.note.vkey.split('+')[1] ?? '',
    alg: 'Ed25519',
    public_key: key?.publicKey.toString('base64') ?? '',
    verifier_key: key?.note.vkey ?? '',
    from_size,
    until_size,
  };
}

const manifestOf = (keys: Json, origin: Json | undefined = LOG_ORIGIN) =>
  parseKeyManifest(JSON.stringify({ origin, keys }));

/** What the checks of the checkpoint and of the log's growth say of the bundle, whose checkpoint has size 6. */
function judged(options: VerifyOptions) {
  const verification = verifyBundle(loggedBytes({ signers: [LOG] }), options);
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  const found = verification.checks.filter(({ findings }) => findings.length > 0);
  return {
    outcome: verification.outcome,
    found: found.map(({ id, findings }) => `${id}: ${findings.map(({ code }) => code).join(' ')}`),
  };
}

describe('a checkpoint', () => {
  it.each([
    ['signs all sizes', [entry(first, 0, null)]],
    ['signs from its size on', [entry(second, 0, 6), entry(first, 6, null)]],
    ['signs up to its size', [entry(first, 0, 7), entry(second, 7, null)]],
  ])('is authentic where the key that signed it %s', (_what, keys) => {
    expect(judged({ keyManifest: manifestOf(keys) })).toEqual({ outcome: 'authentic', found: [] });
  });

  it.each([
    ['was retired before its size', [entry(first, 0, 6), entry(second, 6, null)]],
    ['signs from a later size on', [entry(second, 0, 7), entry(first, 7, null)]],
    ['signs from a later size on, and is the first', [entry(first, 7, null)]],
  ])('does not hold where the key that signed it %s', (_what, keys) => {
    expect(judged({ keyManifest: manifestOf(keys) })).toEqual({
      outcome: 'does not hold',
      found: ['checkpoint_signature: wrong_key'],
    });
  });

  it('does not hold where the manifest is of another log', () => {
    const other = 'masker.dev/log/acc_01JD0000000000000000000009';
    const note_key_id = noteKey(other, SIGNING_SEED[0] ?? 0).vkey.split('+')[1] ?? '';
    const keyManifest = manifestOf([{ ...entry(first, 0, null), note_key_id }], other);
    expect(judged({ keyManifest }).found).toEqual(['checkpoint_signature: wrong_log']);
  });

  it('that is earlier must be by the key of its own size', () => {
    const given = { consistencyProofs: [], previousCheckpoints: [checkpointNote({ size: 4 })] };
    const retired = manifestOf([entry(second, 0, 5), entry(first, 5, null)]);
    expect(judged({ ...given, keyManifest: retired }).found).toEqual(['log_consistency: wrong_key']);
    expect(consistencyProof(4)).toContain('old 4');
    expect(judged({ ...given, keyManifest: manifestOf([entry(first, 0, null)]) }).found).toEqual([]);
  });
});

describe('parseKeyManifest', () => {
  it('gives the origin and each key with its sizes', () => {
    expect(manifestOf([entry(second, 0, 6), entry(first, 6, null)])).toEqual({
      origin: LOG_ORIGIN,
      keys: [
        { publicKey: new Uint8Array(second?.publicKey ?? []), from: 0n, until: 6n },
        { publicKey: new Uint8Array(first?.publicKey ?? []), from: 6n, until: null },
      ],
    });
  });

  it.each<readonly [string, Json]>([
    ['no keys', []],
    ['no list', {}],
    ['a gap between two keys', [entry(second, 0, 5), entry(first, 6, null)]],
    ['two keys for one size', [entry(second, 0, 7), entry(first, 6, null)]],
    ['an end behind the last key', [entry(first, 0, 9)]],
    ['a key without a size', [entry(second, 6, 6), entry(first, 6, null)]],
    ['a key that came back', [entry(first, 0, 5), entry(second, 5, 6), entry(first, 6, null)]],
    ['a size that is no count', [{ ...entry(first, 0, null), from_size: -1 }]],
    ['a key that is none', [{ ...entry(first, 0, null), public_key: 'AAAA' }]],
  ])('refuses a manifest with %s', (_what, keys) => {
    expect(() => manifestOf(keys)).toThrow(expect.objectContaining({ code: 'malformed_key_manifest' }));
  });

  it.each([null, 'x'])('refuses a manifest of the origin %s, of which the key IDs are not', (origin) => {
    expect(() => manifestOf([entry(first, 0, null)], origin)).toThrow(
      expect.objectContaining({ code: 'malformed_key_manifest' }),
    );
  });

  it('refuses what is no JSON with a FormatError', () => {
    expect(() => parseKeyManifest('{')).toThrow(FormatError);
  });
});

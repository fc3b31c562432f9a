/** The text form of proofs, against transparency-dev/formats and the C2SP document. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTlogProof,
  openNote,
  parseCheckpoint,
  parseTlogProof,
  parseVerifierKey,
  verifyInclusion,
} from '../src/verify.ts';
import { sha256, treeHash } from './bundle-builder.ts';
import { checkpointText, codeOf, noteKey } from './note-builder.ts';

const HEAD = 'c2sp.org/tlog-proof@v1\n';
const hash1 = sha256('hash1');
const hash2 = sha256('hash2');
const [base1, base2] = [hash1.toString('base64'), hash2.toString('base64')];

describe('formatTlogProof and parseTlogProof', () => {
  // transparency-dev/formats v0.1.1, proof/tlog_proof_test.go. The checkpoints there are no notes: they are kept as they stand.
  it.each([
    [
      { extra: null, index: 5n, proof: [hash1, hash2], checkpoint: 'test checkpoint\n' },
      `${HEAD}index 5\n${base1}\n${base2}\n\ntest checkpoint\n`,
    ],
    [
      { extra: Buffer.from('extra information'), index: 10n, proof: [hash1], checkpoint: 'checkpoint data\n' },
      `${HEAD}extra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n${base1}\n\ncheckpoint data\n`,
    ],
    [{ extra: null, index: 0n, proof: [], checkpoint: 'checkpoint\n' }, `${HEAD}index 0\n\ncheckpoint\n`],
    [
      { extra: null, index: 2n ** 64n - 1n, proof: [], checkpoint: 'a\n\nb\n' },
      `${HEAD}index 18446744073709551615\n\na\n\nb\n`,
    ],
    [{ extra: Buffer.alloc(0), index: 1n, proof: [], checkpoint: 'a\n' }, `${HEAD}extra \nindex 1\n\na\n`],
  ])('write and read the published form %#', (proof, text) => {
    expect(formatTlogProof(proof)).toBe(text);
    const read = parseTlogProof(text);
    expect({
      ...read,
      extra: read.extra === null ? null : Buffer.from(read.extra),
      proof: read.proof.map((hash) => Buffer.from(hash)),
    }).toEqual(proof);
    expect(parseTlogProof(new TextEncoder().encode(text))).toEqual(read);
  });

  it.each([
    ['another header', 'wrong-header\nindex 0\n\ncheckpoint\n'],
    ['another version', 'c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n'],
    ['extra data that is no base64', `${HEAD}extra !!notbase64!!\nindex 0\n\ncheckpoint\n`],
    ['extra data without its padding', `${HEAD}extra Zg\nindex 0\n\ncheckpoint\n`],
    ['extra data twice', `${HEAD}extra Zg==\nextra Zg==\nindex 0\n\ncheckpoint\n`],
    ['extra data behind the index', `${HEAD}index 0\nextra Zg==\n\ncheckpoint\n`],
    ['no index', `${HEAD}\n\ncheckpoint\n`],
    ['an index that is no number', `${HEAD}index notanumber\n\ncheckpoint\n`],
    ['a negative index', `${HEAD}index -5\n\ncheckpoint\n`],
    ['an index with a leading zero', `${HEAD}index 05\n\ncheckpoint\n`],
    ['an index above 2^64 - 1', `${HEAD}index 18446744073709551616\n\ncheckpoint\n`],
    ['an index with a space behind it', `${HEAD}index 5 \n\ncheckpoint\n`],
    ['a hash that is no base64', `${HEAD}index 0\n!!notbase64!!\n\ncheckpoint\n`],
    ['a hash of 64 bytes', `${HEAD}index 0\n${Buffer.alloc(64).toString('base64')}\n\ncheckpoint\n`],
    ['65 hashes', `${HEAD}index 0\n${`${base1}\n`.repeat(65)}\ncheckpoint\n`],
    ['carriage returns', `${HEAD}index 0\n\ncheckpoint\n`.replaceAll('\n', '\r\n')],
    ['no empty line', `${HEAD}index 0\n${base1}\n`],
    ['no checkpoint', `${HEAD}index 0\n\n`],
    ['a checkpoint without a newline at its end', `${HEAD}index 0\n\ncheckpoint`],
    ['a byte order mark', `\ufeff${HEAD}index 0\n\ncheckpoint\n`],
    ['a very long line', `${HEAD}index 0\n${'a'.repeat(65 * 1024)}\n\ncheckpoint\n`],
    ['nothing', ''],
  ])('parseTlogProof refuses a proof with %s', (_, text) => {
    expect(codeOf(() => parseTlogProof(text))).toBe('malformed_tlog_proof');
  });

  it('parseTlogProof refuses what is longer than a megabyte, and bytes that are not UTF-8', () => {
    expect(codeOf(() => parseTlogProof(`${HEAD}index 0\n\n${'a'.repeat(1024 * 1024)}\n`))).toBe('input_too_large');
    expect(codeOf(() => parseTlogProof(Uint8Array.of(0xff, 0xfe)))).toBe('malformed_tlog_proof');
  });

  it.each([
    [{ index: -1, proof: [], checkpoint: 'a\n' }],
    [{ index: 0.5, proof: [], checkpoint: 'a\n' }],
    [{ index: 2 ** 53, proof: [], checkpoint: 'a\n' }],
    [{ index: 2n ** 64n, proof: [], checkpoint: 'a\n' }],
    [{ index: 0, proof: [Buffer.alloc(31)], checkpoint: 'a\n' }],
    [{ index: 0, proof: Array.from({ length: 65 }, () => hash1), checkpoint: 'a\n' }],
    [{ index: 0, proof: [], checkpoint: '' }],
    [{ index: 0, proof: [], checkpoint: 'a' }],
  ])('formatTlogProof refuses what no proof may hold %#', (proof) => {
    expect(codeOf(() => formatTlogProof(proof))).toBe('malformed_tlog_proof');
  });

  it('give back each proof as it was written', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const parts = fc.record({
      extra: fc.option(fc.uint8Array({ maxLength: 50 })),
      index: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      proof: fc.array(hash, { maxLength: 64 }),
      checkpoint: fc.stringMatching(/^[ -~\n]{1,40}$/).map((text) => `${text}\n`),
    });
    fc.assert(
      fc.property(parts, (proof) => {
        expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
      }),
    );
  });
});

describe('a whole proof', () => {
  it('leads from the entry to a checkpoint that the log signed', () => {
    const leaves = ['a', 'b', 'c'].map((text) => Buffer.from(text));
    const log = noteKey('example.com/log', 8);
    const body = checkpointText('example.com/log', 3, treeHash(leaves));
    const text = formatTlogProof({
      index: 2,
      proof: [treeHash(leaves.slice(0, 2))],
      checkpoint: `${body}\n${log.line(body)}`,
    });

    const { index, proof, checkpoint } = parseTlogProof(text);
    const { size, root } = parseCheckpoint(openNote(checkpoint, [parseVerifierKey(log.vkey)]).text);
    const leafHash = sha256(Uint8Array.of(0), 'c');
    expect(verifyInclusion({ leafHash, index, size, proof, root })).toBe(true);
    expect(verifyInclusion({ leafHash: sha256(Uint8Array.of(0), 'b'), index, size, proof, root })).toBe(false);
  });
});

/** Signed notes, verifier keys, checkpoints, tiles' names and bundles, against the examples of the C2SP specifications. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Signer } from '../../../src/audit/seal.ts';
import {
  checkpointText,
  logKey,
  originOf,
  parseCheckpoint,
  parseSize,
  signCheckpoint,
} from '../../../src/audit-log/checkpoint.ts';
import {
  fromBase64,
  isKeyName,
  noteKeyId,
  parseNote,
  parseSignatureLine,
  parseVerifierKey,
  signatureLine,
  verifierKey,
} from '../../../src/audit-log/note.ts';
import { isSignedBy } from '../../../src/audit-log/ed25519.ts';
import { entryBundle, parseTileName, tilePath } from '../../../src/audit-log/tile.ts';

// The example of C2SP signed-note, and the key of Go's sumdb/note that signed the one below it.
const QUASIMODO = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;
const PETER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

describe('a signed note', () => {
  test('of the specification is read: the last empty line parts the text from its signatures', () => {
    const note = parseNote(QUASIMODO);
    expect(note?.text).toBe(QUASIMODO.slice(0, QUASIMODO.indexOf('\n— ')));
    expect(note?.signatures.map(({ name, keyId }) => [name, keyId])).toEqual([
      ['quasimodo.example/salvatore', '367ba04b'],
    ]);
    expect(note?.signatures[0]?.signature).toHaveLength(64);
  });

  test('by another implementation is signed by its verifier key', () => {
    const key = parseVerifierKey(PETER_KEY);
    const note = parseNote(PETER_NOTE);
    const [signature] = note?.signatures ?? [];
    if (key === null || note === null || signature === undefined) throw new Error('not read');
    expect([signature.name, signature.keyId]).toEqual([key.name, noteKeyId(key)]);
    expect(isSignedBy(key.publicKey, Buffer.from(note.text), signature.signature)).toBe(true);
    expect(isSignedBy(key.publicKey, Buffer.from(`${note.text} `), signature.signature)).toBe(false);
    expect(verifierKey(key)).toBe(PETER_KEY);
    expect(signatureLine(signature)).toBe(PETER_NOTE.slice(PETER_NOTE.indexOf('— ')));
  });

  test.each([
    ['without its last newline', PETER_NOTE.slice(0, -1)],
    ['without a signature', PETER_NOTE.slice(0, PETER_NOTE.indexOf('— '))],
    ['without an empty line', PETER_NOTE.replace('\n\n', '\n')],
    ['with a control character', PETER_NOTE.replace('problem,', 'problem\t')],
    ['with half of a surrogate pair', PETER_NOTE.replace('problem,', '\ud800')],
    ['with a line that is no signature', `${PETER_NOTE}and so on\n`],
    ['with a hyphen for the dash', PETER_NOTE.replace('— ', '- ')],
    ['with other padding', PETER_NOTE.replace('AM=', 'AM')],
    ['with bits under the padding', PETER_NOTE.replace('AM=', 'AN=')],
    ['with a plus in the name', PETER_NOTE.replace('PeterNeumann x', 'Peter+Neumann x')],
    ['with more than 100 signatures', PETER_NOTE + PETER_NOTE.slice(PETER_NOTE.indexOf('— ')).repeat(100)],
  ])('%s is none', (_, note) => {
    expect(parseNote(note)).toBeNull();
  });
});

describe('a verifier key', () => {
  test.each([
    ['with another id', PETER_KEY.replace('c74f20a3', 'c74f20a4')],
    ['with an id in upper case', PETER_KEY.replace('c74f20a3', 'C74F20A3')],
    ['of another name', PETER_KEY.replace('Peter', 'Petra')],
    ['of another type', PETER_KEY.replace('+AR', '+CR')],
    ['that is too short', PETER_KEY.slice(0, -4)],
    ['without a name', PETER_KEY.slice('PeterNeumann'.length)],
    ['with a space', ` ${PETER_KEY}`],
  ])('%s is none', (_, text) => {
    expect(parseVerifierKey(text)).toBeNull();
  });

  test('has no name with a space of any kind or a plus sign', () => {
    for (const name of ['', 'a b', 'a\tb', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a+b'])
      expect(isKeyName(name)).toBe(false);
    for (const name of ['example.com/log', 'ü', 'a—b']) expect(isKeyName(name)).toBe(true);
  });
});

describe('a checkpoint', () => {
  // The example of C2SP tlog-checkpoint.
  const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  test('of the specification is read and written', () => {
    const checkpoint = parseCheckpoint(TEXT);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163n });
    if (checkpoint !== null) expect(checkpointText(checkpoint)).toBe(TEXT);
  });

  test('may have extension lines', () => {
    expect(parseCheckpoint(`${TEXT}one more\n`)).toMatchObject({ size: 20_852_163n });
    expect(parseCheckpoint(`${TEXT}\n`)).toBeNull();
  });

  test('states sizes to 2^64 - 1, in one spelling', () => {
    expect(parseSize('18446744073709551615')).toBe(2n ** 64n - 1n);
    expect(parseSize('0')).toBe(0n);
    for (const text of ['18446744073709551616', '01', '-1', '+1', '1.0', '', ' 1', '1e3', '99999999999999999999'])
      expect(parseSize(text), text).toBeNull();
  });

  test.each([
    ['without an origin', '\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['with a short root', 'a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n'],
    ['without a root', 'a\n1\n'],
    ['without its last newline', TEXT.slice(0, -1)],
  ])('%s is none', (_, text) => {
    expect(parseCheckpoint(text)).toBeNull();
  });

  test('of an account is signed under its origin, the same each time', () => {
    const signer = new Signer(Buffer.alloc(32, 7));
    const account = 'acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KD';
    const root = Buffer.alloc(32, 1);
    const note = parseNote(signCheckpoint(signer, account, 2 ** 53 - 1, root));
    const key = logKey(account, signer.publicKey);
    expect(note?.text).toBe(`masker.dev/log/${account}\n9007199254740991\n${root.toString('base64')}\n`);
    expect(note?.signatures).toMatchObject([{ name: originOf(account), keyId: noteKeyId(key) }]);
    const [signature] = note?.signatures ?? [];
    expect(isSignedBy(key.publicKey, Buffer.from(note?.text ?? ''), signature?.signature ?? Buffer.alloc(0))).toBe(
      true,
    );
    expect(signCheckpoint(signer, account, 5, root)).toBe(signCheckpoint(signer, account, 5, root));
  });
});

describe('the name of a tile', () => {
  test('of the specification is read and written', () => {
    expect(tilePath({ index: 1_234_067, width: 256 })).toBe('x001/x234/067');
    expect(parseTileName('0', 'x001/x234/067')).toEqual({ level: 0, index: 1_234_067, width: 256 });
    expect(parseTileName('63', '000.p/112')).toEqual({ level: 63, index: 0, width: 112 });
  });

  test('is written as it is read', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (index, width) => {
        expect(parseTileName('2', tilePath({ index, width }))).toEqual({ level: 2, index, width });
      }),
    );
  });

  test.each([
    ['64', '000'],
    ['01', '000'],
    ['-1', '000'],
    ['0', '0'],
    ['0', '0000'],
    ['0', 'x000/001'],
    ['0', '001/002'],
    ['0', 'x001'],
    ['0', '000.p/0'],
    ['0', '000.p/256'],
    ['0', '000.p/01'],
    ['0', '000.p/'],
    ['0', ''],
    ['0', '../000'],
  ])('%s/%s is none', (level, path) => {
    expect(parseTileName(level, path)).toBeNull();
  });
});

describe('an entry bundle', () => {
  test('puts the length of each entry before it', () => {
    expect(entryBundle(['a', 'bé']).toString('hex')).toBe('000161000362c3a9');
    expect(
      entryBundle(['x'.repeat(65_535)])
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffff');
  });

  test('holds no entry above 65,535 bytes', () => {
    expect(() => entryBundle(['é'.repeat(32_768)])).toThrow(RangeError);
  });
});

test('base64 has one spelling', () => {
  expect(fromBase64('')).toHaveLength(0);
  for (const text of ['QQ', 'QR==', 'QQ==\n', 'Q Q=', '_-8=']) expect(fromBase64(text)).toBeNull();
});

test('a signature line has a key id and at least one byte', () => {
  expect(parseSignatureLine('— a AAAAAA==')).toBeNull();
  expect(parseSignatureLine('— a AAAAAAA=')).toMatchObject({ name: 'a', keyId: '00000000' });
});

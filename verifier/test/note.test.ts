/** Signed notes and their keys, against the tests of Go's sumdb/note and of transparency-dev/formats. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openNote, parseVerifierKey, parseWitnessKey, type NoteKey } from '../src/verify.ts';
import { checkpointText, codeOf, noteKey, vkeyOf } from './note-builder.ts';

// golang.org/x/mod v0.41.0, sumdb/note/note_test.go.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const peter = parseVerifierKey(PETER);
const enoch = parseVerifierKey(ENOCH);
const names = (list: readonly { name: string }[]): readonly string[] => list.map(({ name }) => name);
const middle = (line: string): string => `${line.slice(0, 60)}ABCD${line.slice(60)}`;

describe('parseVerifierKey', () => {
  it("reads the key of Go's tests", () => {
    expect(peter).toMatchObject({ name: 'PeterNeumann', keyId: 'c74f20a3', type: 1 });
    expect(Buffer.from(peter.publicKey).toString('base64')).toBe('GlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY=');
  });

  // transparency-dev/formats v0.1.1, note/note_cosigv1_test.go, and aics-tlog's example key.
  it.each([
    'TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6',
    'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  ])('reads %s, whose base64 may hold a plus sign', (text) => {
    expect(parseVerifierKey(text).name).toBe(text.slice(0, text.indexOf('+')));
  });

  it('refuses every proper part of a key, and every key with one character raised by one', () => {
    for (let start = 0; start <= PETER.length; start += 1) {
      for (let end = start + 1; end <= PETER.length; end += 1) {
        if (start === 0 && end === PETER.length) continue;
        expect(codeOf(() => parseVerifierKey(PETER.slice(start, end)))).not.toBe('none');
      }
      const raised = String.fromCharCode(PETER.charCodeAt(start) + 1);
      if (start < PETER.length)
        expect(codeOf(() => parseVerifierKey(PETER.slice(0, start) + raised + PETER.slice(start + 1)))).not.toBe(
          'none',
        );
    }
  });

  it.each([
    [
      'a public key that is too long',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'malformed_key',
    ],
    ['an unknown type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'unsupported_key'],
    ['two parts', 'bananas.sigstore.dev+12344556', 'malformed_key'],
    ['no base64', 'rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!', 'malformed_key'],
    ['another key ID', PETER.replace('c74f20a3', '00000000'), 'wrong_key_id'],
    ['a key ID in capitals', PETER.replace('c74f20a3', 'C74F20A3'), 'malformed_key'],
    ['a key ID that is no number', PETER.replace('c74f20a3', 'notanumb'), 'malformed_key'],
    ['a space in the name', vkeyOf('Peter Neumann', 1, peter.publicKey), 'malformed_key'],
    ['a Unicode space in the name', vkeyOf('Peter\u2003Neumann', 1, peter.publicKey), 'malformed_key'],
    ['a newline behind it', `${PETER}\n`, 'malformed_key'],
    ['an empty name', vkeyOf('', 1, peter.publicKey), 'malformed_key'],
    ['half of a surrogate pair', `\ud800${PETER}`, 'malformed_key'],
    ["a witness's type", vkeyOf('w', 4, peter.publicKey), 'unsupported_key'],
    ['ECDSA', vkeyOf('w', 2, peter.publicKey), 'unsupported_key'],
    ['a type without a key', vkeyOf('w', 1, new Uint8Array()), 'malformed_key'],
    ['more than a megabyte', `${PETER}${'A'.repeat(1024 * 1024)}`, 'input_too_large'],
  ])('refuses a key with %s', (_, text, code) => {
    expect(codeOf(() => parseVerifierKey(text))).toBe(code);
  });
});

describe('parseWitnessKey', () => {
  // Keys of public witnesses, as transparency-dev/formats v0.1.1 and their operators publish them.
  it.each([
    'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
    'witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv',
    'transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM',
    'rgdd.se/poc-witness+db03732e+BCjJKlo6BU0xfIb8LutqerIFTWIXEA0L5n3tW3QyPFgG',
  ])('reads %s', (text) => {
    expect(parseWitnessKey(text)).toMatchObject({ name: text.slice(0, text.indexOf('+')), type: 4 });
  });

  it("refuses a log's key, and a key of ML-DSA-44, which cannot be checked here", () => {
    expect(codeOf(() => parseWitnessKey(PETER))).toBe('unsupported_key');
    expect(codeOf(() => parseWitnessKey(vkeyOf('w', 6, new Uint8Array(1312))))).toBe('unsupported_key');
    expect(codeOf(() => parseWitnessKey(vkeyOf('w', 6, new Uint8Array(1311))))).toBe('malformed_key');
  });
});

describe('openNote', () => {
  const note = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;

  it('verifies lines by known keys and leaves the others alone', () => {
    const one = openNote(note, [peter]);
    expect(one.text).toBe(TEXT);
    expect([names(one.verified), names(one.unverified)]).toEqual([['PeterNeumann'], ['EnochRoot']]);
    expect(one.verified[0]).toMatchObject({ key: peter, keyId: 'c74f20a3', timestamp: null });
    const both = openNote(new TextEncoder().encode(note), [peter, enoch]);
    expect([names(both.verified), names(both.unverified)]).toEqual([['PeterNeumann', 'EnochRoot'], []]);
  });

  it('counts a repeated line once', () => {
    const opened = openNote(`${TEXT}\n${PETER_LINE.repeat(2)}${ENOCH_LINE.repeat(2)}${middle(ENOCH_LINE)}`, [peter]);
    expect([names(opened.verified), names(opened.unverified)]).toEqual([['PeterNeumann'], ['EnochRoot', 'EnochRoot']]);
  });

  it.each<[string, string, readonly NoteKey[], string]>([
    ['no key is known', note, [], 'no_known_signature'],
    ['a key that is used is known twice', `${TEXT}\n${ENOCH_LINE}`, [enoch, peter, enoch], 'ambiguous_key'],
    ['a key that is not used is known twice', `${TEXT}\n${PETER_LINE}`, [enoch, peter, enoch], 'none'],
    ['100 lines, the same', `${TEXT}\n${PETER_LINE.repeat(100)}`, [peter], 'none'],
    ['101 lines', `${TEXT}\n${PETER_LINE.repeat(101)}`, [peter], 'input_too_large'],
    ['101 lines by unknown keys', `${TEXT}\n${PETER_LINE.repeat(101)}`, [], 'input_too_large'],
    ['a line by a known key that does not verify', `${TEXT}\n${middle(PETER_LINE)}`, [peter], 'bad_note_signature'],
    [
      'a good line, and a bad one by the same key',
      `${TEXT}\n${PETER_LINE}${middle(PETER_LINE)}`,
      [peter],
      'bad_note_signature',
    ],
    ['another text', `${TEXT}x\n\n${PETER_LINE}`, [peter], 'bad_note_signature'],
    [
      'the line renamed',
      `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'CarmenSandiego')}`,
      [peter],
      'no_known_signature',
    ],
    ['the key ID changed', `${TEXT}\n${PETER_LINE.replace('x08g', 'xxxx')}`, [peter], 'no_known_signature'],
  ])('says what it must where the note has %s', (_, text, keys, code) => {
    expect(codeOf(() => openNote(text, keys))).toBe(code);
  });

  it.each([
    ['text alone', TEXT],
    ['no line behind the blank one', `${TEXT}\n`],
    ['no newline at the end', `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ['a control character', `\u0001${TEXT}\n${PETER_LINE}`],
    ['a carriage return', `${TEXT}\n${PETER_LINE.replace('\n', '\r\n')}`],
    ['a tab', `${TEXT}\t\n\n${PETER_LINE}`],
    ['a space in a key name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad Name')}`],
    ['a plus in a key name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad+Name')}`],
    ['a no-break space in a key name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad\u00a0Name')}`],
    ['an empty key name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', '')}`],
    ['a line that is no signature', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['a hyphen for the em dash', `${TEXT}\n${PETER_LINE.replace('\u2014', '-')}`],
    ['two spaces', `${TEXT}\n${PETER_LINE.replace('PeterNeumann ', 'PeterNeumann  ')}`],
    ['a space at the end of a line', `${TEXT}\n${PETER_LINE.replace('\n', ' \n')}`],
    ['a line without a signature', `${TEXT}\n\u2014 PeterNeumann \n`],
    ['a signature of no bytes', `${TEXT}\n\u2014 PeterNeumann x08gow==\n`],
    ['base64 without its padding', `${TEXT}\n${PETER_LINE.replace('=\n', '\n')}`],
    ['bits set under the padding', `${TEXT}\n${PETER_LINE.replace('nAM=', 'nAN=')}`],
    ['the URL alphabet', `${TEXT}\n${PETER_LINE.replaceAll('/', '_')}`],
    ['half of a surrogate pair', `\ud800${TEXT}\n${PETER_LINE}`],
    ['nothing at all', ''],
  ])('refuses a note with %s', (_, text) => {
    expect(codeOf(() => openNote(text, [peter]))).toBe('malformed_note');
  });

  it('refuses bytes that are not UTF-8, and takes no byte order mark away', () => {
    expect(codeOf(() => openNote(Buffer.concat([Buffer.of(0xff), Buffer.from(note)]), [peter]))).toBe('malformed_note');
    expect(codeOf(() => openNote(Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(note)]), [peter]))).toBe(
      'bad_note_signature',
    );
  });

  it('parts text and signatures at the last blank line', () => {
    const text = `first\n\n${PETER_LINE}\nlast\n`;
    const key = noteKey('log', 1);
    expect(openNote(`${text}\n${key.line(text)}`, [parseVerifierKey(key.vkey)]).text).toBe(text);
  });

  it('opens what was signed by any names and texts, and nothing that differs in one bit', () => {
    const word = fc.stringMatching(/^[^\s+\p{Cc}]{1,20}$/u);
    const line = fc.stringMatching(/^[^\p{Cc}\n]{0,30}$/u);
    fc.assert(
      fc.property(word, fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), (name, lines, bit) => {
        fc.pre(name.isWellFormed() && lines.every((text) => text.isWellFormed()));
        const key = noteKey(name, 3);
        const text = `${lines.join('\n')}\n`;
        const bytes = Buffer.from(`${text}\n${key.line(text)}`);
        const keys = [parseVerifierKey(key.vkey)];
        expect(openNote(bytes, keys).text).toBe(text);
        const at = bit % (8 * bytes.length);
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(codeOf(() => openNote(bytes, keys))).not.toBe('none');
      }),
      { numRuns: 60 },
    );
  });
});

describe('weak keys', () => {
  // The encodings of points of small order: the README of C2SP/CCTV, ed25519, at 3d004c6.
  const small = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ];

  it.each(small)('open no note, and cosign no checkpoint: %s', (encoded) => {
    const point = Buffer.from(encoded, 'hex');
    const text = checkpointText('log', 1, Buffer.alloc(32));
    for (const type of [1, 4]) {
      const vkey = vkeyOf('log', type, point);
      const id = Buffer.from(vkey.slice(4, 12), 'hex');
      for (const r of small) {
        const signature = Buffer.concat([
          id,
          Buffer.alloc(type === 4 ? 8 : 0),
          Buffer.from(r, 'hex'),
          Buffer.alloc(32),
        ]);
        const key = type === 1 ? parseVerifierKey(vkey) : parseWitnessKey(vkey);
        const note = `${text}\n\u2014 log ${signature.toString('base64')}\n`;
        expect(codeOf(() => openNote(note, [key]))).toBe('bad_note_signature');
      }
    }
  });
});

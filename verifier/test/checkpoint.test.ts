/** Checkpoints and cosignatures, against the C2SP documents, transparency-dev/formats and a checkpoint of a public log. */
import { describe, expect, it } from 'vitest';
import { openNote, parseCheckpoint, parseVerifierKey, parseWitnessKey, verifyCosignature } from '../src/verify.ts';
import { checkpointText, codeOf, noteKey, vkeyOf } from './note-builder.ts';

// A checkpoint of the public log Arche 2025h1, cosigned by public witnesses. The first line is of a type that is not known here.
const ARCHE = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

\u2014 arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
\u2014 arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
\u2014 transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
\u2014 witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
\u2014 remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
\u2014 witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`;
const LOG = parseVerifierKey(
  'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f',
);
const WITNESSES = [
  'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
  'witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv',
  'transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM',
  'witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO',
];
const ABSENT = 'rgdd.se/poc-witness+db03732e+BCjJKlo6BU0xfIb8LutqerIFTWIXEA0L5n3tW3QyPFgG';

describe('the checkpoint of a public log', () => {
  it("opens with the log's key, and reads as a checkpoint", () => {
    const { text, verified, unverified } = openNote(ARCHE, [LOG]);
    expect(verified).toHaveLength(1);
    expect(unverified).toHaveLength(5);
    expect(parseCheckpoint(text)).toMatchObject({
      origin: 'arche2025h1.staging.ct.transparency.dev',
      size: 1_432_088_532n,
      extensions: [],
    });
    expect(parseCheckpoint(ARCHE)).toEqual(parseCheckpoint(text));
  });

  it.each(WITNESSES)('is cosigned by %s, at the time that it states', (vkey) => {
    expect(verifyCosignature(ARCHE, parseWitnessKey(vkey))).toEqual({ timestamp: 0x6a122120n });
    expect(verifyCosignature(ARCHE.replace('1432088532', '42'), parseWitnessKey(vkey))).toBeNull();
  });

  it('opens with all keys together, and is not cosigned by a witness that did not', () => {
    const keys = [LOG, ...WITNESSES.map(parseWitnessKey)];
    expect(openNote(ARCHE, keys).verified.map(({ timestamp }) => timestamp)).toEqual([
      null,
      ...Array<bigint>(4).fill(0x6a122120n),
    ]);
    expect(verifyCosignature(ARCHE, parseWitnessKey(ABSENT))).toBeNull();
  });
});

describe('parseCheckpoint', () => {
  const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

  it('reads the example of tlog-checkpoint, and one with extension lines', () => {
    expect(parseCheckpoint(`example.com/behind-the-sofa\n20852163\n${root}\n`)).toMatchObject({ size: 20_852_163n });
    expect(parseCheckpoint(`a b+c\n0\n${root}\nlots\nof\nlines\n`)).toMatchObject({
      origin: 'a b+c',
      size: 0n,
      extensions: ['lots', 'of', 'lines'],
    });
    expect(parseCheckpoint(`x\n18446744073709551615\n${root}\n`).size).toBe(2n ** 64n - 1n);
  });

  // transparency-dev/formats v0.1.1, log/checkpoint_test.go, and what the document forbids beside.
  it.each([
    ['too few lines', 'Head\n9944\n'],
    ['an empty origin', `\n9944\n${root}\n`],
    ['no newline behind the root', `Log\n123\n${root}`],
    ['a size that is no number', `Log\nbananas\n${root}\n`],
    ['a negative size', `Log\n-34\n${root}\n`],
    ['a size above 2^64 - 1', `Log\n18446744073709551616\n${root}\n`],
    ['a far too large size', `Log\n3438945738945739845734895735\n${root}\n`],
    ['a size with a leading zero', `Log\n0123\n${root}\n`],
    ['a size with a plus', `Log\n+123\n${root}\n`],
    ['a size with a space', `Log\n123 \n${root}\n`],
    ['a size in hexadecimal', `Log\n0x7b\n${root}\n`],
    ['an empty size', `Log\n\n${root}\n`],
    ['a root that is no base64', "Log\n123\nThisIsn'tBase64\n"],
    ['a root of 7 bytes', 'Log\n123\nYmFuYW5hcw==\n'],
    ['a root of 33 bytes', `Log\n123\n${Buffer.alloc(33).toString('base64')}\n`],
    ['bits set under the padding of the root', `Log\n123\n${root.replace('q2I=', 'q2J=')}\n`],
    ['a carriage return', `Log\r\n123\r\n${root}\r\n`],
    ['a control character', `L\u0007og\n123\n${root}\n`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toMatch(/^malformed_/);
  });

  it.each(['\n\n\n', '\nlines\n', '\n\u2014 name\n'])('refuses empty lines that no signatures follow: %j', (end) => {
    expect(codeOf(() => parseCheckpoint(`Log\n9944\n${root}\n${end}`))).toBe('malformed_note');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codeOf(() => parseCheckpoint(Uint8Array.of(0xc3, 0x28)))).toBe('malformed_checkpoint');
  });
});

describe('verifyCosignature', () => {
  const witness = noteKey('witness.example/w1', 5, 4);
  const key = parseWitnessKey(witness.vkey);
  const text = checkpointText('example.com/log', 7, Buffer.alloc(32, 1), 'an extension');
  const cosigned = (...lines: readonly string[]): string => `${text}\n${lines.join('')}`;

  it('returns the time, from 0 to 2^63 - 1, and the latest of several', () => {
    for (const time of [0n, 1n, 2n ** 63n - 1n])
      expect(verifyCosignature(cosigned(witness.line(text, time)), key)).toEqual({ timestamp: time });
    expect(verifyCosignature(cosigned(witness.line(text, 9n), witness.line(text, 5n)), key)).toEqual({ timestamp: 9n });
  });

  it.each([
    ['a time above 2^63 - 1', cosigned(witness.line(text, 2n ** 63n))],
    ['an extension line that was changed', cosigned(witness.line(text)).replace('an ext', 'no ext')],
    ['another witness', cosigned(noteKey('witness.example/w2', 6, 4).line(text))],
    ['another witness under its name', cosigned(noteKey('witness.example/w1', 6, 4).line(text))],
    ['a plain signature of the same key', cosigned(noteKey('witness.example/w1', 5, 1).line(text))],
    ['one good and one bad line', cosigned(witness.line(text, 1n), witness.line(text, 2n).replace('AAAC', 'AAAD'))],
  ])('returns null for %s', (_, note) => {
    expect(verifyCosignature(note, key)).toBeNull();
  });

  it('returns null for a signature over the text without its header lines, as a log would make it', () => {
    const plain = Buffer.from(noteKey('x', 5).line(text).split(' ')[2] ?? '', 'base64').subarray(4);
    const id = Buffer.from(key.keyId, 'hex');
    const line = Buffer.concat([id, Buffer.alloc(8), plain]).toString('base64');
    expect(verifyCosignature(cosigned(`\u2014 ${key.name} ${line}\n`), key)).toBeNull();
  });

  it('returns null for a note that is no checkpoint, and throws for what is no note', () => {
    const hello = 'hello\nworld\n';
    expect(verifyCosignature(`${hello}\n${witness.line(hello)}`, key)).toBeNull();
    expect(codeOf(() => verifyCosignature(text, key))).toBe('malformed_note');
  });

  it("refuses a signature by the same public key as a log's, and the other way round", () => {
    const log = noteKey('example.com/log', 5, 1);
    expect(vkeyOf(log.name, 4, log.publicKey)).not.toBe(log.vkey);
    const asWitness = parseWitnessKey(vkeyOf(log.name, 4, log.publicKey));
    expect(verifyCosignature(cosigned(log.line(text)), asWitness)).toBeNull();
  });
});

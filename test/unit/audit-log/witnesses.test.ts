/** The witnesses of the server: what holds, and how often it is verified. */
import { describe, expect, test } from 'vitest';
import { cosignedAt } from '../../../src/audit-log/cosignature.ts';
import { noteKeyId, parseSignatureLine, verifierKey } from '../../../src/audit-log/note.ts';
import type { NoteSignature } from '../../../src/audit-log/note.ts';
import { parseWitnessPolicy } from '../../../src/audit-log/witness-policy.ts';
import { Witnesses } from '../../../src/audit-log/witnesses.ts';
import { testWitness } from '../../witness.ts';

const { key, cosign } = testWitness(31, 'witness.example/one');
const TEXT = 'origin\n1\nroot\n';

function signatureOf(text: string, at: bigint): NoteSignature {
  const signature = parseSignatureLine(cosign(text, at).trimEnd());
  if (signature === null) throw new Error('no line of a signature');
  return signature;
}

/** Witnesses that count how often a signature is verified. */
function counting(judge = cosignedAt): { readonly witnesses: Witnesses; readonly verified: () => number } {
  const read = parseWitnessPolicy(`witness one ${verifierKey(key)}\nquorum one\n`);
  if (!read.ok) throw new Error(read.problem.message);
  let count = 0;
  const witnesses = new Witnesses(read.policy, (...given) => {
    count += 1;
    return judge(...given);
  });
  return { witnesses, verified: () => count };
}

describe('witnesses', () => {
  test('verify a cosignature once, and another text or time once more', () => {
    const { witnesses, verified } = counting();
    const cosignature = witnesses.check(TEXT, signatureOf(TEXT, 5n));
    expect(cosignature).toEqual({ witness: 'one', timestamp: 5n, line: cosign(TEXT, 5n) });
    expect(witnesses.check(TEXT, signatureOf(TEXT, 5n))).toEqual(cosignature);
    expect(verified()).toBe(1);
    expect(witnesses.check(`${TEXT}more\n`, signatureOf(TEXT, 5n))).toBeNull();
    expect(witnesses.check(TEXT, signatureOf(TEXT, 6n))).toMatchObject({ timestamp: 6n });
    expect(verified()).toBe(3);
  });

  test('do not take a line for one that held where its time or signature was changed', () => {
    const { witnesses } = counting();
    const sound = signatureOf(TEXT, 5n);
    expect(witnesses.check(TEXT, sound)).not.toBeNull();
    for (const at of [7, 8, 71]) {
      const signature = Buffer.from(sound.signature);
      signature.writeUInt8(signature.readUInt8(at) ^ 1, at);
      expect(witnesses.check(TEXT, { ...sound, signature })).toBeNull();
    }
  });

  test('remember a line that did not hold as little as one of no witness', () => {
    const { witnesses, verified } = counting();
    for (let n = 0; n < 2; n += 1) {
      expect(witnesses.check(TEXT, signatureOf('other', 5n))).toBeNull();
      expect(witnesses.check(TEXT, { ...signatureOf(TEXT, 5n), name: 'witness.example/other' })).toBeNull();
    }
    expect(verified()).toBe(2);
  });

  test('take the last second of the year 9999, and no second behind it', () => {
    const { witnesses, verified } = counting();
    const last = BigInt(Date.parse('9999-12-31T23:59:59Z') / 1000);
    expect(witnesses.check(TEXT, signatureOf(TEXT, last))).toMatchObject({ timestamp: last });
    expect(witnesses.check(TEXT, signatureOf(TEXT, last + 1n))).toBeNull();
    expect(verified()).toBe(1);
  });

  test('forget the oldest lines', () => {
    const { witnesses, verified } = counting(() => 1n);
    const line = (at: number): NoteSignature => {
      const signature = Buffer.alloc(72);
      signature.writeUInt32BE(at, 4);
      return { name: key.name, keyId: noteKeyId(key), signature };
    };
    for (let at = 0; at <= 10_000; at += 1) witnesses.check(TEXT, line(at));
    witnesses.check(TEXT, line(10_000));
    witnesses.check(TEXT, line(1));
    expect(verified()).toBe(10_001);
    witnesses.check(TEXT, line(0));
    expect(verified()).toBe(10_002);
  });
});

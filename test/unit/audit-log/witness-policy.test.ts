/** The witness policy of the server: C2SP tlog-policy. */
import { describe, expect, test } from 'vitest';
import { Signer } from '../../../src/audit/seal.ts';
import { noteKeyId, verifierKey } from '../../../src/audit-log/note.ts';
import type { NoteKey } from '../../../src/audit-log/note.ts';
import { cosignedAt, cosignedMessage, isOfKey } from '../../../src/audit-log/cosignature.ts';
import { parseWitnessPolicy } from '../../../src/audit-log/witness-policy.ts';
import { parsePolicy } from '../../../verifier/src/verify.ts';

const keyOf = (seed: number, type: NoteKey['type'] = 'cosignature'): string =>
  verifierKey({ name: `example.com/${seed}`, type, publicKey: new Signer(Buffer.alloc(32, seed)).publicKey });

const X = [1, 2, 3].map((seed) => `witness X${seed} ${keyOf(seed)}`).join('\n');
const Y = [4, 5, 6].map((seed) => `witness Y${seed - 3} ${keyOf(seed)}`).join('\n');
// The example of the specification.
const EXAMPLE = `log ${keyOf(7, 'ed25519')}

${X}
group X-witnesses 2 X1 X2 X3

# the others
${Y}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function hasQuorum(text: string, ...cosigned: string[]): boolean {
  const result = parseWitnessPolicy(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.policy.hasQuorum(new Set(cosigned));
}

describe('a policy', () => {
  test('of the specification needs two of one group and one of the other', () => {
    expect(hasQuorum(EXAMPLE, 'X1', 'X3', 'Y2')).toBe(true);
    expect(hasQuorum(EXAMPLE, 'X1', 'X2', 'X3')).toBe(false);
    expect(hasQuorum(EXAMPLE, 'X1', 'Y1', 'Y2', 'Y3')).toBe(false);
    expect(hasQuorum(EXAMPLE)).toBe(false);
  });

  test('may ask for one witness, or for none', () => {
    expect(hasQuorum(`${X}\nquorum X2`, 'X2')).toBe(true);
    expect(hasQuorum(`${X}\nquorum X2`, 'X1')).toBe(false);
    expect(hasQuorum('quorum none')).toBe(true);
  });

  test('may name a witness with a key of ML-DSA-44, whose cosignatures count for nothing', () => {
    const key: NoteKey = { name: 'example.com/pq', type: 'mlDsa44', publicKey: Buffer.alloc(1312, 1) };
    const text = `witness pq ${verifierKey(key)}\nquorum pq`;
    expect(parseWitnessPolicy(text)).toMatchObject({ ok: true });
    const line = { name: key.name, keyId: noteKeyId(key), signature: Buffer.alloc(72) };
    expect(isOfKey(line, key)).toBe(true);
    expect(cosignedAt('x\n', line, key)).toBeNull();
  });

  const FAULTY: readonly (readonly [string, string, number])[] = [
    ['without a quorum', X, 3],
    ['with two quorums', 'quorum none\nquorum none', 2],
    ['with a quorum that is defined later', `quorum X1\n${X}`, 1],
    ['with a member that is defined later', `group g any X1\n${X}\nquorum g`, 1],
    ['with a member twice', `${X}\ngroup g any X1 X1\nquorum g`, 4],
    ['with a member of two groups', `${X}\ngroup g any X1\ngroup h any X1\nquorum g`, 5],
    ['with a group of nobody', `${X}\ngroup g any\nquorum g`, 4],
    ['with a threshold of 0', `${X}\ngroup g 0 X1\nquorum g`, 4],
    ['with a threshold above its members', `${X}\ngroup g 2 X1\nquorum g`, 4],
    ['with a threshold with a leading zero', `${X}\ngroup g 01 X1\nquorum g`, 4],
    ['with a name twice', `${X}\nwitness X1 ${keyOf(9)}\nquorum X1`, 4],
    ['with a witness called none', `witness none ${keyOf(9)}\nquorum none`, 1],
    ['with a key twice', `witness a ${keyOf(9)}\nwitness b ${keyOf(9)}\nquorum none`, 2],
    ['with the key of a log for a witness', `witness a ${keyOf(9, 'ed25519')}\nquorum none`, 1],
    ['with the key of a witness for a log', `log ${keyOf(9)}\nquorum none`, 1],
    ['with a key of another id', `witness a ${keyOf(9).replace(/\+[0-9a-f]{8}\+/, '+00000000+')}\nquorum none`, 1],
    ['with a word that is none of the format', 'threshold 2\nquorum none', 1],
    ['with a carriage return', 'quorum none\r\n', 1],
    ['with more on a line than it may have', `witness a ${keyOf(9)} https://a b\nquorum none`, 1],
  ];

  test.each(FAULTY)('%s is refused, by its line; the verifier refuses it, too', (_, text, line) => {
    expect(parseWitnessPolicy(text)).toMatchObject({ ok: false, problem: { line } });
    expect(() => parsePolicy(text)).toThrow();
  });
});

describe('a cosignature', () => {
  test('is over a line of its own, the time and the text', () => {
    expect(cosignedMessage('a\n1\nb\n', 1_679_315_147n).toString()).toBe('cosignature/v1\ntime 1679315147\na\n1\nb\n');
  });

  test('with a time above 2^63 - 1 or of another length holds for nobody', () => {
    const key: NoteKey = { name: 'w', type: 'cosignature', publicKey: new Signer(Buffer.alloc(32, 1)).publicKey };
    const line = (signature: Buffer) => ({ name: 'w', keyId: noteKeyId(key), signature });
    expect(cosignedAt('x\n', line(Buffer.alloc(72, 255)), key)).toBeNull();
    expect(cosignedAt('x\n', line(Buffer.alloc(64)), key)).toBeNull();
  });
});

/** Witnesses of tests, who sign whatever they are given. */
import { createPrivateKey, sign } from 'node:crypto';
import { Signer } from '../src/audit/seal.ts';
import { cosignedMessage } from '../src/audit-log/cosignature.ts';
import { noteKeyId, signatureLine } from '../src/audit-log/note.ts';
import type { NoteKey } from '../src/audit-log/note.ts';

export interface TestWitness {
  readonly key: NoteKey;
  /** The line by which the witness says that it saw the text, in seconds since the epoch. */
  readonly cosign: (text: string, at: bigint) => string;
}

/** A witness's key from a seed, one byte. */
export function testWitness(seed: number, name: string): TestWitness {
  const bytes = Buffer.alloc(32, seed);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes]);
  const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const key: NoteKey = { name, type: 'cosignature', publicKey: new Signer(bytes).publicKey };
  return {
    key,
    cosign: (text, at) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(at);
      const signature = Buffer.concat([time, sign(null, cosignedMessage(text, at), secret)]);
      return signatureLine({ name, keyId: noteKeyId(key), signature });
    },
  };
}

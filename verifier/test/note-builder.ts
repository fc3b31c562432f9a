/** Signs notes and cosignatures as the C2SP documents say, on node:crypto alone. Imports nothing of the verifier. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** A key that signs notes, from a seed of 32 equal bytes. */
export interface TestNoteKey {
  readonly name: string;
  readonly vkey: string;
  readonly publicKey: Buffer;
  /** The signature line over a text; `time` is that of a cosignature. */
  readonly line: (text: string, time?: bigint) => string;
}

export function noteKey(name: string, seed: number, type: 1 | 4 = 1): TestNoteKey {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const vkey = vkeyOf(name, type, publicKey);
  const id = Buffer.from(vkey.slice(name.length + 1, name.length + 9), 'hex');
  const line = (text: string, time = 1_700_000_000n): string => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const signature =
      type === 1
        ? sign(null, Buffer.from(text), key)
        : Buffer.concat([stamp, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key)]);
    return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  };
  return { name, vkey, publicKey, line };
}

/** A verifier key with the right key ID, of any type and public key. */
export function vkeyOf(name: string, type: number, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(type), publicKey]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest('hex').slice(0, 8);
  return `${name}+${id}+${typed.toString('base64')}`;
}

export function checkpointText(
  origin: string,
  size: bigint | number,
  root: Uint8Array,
  ...extensions: string[]
): string {
  return [origin, String(size), Buffer.from(root).toString('base64'), ...extensions, ''].join('\n');
}

/** The code of the FormatError that a function throws, or `none`. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && error.name === 'FormatError' && 'code' in error) return String(error.code);
    throw error;
  }
  return 'none';
}

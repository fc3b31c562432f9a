/** What a caller gives as text: keys to trust, and keys of chains. Shared by the command line and the page. */
import { fromHex, utf8 } from './bytes.ts';
import type { ChainKeys } from './chain.ts';
import { readJson } from './json.ts';
import { parseKeyList, parsePublicKey } from './keys.ts';
import { matches } from './shape.ts';
import { Unreadable } from './unreadable.ts';

/** Keys of a text: one public key (base64, lower-case hex, PEM), or a key list as JSON. Null where it holds none. */
export function trustedKeysOf(text: string): readonly Uint8Array[] | null {
  const key = parsePublicKey(text);
  if (key !== null) return [key];
  try {
    return parseKeyList(readJson(utf8(text)).value);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Chain keys, each of 64 hex digits or `SESSION_ID=KEY`; or what is wrong with one of them. */
export function chainKeysOf(values: readonly string[]): ChainKeys | 'malformed' | 'repeated' {
  const bySession = new Map<string, Uint8Array>();
  let only: Uint8Array | null = null;
  for (const value of values) {
    const equals = value.indexOf('=');
    const session = equals < 0 ? null : value.slice(0, equals);
    const key = fromHex(value.slice(equals + 1), 32);
    if (key === null || (session !== null && !matches('sessionId', session))) return 'malformed';
    if (session === null ? only !== null : bySession.has(session)) return 'repeated';
    if (session === null) only = key;
    else bySession.set(session, key);
  }
  return { bySession, only };
}

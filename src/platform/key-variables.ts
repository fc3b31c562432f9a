/** MASKER_KEY_<KID> and MASKER_KEY_<KID>_OLD: the keys of the key ring, one variable each (see docs/tokens.md, Keys). */
import { nearestName } from './nearest-name.ts';
import type { Secret } from './secret.ts';
import { key32, VARIABLES } from './variables.ts';

/** One key of the ring as it was configured. */
export interface ConfiguredKey {
  readonly kid: string;
  /** `old` still opens what it sealed, and issues nothing. */
  readonly role: 'active' | 'old';
  /** 32 bytes. */
  readonly secret: Secret<Uint8Array>;
}

/** The key of a variable, or what is wrong with it. */
export type KeyReading =
  { readonly ok: true; readonly key: ConfiguredKey } | { readonly ok: false; readonly message: string };

const PREFIX = 'MASKER_KEY_';
const KID = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Returns true if the text can be the name of a key. */
export function isKid(text: string): boolean {
  return KID.test(text);
}

/** Whether the name is that of a ring key: the prefix, and no variable of another meaning. */
export function isKeyVariable(name: string): boolean {
  return name.startsWith(PREFIX) && !Object.hasOwn(VARIABLES.shape, name);
}

/** The variable that would hold the key. */
export function keyVariable(kid: string, role: ConfiguredKey['role']): string {
  return `${PREFIX}${kid}${role === 'old' ? '_OLD' : ''}`;
}

/** Reads one variable for which `isKeyVariable` holds. The message of a refusal never repeats the value. */
export function readKeyVariable(name: string, value: string): KeyReading {
  const rest = name.slice(PREFIX.length);
  const role = rest.endsWith('_OLD') ? 'old' : 'active';
  const kid = role === 'old' ? rest.slice(0, -'_OLD'.length) : rest;
  if (!KID.test(kid)) {
    return {
      ok: false,
      message: `must be named ${PREFIX}<KID> or ${PREFIX}<KID>_OLD; a KID has upper-case letters, digits and underscores, and begins with a letter`,
    };
  }
  const secret = key32.safeParse(value);
  if (secret.success) return { ok: true, key: { kid, role, secret: secret.data } };
  const meant = nearestName(name, Object.keys(VARIABLES.shape)); // MASKER_KEY_ROTATION_GRACE_DAY
  const rule = secret.error.issues[0]?.message ?? 'is no key';
  return { ok: false, message: meant === null ? rule : `${rule}; was ${meant} meant?` };
}

/**
 * The keys that tokens and data keys are made under. See docs/tokens.md, Keys.
 *
 * A kid has an active key and, during a rotation, the one before it. New tokens use the active key; either unwraps.
 * Key bytes stay inside: no method returns one, and neither JSON.stringify nor util.inspect shows one.
 */
import { createHash, hkdfSync } from 'node:crypto';
import { SealingKey } from './sealing-key.ts';

const KID = /^[A-Z][A-Z0-9_]{0,63}$/;

/** One key of the ring, as a provider reads it. */
export interface KeyMaterial {
  readonly kid: string;
  readonly role: 'active' | 'old';
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** A key in use. Nothing can be done with its bytes but derive others. */
export interface RingKey {
  readonly kid: string;
  /** First 8 hex of a hash of the key: tells an active key from an old one in a row, and reveals nothing. */
  readonly version: string;
  /** HKDF-SHA256 (RFC 5869) with an empty salt. `length` in bytes. */
  derive(info: string, length: number): Buffer;
  /** The key of one of the few purposes that have one key each, derived once and kept: `masker/vault-key` and the like. */
  sealing(purpose: string): SealingKey;
  /** The 32 bytes of `derive` for tokens that carry their value, derived once and kept. */
  readonly carrying: Uint8Array;
}

class HeldKey implements RingKey {
  readonly #secret: Buffer;
  /** Those for all accounts and sessions alike: a handful. */
  readonly #sealing = new Map<string, SealingKey>();
  #carrying: Uint8Array | null = null;
  readonly kid: string;
  readonly version: string;

  constructor(kid: string, secret: Uint8Array) {
    this.kid = kid;
    this.#secret = Buffer.from(secret);
    this.version = createHash('sha256').update('masker/key-version/v1|').update(this.#secret).digest('hex').slice(0, 8);
  }

  derive(info: string, length: number): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, Buffer.alloc(0), info, length));
  }

  sealing(purpose: string): SealingKey {
    // v1 sealed with AES-256-GCM-SIV, v2 seals with AES-256-GCM: no key serves two ciphers.
    const known =
      this.#sealing.get(purpose) ?? new SealingKey(this.derive(`${purpose}/v2`, 32), this.derive(`${purpose}/v1`, 32));
    this.#sealing.set(purpose, known);
    return known;
  }

  get carrying(): Uint8Array {
    return (this.#carrying ??= this.derive('masker/aead/v1', 32));
  }
}

export class KeyRing {
  readonly #active = new Map<string, HeldKey>();
  readonly #all = new Map<string, Map<string, HeldKey>>();

  /** Throws RangeError for a malformed kid, a key that is not 32 bytes, or two keys in one role. */
  constructor(keys: readonly KeyMaterial[]) {
    for (const { kid, role, secret } of keys) {
      if (!KID.test(kid)) throw new RangeError('a kid is an upper-case name of letters, digits and underscores');
      if (secret.length !== 32) throw new RangeError(`the ${role} key of ${kid} must have 32 bytes`);
      const key = new HeldKey(kid, secret);
      if (role === 'active') {
        if (this.#active.has(kid)) throw new RangeError(`${kid} has two active keys`);
        this.#active.set(kid, key);
      }
      const versions = this.#all.get(kid) ?? new Map<string, HeldKey>();
      versions.set(key.version, key);
      this.#all.set(kid, versions);
    }
  }

  /** The kids that can issue tokens. */
  kids(): ReadonlySet<string> {
    return new Set(this.#active.keys());
  }

  /** Every registered key of every kid. */
  all(): readonly RingKey[] {
    return [...this.#all.keys()].flatMap((kid) => this.registered(kid));
  }

  /** The key that issues tokens now, or null where the kid has none. */
  active(kid: string): RingKey | null {
    return this.#active.get(kid) ?? null;
  }

  /** The key of a version once used, or null where it is no longer registered. */
  version(kid: string, version: string): RingKey | null {
    return this.#all.get(kid)?.get(version) ?? null;
  }

  /** Every registered key of the kid, the active one first. */
  registered(kid: string): readonly RingKey[] {
    const active = this.#active.get(kid);
    const rest = [...(this.#all.get(kid)?.values() ?? [])].filter((key) => key !== active);
    return active === undefined ? rest : [active, ...rest];
  }
}

/**
 * Makes the tokens of one session. See docs/tokens.md, Grammar.
 *
 * vault-deterministic: value = first 16 bytes of HMAC-SHA256(k, KIND || 0x00 || normalised value),
 *   k = HKDF(kid secret, "masker/token/v1|" + account id). One value has one token in an account; two accounts share none.
 * vault-random: value = 16 random bytes but for one bit, which marks a part; one for each normalised value of a session. Not
 *   derived from the value, and two sessions share none.
 * synthetic: tokens of vault-random, one for each form of a value. The model reads a surrogate instead: masking/turn/surrogate-issuer.ts.
 * reversible-aead: value = AES-256-GCM-SIV under HKDF(kid secret, "masker/aead/v1"), random nonce, bound to the token's
 *   kind and kid, the account and the session. Nothing is stored; a token of another session does not authenticate.
 * A part of a value: under the vault, the first 8 bytes of the whole's value, then those of HMAC-SHA256(k, KIND || 0x00 ||
 *   "part" || 0x00 || whole || 0x00 || part) or random ones; under AEAD, the whole's nonce, which RFC 8452 allows to be used again.
 */
import type { EntityKind } from '../detection/kinds.ts';
import { HmacKey } from '../platform/hmac.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import { base32Decode, base32Encode, formatToken, parseToken } from './grammar.ts';
import type { TokenScheme } from './grammar.ts';
import type { IssuedToken } from './issued-token.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { normalise } from './normalise.ts';
import { markedAsPart, RandomTokens } from './random-tokens.ts';
import { openGcmSiv, sealGcmSiv, sealGcmSivAfter } from './sealing-key.ts';
import { decodeValue, encodeValue } from './vault.ts';

export type Tokenization = 'vault-deterministic' | 'vault-random' | 'reversible-aead' | 'synthetic';

/** Words of a text that are those of a surrogate: [start, end) in UTF-16 code units. */
export interface IssuedSighting {
  readonly start: number;
  readonly end: number;
  readonly kind: EntityKind;
}

/** Surrogates are words like those of the texts of a call. */
export interface SurrogateWords {
  /** Learns the words of a text that begin from `from` to `to`, before its values are replaced. */
  hear(text: string, from: number, to: number): void;
  /** Words of a text, beginning from `from` to `to`, that are those of a surrogate of the session, in order and apart. */
  sightings(text: string, from: number, to: number): readonly IssuedSighting[];
}

/** Makes and opens tokens for one session under one kid. */
export interface TokenIssuer {
  readonly kid: string;
  /** The scheme of the token that a value of so many UTF-16 code units gets. */
  schemeFor(length: number): TokenScheme;
  issue(kind: EntityKind, value: string): IssuedToken;
  /**
   * The token of a part of a value ("ends in 2280") that has a token of this session. It begins like the token of the whole,
   * so that whoever reads both sees that they belong together.
   */
  issuePart(whole: IssuedToken, part: string): IssuedToken;
  /** Of the scheme `synthetic` alone: what surrogates have to do with the words of texts. */
  readonly words?: SurrogateWords;
  /** The value inside an AEAD token of this session; null for any other text. */
  open(token: string): string | null;
}

const VALUE_BYTES = 16;
/** Bytes that the token of a part has in common with that of the whole: {@link SHARED_CHARACTERS}. */
const SHARED_BYTES = 8;
/** Characters of the value that they have in common. The thirteenth holds bits of both. */
export const SHARED_CHARACTERS = 12;
/** Longest value that a token carries, in UTF-16 code units: three bytes each at most, and base32 makes 8 of 5. */
const LONGEST_CARRIED = 1500;
const DERIVED_LIMIT = 10_000;

/** Derived keys by account: HKDF costs more than the HMAC that uses it. Bounded; holds key bytes, never values. */
export class TokenKeys {
  readonly #ring: KeyRing;
  readonly #derived = new Map<string, HmacKey>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  get ring(): KeyRing {
    return this.#ring;
  }

  #derive(key: RingKey, info: string): HmacKey {
    const name = `${key.kid}|${key.version}|${info}`;
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    if (this.#derived.size >= DERIVED_LIMIT) this.#derived.clear();
    const derived = new HmacKey(key.derive(info, 32));
    this.#derived.set(name, derived);
    return derived;
  }

  deterministic(key: RingKey, account: AccountId): HmacKey {
    return this.#derive(key, `masker/token/v1|${account}`);
  }
}

function deterministicIssuer(keys: TokenKeys, key: RingKey, account: AccountId): TokenIssuer {
  const secret = keys.deterministic(key, account);
  return {
    kid: key.kid,
    schemeFor: () => 'MSKV1',
    issue: (kind, value) => {
      const token = tokenBy(secret, kind, key.kid, normalise(kind, value));
      return { token, kind, value, kid: key.kid, keyVersion: key.version, stored: true };
    },
    issuePart: (whole, part) => {
      const { kind } = whole;
      const mac = secret.digest(`${kind}\0part\0${normalise(kind, whole.value)}\0${normalise(kind, part)}`);
      const shared = sharedBytes(whole);
      const value = base32Encode(Buffer.concat([shared, mac.subarray(0, VALUE_BYTES - shared.length)]));
      const token = formatToken('MSKV1', kind, key.kid, value);
      return { token, kind, value: part, kid: key.kid, keyVersion: key.version, stored: true };
    },
    open: () => null,
  };
}

/** A random issuer sees what it has issued itself and what the session has on record. */
function randomIssuer(keys: TokenKeys, key: RingKey, account: AccountId, session: RandomTokens): TokenIssuer {
  const secrets = keys.ring.registered(key.kid).map((registered) => keys.deterministic(registered, account));
  const isDerived = ({ kind, value, token, kid }: IssuedToken): boolean =>
    kid !== key.kid || secrets.some((secret) => tokenBy(secret, kind, key.kid, normalise(kind, value)) === token);
  const issued = new Map<string, IssuedToken>();
  const once = (name: string, stored: IssuedToken | null, kind: EntityKind, value: string, start: Uint8Array) => {
    const known = issued.get(name) ?? stored;
    if (known !== null) return { ...known, value };
    const made = randomToken(key, kind, value, start);
    issued.set(name, made);
    return made;
  };
  return {
    kid: key.kid,
    schemeFor: () => 'MSKV1',
    issue: (kind, value) => {
      const form = normalise(kind, value);
      return once(`${kind}\0${form}`, session.whole(kind, form, isDerived), kind, value, new Uint8Array());
    },
    issuePart: (whole, part) => {
      const form = normalise(whole.kind, part);
      return once(`${whole.token}\0${form}`, session.part(whole, form), whole.kind, part, sharedBytes(whole));
    },
    open: () => null,
  };
}

/** A random token that begins with these bytes: with none it is that of a whole value. */
function randomToken(key: RingKey, kind: EntityKind, value: string, start: Uint8Array): IssuedToken {
  const random = Buffer.concat([start, freshBytes(VALUE_BYTES - start.length)]);
  const bytes = markedAsPart(random, start.length > 0);
  const token = formatToken('MSKV1', kind, key.kid, base32Encode(bytes));
  return { token, kind, value, kid: key.kid, keyVersion: key.version, stored: true };
}

/** A random token for a value, whatever tokens it has already. */
export function freshToken(key: RingKey, kind: EntityKind, value: string): IssuedToken {
  return randomToken(key, kind, value, new Uint8Array());
}

/** A random token for a part of the value of another token, whatever tokens it has already. Both begin alike. */
export function freshPartToken(key: RingKey, whole: IssuedToken, part: string): IssuedToken {
  return randomToken(key, whole.kind, part, sharedBytes(whole));
}

/** The deterministic token of a value in its normalised form. */
export function tokenBy(secret: HmacKey, kind: EntityKind, kid: string, form: string): string {
  const mac = secret.digest(`${kind}\0${form}`);
  return formatToken('MSKV1', kind, kid, base32Encode(mac.subarray(0, VALUE_BYTES)));
}

/** The bytes that the tokens of a value and of its parts begin with. */
const sharedBytes = ({ token }: IssuedToken): Uint8Array => valueBytes(token).subarray(0, SHARED_BYTES);

/** The bytes of a token's value. */
function valueBytes(token: string): Uint8Array {
  return base32Decode(parseToken(token)?.value ?? '') ?? new Uint8Array();
}

function aeadIssuer(
  keys: TokenKeys,
  key: RingKey,
  account: AccountId,
  session: SessionId,
  vault: TokenIssuer,
): TokenIssuer {
  // A token that carries its value is as long as the value: one that would not fit the grammar goes to the vault.
  const scope = (kind: string, kid: string): string => `MSK1.${kind}.${kid}|${account}|${session}`;
  return {
    kid: key.kid,
    schemeFor: (length) => (length > LONGEST_CARRIED ? 'MSKV1' : 'MSK1'),
    issue: (kind, value) => {
      if (value.length > LONGEST_CARRIED) return vault.issue(kind, value);
      const sealed = sealGcmSiv(key.carrying, encodeValue(value), scope(kind, key.kid));
      const token = formatToken('MSK1', kind, key.kid, base32Encode(sealed));
      return { token, kind, value, kid: key.kid, keyVersion: key.version, stored: false };
    },
    issuePart: (whole, part) => {
      if (part.length > LONGEST_CARRIED || whole.stored) return vault.issuePart(whole, part);
      const { kind } = whole;
      const sealed = sealGcmSivAfter(valueBytes(whole.token), key.carrying, encodeValue(part), scope(kind, key.kid));
      const token = formatToken('MSK1', kind, key.kid, base32Encode(sealed));
      return { token, kind, value: part, kid: key.kid, keyVersion: key.version, stored: false };
    },
    open: (text) => {
      const token = parseToken(text);
      if (token?.scheme !== 'MSK1') return null;
      const sealed = base32Decode(token.value);
      if (sealed === null) return null;
      for (const candidate of keys.ring.registered(token.kid)) {
        const bytes = openGcmSiv(candidate.carrying, sealed, scope(token.kind, token.kid));
        if (bytes !== null) return decodeValue(bytes);
      }
      return null;
    },
  };
}

/**
 * The issuer of tokens that cannot be linked to those of calls: random ones, or AEAD tokens of a session that does not exist.
 * Throws RangeError as `createIssuer`.
 */
export function createUnlinkedIssuer(
  keys: TokenKeys,
  tokenization: Tokenization,
  kid: string,
  account: AccountId,
  session: SessionId,
): TokenIssuer {
  const random = createIssuer(keys, 'vault-random', kid, account, session);
  const key = keys.ring.active(kid);
  return tokenization === 'reversible-aead' && key !== null ? aeadIssuer(keys, key, account, session, random) : random;
}

/** The issuer of a session, whose tokens so far are `issued`, by default none. Throws RangeError where the kid has no active key: a policy with such a kid never loads. */
export function createIssuer(
  keys: TokenKeys,
  tokenization: Tokenization,
  kid: string,
  account: AccountId,
  session: SessionId,
  issued: RandomTokens = new RandomTokens(new Map()),
): TokenIssuer {
  const key = keys.ring.active(kid);
  if (key === null) throw new RangeError(`no key is registered for ${kid}`);
  switch (tokenization) {
    case 'reversible-aead':
      return aeadIssuer(keys, key, account, session, deterministicIssuer(keys, key, account));
    case 'vault-random':
    case 'synthetic':
      return randomIssuer(keys, key, account, issued);
    case 'vault-deterministic':
      return deterministicIssuer(keys, key, account);
  }
}

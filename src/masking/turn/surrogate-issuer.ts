/**
 * Issues surrogates: the scheme `synthetic`. The vault and the journal have random tokens; the model reads a made-up value of
 * the same form instead. A value whose surrogate could not be told from other words of the call has its token alone.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import type { AccountId, SessionId } from '../../platform/ids.ts';
import type { IssuedToken } from '../../tokens/issued-token.ts';
import { createIssuer, freshPartToken, freshToken } from '../../tokens/issuer.ts';
import type { SurrogateWords, TokenIssuer, TokenKeys, Tokenization } from '../../tokens/issuer.ts';
import type { RingKey } from '../../tokens/key-ring.ts';
import { beginningOf } from '../../tokens/value-tokens.ts';
import type { MaskingMemory } from './masking-memory.ts';
import type { SurrogateBook } from './surrogate-book.ts';

/** What the tokens of a session are made with. */
export interface IssuingTerms {
  readonly keys: TokenKeys;
  readonly tokenization: Tokenization;
  readonly kid: string;
  /** The policy's `synthetic.seed`: one value then has one surrogate in all sessions of the account. */
  readonly seed: string | null;
}

/** The issuer of a session. Throws RangeError as `createIssuer`. */
export function sessionIssuer(
  { keys, tokenization, kid, seed }: IssuingTerms,
  account: AccountId,
  session: SessionId,
  memory: MaskingMemory,
): TokenIssuer {
  const issuer = createIssuer(keys, tokenization, kid, account, session, memory.randomTokens);
  const key = keys.ring.active(kid);
  if (tokenization !== 'synthetic' || key === null) return issuer;
  const label = seed === null ? `session\0${session}` : `seed\0${seed}`;
  const drawnFrom = keys.deterministic(key, account).digest(`masker/synthetic/v1\0${label}`);
  return new SurrogateIssuer(issuer, key, memory.surrogates, drawnFrom);
}

class SurrogateIssuer implements TokenIssuer {
  readonly #tokens: TokenIssuer;
  readonly #key: RingKey;
  readonly #book: SurrogateBook;
  readonly #seed: Uint8Array;

  constructor(tokens: TokenIssuer, key: RingKey, book: SurrogateBook, seed: Uint8Array) {
    this.#tokens = tokens;
    this.#key = key;
    this.#book = book;
    this.#seed = seed;
  }

  get words(): SurrogateWords {
    return this.#book;
  }

  get kid(): string {
    return this.#tokens.kid;
  }

  schemeFor(length: number): 'MSKV1' | 'MSK1' {
    return this.#tokens.schemeFor(length);
  }

  issue(kind: EntityKind, value: string): IssuedToken {
    const known = this.#book.known(kind, value);
    if (known !== null) return known;
    const issued = this.#withSurrogate(freshToken(this.#key, kind, value), this.#book.make(kind, value, this.#seed));
    this.#book.add(issued);
    return issued;
  }

  /**
   * The surrogate of a part is that part of the surrogate of the whole, where both are codes or names. Its token begins like
   * that of the whole, so that both are erased together.
   */
  issuePart(whole: IssuedToken, part: string): IssuedToken {
    const known = this.#book.known(whole.kind, part);
    if (known !== null && beginningOf(known.token) === beginningOf(whole.token)) return known;
    const surrogate = known === null ? this.#book.make(whole.kind, part, this.#seed) : (known.surrogate ?? null);
    const issued = this.#withSurrogate(freshPartToken(this.#key, whole, part), surrogate);
    this.#book.addPart(issued);
    return issued;
  }

  #withSurrogate(issued: IssuedToken, surrogate: string | null): IssuedToken {
    return surrogate === null ? issued : { ...issued, surrogate };
  }

  open(): null {
    return null;
  }
}

/** The tokens that one turn makes. They join the session's memory in `committing`, once the journal has the turn. */
import type { EntityKind } from '../../detection/kinds.ts';
import { PartedMap } from '../../platform/parted-map.ts';
import type { IssuedToken } from '../../tokens/issued-token.ts';
import type { TokenIssuer } from '../../tokens/issuer.ts';
import type { MaskingMemory } from './masking-memory.ts';

export class TurnIssuing {
  readonly #memory: MaskingMemory;
  readonly #issuer: TokenIssuer;
  readonly #tokens = new PartedMap<string, IssuedToken>();
  readonly #carriers = new PartedMap<string, string>();
  /** Every token that was made in this turn, used or not, by kind and value. */
  readonly #issued = new PartedMap<string, IssuedToken>();

  constructor(memory: MaskingMemory, issuer: TokenIssuer) {
    this.#memory = memory;
    this.#issuer = issuer;
  }

  /** Tokens of this turn that the session did not have. */
  get newTokens(): readonly IssuedToken[] {
    return [...this.#tokens.values()];
  }

  /** Joins the tokens to the session's memory. Yields wherever it may be interrupted. */
  *committing(): Generator<undefined, void> {
    for (const [token, issued] of this.#tokens) {
      this.#memory.tokens.set(token, issued);
      yield;
    }
    for (const [name, token] of this.#carriers) {
      this.#memory.carriers.set(name, token);
      yield;
    }
  }

  /** The token that the value has in this session; null where it has none yet. */
  before(kind: EntityKind, value: string): IssuedToken | null {
    const token = this.#carrier(nameOf(kind, value)) ?? this.issue(kind, value).token;
    return this.#memory.tokens.get(token) ?? this.#tokens.get(token) ?? null;
  }

  /** The token that the value is masked with. */
  token(kind: EntityKind, value: string): string {
    const name = nameOf(kind, value);
    return this.#carrier(name) ?? this.#take(this.issue(kind, value), name);
  }

  /** What stands in the request for a token: its surrogate, where it has one. */
  written(token: string): string {
    return (this.#tokens.get(token) ?? this.#memory.tokens.get(token))?.surrogate ?? token;
  }

  /** Whether the value is just what a surrogate of the session is called, and no value that was found with it. */
  isSurrogate(value: string): boolean {
    const [found] = this.#issuer.words?.sightings(value, 0, value.length) ?? [];
    return found !== undefined && found.end - found.start === value.length;
  }

  /** Returns the surrogates of these tokens. Yields wherever it may be interrupted. */
  *readingSurrogates(tokens: Iterable<string>): Generator<undefined, readonly string[]> {
    const surrogates: string[] = [];
    for (const token of tokens) {
      const written = this.written(token);
      if (written !== token) surrogates.push(written);
      yield;
    }
    return surrogates;
  }

  /** The token that a part of the value of `whole` is masked with. */
  partToken(whole: IssuedToken, value: string): string {
    const name = `${whole.token}\0${value}`;
    const issued = this.#issued.get(name) ?? this.#issuer.issuePart(whole, value);
    this.#issued.set(name, issued);
    return this.#take(issued, name);
  }

  /** Makes the token of a value, used or not. */
  issue(kind: EntityKind, value: string): IssuedToken {
    const name = nameOf(kind, value);
    const issued = this.#issued.get(name) ?? this.#issuer.issue(kind, value);
    this.#issued.set(name, issued);
    return issued;
  }

  #carrier(name: string): string | undefined {
    return this.#memory.carriers.get(name) ?? this.#carriers.get(name);
  }

  #take(issued: IssuedToken, name: string): string {
    const carrier = this.#carrier(name);
    if (carrier !== undefined) return carrier;
    if (!issued.stored) this.#carriers.set(name, issued.token);
    // The first surface form of a value is the one that is restored: a later one has the same token.
    if (!this.#memory.tokens.has(issued.token) && !this.#tokens.has(issued.token))
      this.#tokens.set(issued.token, issued);
    return issued.token;
  }
}

const nameOf = (kind: EntityKind, value: string): string => `${kind}\0${value}`;

/** The tokens of one session, found by their beginnings: as they were issued, and as a model may have altered them. */
import type { EntityKind } from '../../detection/kinds.ts';
import { parseToken } from '../../tokens/grammar.ts';
import { foldKey, surrogateKeys } from '../../tokens/surrogate-keys.ts';
import { endingAt, goesOn, step, TokenTrie, type Issued, type IssuedSurrogate } from './token-trie.ts';
import { foldToken } from './tolerance.ts';

/** What rehydration asks of the tokens of a session. An answer is searched for all of them, and restored from some. */
export interface TokenIndex {
  /** By the token itself. */
  readonly exact: TokenTrie;
  /** By its letters and digits alone. Tokens of the grammar only. */
  readonly folded: TokenTrie;
  /** By the letters and digits of their value part alone. Tokens of the grammar only. */
  readonly values: TokenTrie;
  /** By the texts by which a model may name a surrogate, folded. Tokens with a surrogate only. */
  readonly surrogates: TokenTrie<IssuedSurrogate>;
  /** Returns the issued token that is exactly `token`, where this answer may restore it. */
  resolve(token: string): Issued | undefined;
}

/**
 * The tokens of a session as one answer may restore them: those that stood in the request of its turn. All others are
 * found all the same, and refused. Making one takes constant time, however long the session is.
 */
export class TurnTokens implements TokenIndex {
  readonly #session: TokenIndex;
  readonly #inTurn: Pick<ReadonlySet<string>, 'has'>;

  constructor(session: TokenIndex, inTurn: Pick<ReadonlySet<string>, 'has'>) {
    this.#session = session;
    this.#inTurn = inTurn;
  }

  get exact(): TokenTrie {
    return this.#session.exact;
  }

  get folded(): TokenTrie {
    return this.#session.folded;
  }

  get values(): TokenTrie {
    return this.#session.values;
  }

  get surrogates(): TokenTrie<IssuedSurrogate> {
    return this.#session.surrogates;
  }

  resolve(token: string): Issued | undefined {
    return this.#inTurn.has(token) ? this.#session.resolve(token) : undefined;
  }
}

/** What an issued token stands for. */
export interface IssuedValue {
  readonly kind: EntityKind;
  readonly value: string;
  readonly surrogate?: string;
}

interface IssuedWith extends Issued {
  readonly surrogate?: string;
}

/** Tokens that are put into the tries before an answer comes: those of a call would hold up the loop while it streams. */
const MANY = 500;

/**
 * A {@link TokenIndex} that grows with its session. Adding is linear in the token, and nothing is ever built anew. Tokens are
 * put into the tries when these are asked for: most answers hold nothing that a token may begin with.
 */
export class IssuedTokens implements TokenIndex {
  readonly #exact = new TokenTrie();
  readonly #folded = new TokenTrie();
  readonly #values = new TokenTrie();
  readonly #surrogates = new TokenTrie<IssuedSurrogate>();
  readonly #issued = new Map<string, IssuedWith>();
  /** Those that are not in the tries yet. */
  #added: IssuedWith[] = [];
  /** How many of them are in the tries by now. */
  #indexed = 0;

  constructor(issued: ReadonlyMap<string, IssuedValue> = new Map<string, IssuedValue>()) {
    for (const [token, value] of issued) this.add(token, value);
  }

  /** Adds a token. One that is there already stays as it is. */
  add(token: string, { kind, value, surrogate }: IssuedValue): void {
    if (this.#issued.has(token)) return;
    const issued = { token, kind, value, ...(surrogate === undefined ? {} : { surrogate }) };
    this.#issued.set(token, issued);
    this.#added.push(issued);
  }

  /** Adds what is new in a map that only grows: free where nothing is. Yields wherever it may be interrupted. */
  *addingAll(issued: ReadonlyMap<string, IssuedValue>): Generator<undefined, void> {
    if (issued.size === this.#issued.size) return;
    const many = issued.size - this.#issued.size > MANY;
    for (const [token, value] of issued) {
      this.add(token, value);
      if (many) yield;
    }
    if (many) yield* this.#indexing();
  }

  get exact(): TokenTrie {
    this.#index();
    return this.#exact;
  }

  get folded(): TokenTrie {
    this.#index();
    return this.#folded;
  }

  get values(): TokenTrie {
    this.#index();
    return this.#values;
  }

  get surrogates(): TokenTrie<IssuedSurrogate> {
    this.#index();
    return this.#surrogates;
  }

  resolve(token: string): Issued | undefined {
    return this.#issued.get(token);
  }

  #index(): void {
    const indexing = this.#indexing();
    while (indexing.next().done !== true);
  }

  /** Another answer may ask for the tries while this is interrupted: each token is put into them once. */
  *#indexing(): Generator<undefined, void> {
    for (let issued = this.#added[this.#indexed]; issued !== undefined; issued = this.#added[this.#indexed]) {
      this.#indexed += 1;
      const { token, surrogate } = issued;
      if (surrogate !== undefined) {
        this.#addSurrogate(issued, surrogate);
        yield;
        continue;
      }
      this.#exact.add(token, issued);
      const parsed = parseToken(token);
      if (parsed !== null) {
        this.#folded.add(foldToken(token), issued);
        this.#values.add(parsed.value, issued);
      }
      yield;
    }
    this.#added = [];
    this.#indexed = 0;
  }

  /** The token itself was never sent. */
  #addSurrogate({ token, kind, value }: Issued, surrogate: string): void {
    for (const { key, value: real } of surrogateKeys(kind, surrogate, value))
      this.#surrogates.add(foldKey(key), { token, kind, value: real, key, isWhole: key === surrogate });
  }
}

/** What stands at `start` of `text`, exactly as issued. */
export interface ExactMatch {
  /** The longest issued token there. */
  readonly issued: Issued | null;
  /** Whether `text` ended where a longer one could still come. */
  readonly isOpen: boolean;
}

/** Looks for an issued token at `start`, in time linear in it. */
export function matchExact(index: TokenIndex, text: string, start: number): ExactMatch {
  let issued: Issued | null = null;
  let node = index.exact.root;
  for (let depth = 0; ; depth++) {
    issued = endingAt(node, depth)[0] ?? issued;
    if (start + depth === text.length) return { issued, isOpen: goesOn(node, depth) };
    const next = step(node, depth, text.charCodeAt(start + depth));
    if (next === null) return { issued, isOpen: false };
    node = next;
  }
}

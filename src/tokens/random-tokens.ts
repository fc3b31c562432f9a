/**
 * The vault tokens of one session by the value that they stand for. Random tokens need it: unlike a derived token, a random one
 * cannot be made again from its value.
 */
import type { EntityKind } from '../detection/kinds.ts';
import { parseToken } from './grammar.ts';
import type { IssuedToken } from './issued-token.ts';
import { normalise } from './normalise.ts';

/** Characters that the tokens of a value and of its parts have in common: those of 8 bytes, without a last, shared one. */
const SHARED_LENGTH = 12;

/** A token with the normalised form of its value. */
interface Indexed {
  readonly issued: IssuedToken;
  readonly form: string;
}

export class RandomTokens {
  readonly #tokens: ReadonlyMap<string, IssuedToken>;
  readonly #byValue = new Map<string, Indexed[]>();
  /** A value with its parts, by the characters that their tokens share. */
  readonly #families = new Map<string, Indexed[]>();
  /** How many of the tokens are in the index. */
  #read = 0;

  /** `tokens` are those of the session, by their text. The map may grow afterwards. */
  constructor(tokens: ReadonlyMap<string, IssuedToken>) {
    this.#tokens = tokens;
  }

  /**
   * The random token of a whole value in its normalised form; null where the session has none. `isDerived` tells a token that
   * another scheme made, which is not used again.
   */
  whole(kind: EntityKind, form: string, isDerived: (issued: IssuedToken) => boolean): IssuedToken | null {
    this.#catchUp();
    const candidates = this.#byValue.get(nameOf(kind, form)) ?? [];
    return candidates.find((entry) => !this.#isPart(entry) && !isDerived(entry.issued))?.issued ?? null;
  }

  /** The token of a part, in its normalised form, of the value of another token; null where the session has none. */
  part(whole: IssuedToken, form: string): IssuedToken | null {
    this.#catchUp();
    const family = this.#families.get(sharedBy(whole.token)) ?? [];
    return family.find((entry) => entry.form === form && entry.issued.token !== whole.token)?.issued ?? null;
  }

  /** A part is shorter than the value that it is part of, which has the longest form of the family. */
  #isPart({ issued, form }: Indexed): boolean {
    const family = this.#families.get(sharedBy(issued.token)) ?? [];
    return family.some((other) => other.form.length > form.length);
  }

  #catchUp(): void {
    if (this.#read === this.#tokens.size) return;
    let at = 0;
    for (const issued of this.#tokens.values()) {
      at += 1;
      if (at > this.#read && issued.stored) this.#add({ issued, form: normalise(issued.kind, issued.value) });
    }
    this.#read = at;
  }

  #add(entry: Indexed): void {
    append(this.#byValue, nameOf(entry.issued.kind, entry.form), entry);
    append(this.#families, sharedBy(entry.issued.token), entry);
  }
}

const nameOf = (kind: EntityKind, form: string): string => `${kind}\0${form}`;

const sharedBy = (token: string): string => parseToken(token)?.value.slice(0, SHARED_LENGTH) ?? '';

function append(lists: Map<string, Indexed[]>, name: string, entry: Indexed): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [entry]);
  else list.push(entry);
}

/**
 * The vault tokens of one session by the value that they stand for. Random tokens need it: unlike a derived token, a random one
 * cannot be made again from its value.
 */
import type { EntityKind } from '../detection/kinds.ts';
import { base32Decode, parseToken } from './grammar.ts';
import type { IssuedToken } from './issued-token.ts';
import { normalise } from './normalise.ts';

/** Characters that the tokens of a value and of its parts have in common: those of 8 bytes, without a last, shared one. */
const SHARED_LENGTH = 12;

/** The byte whose lowest bit tells the token of a part from that of a whole: the first that they do not share. */
const MARKED_BYTE = 8;

/** Marks the bytes of a random token as those of a part, or of a whole. Returns them. */
export function markedAsPart(bytes: Buffer, isPart: boolean): Buffer {
  bytes.writeUInt8((bytes.readUInt8(MARKED_BYTE) & 0xfe) | (isPart ? 1 : 0), MARKED_BYTE);
  return bytes;
}

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
    return candidates.find(({ issued }) => !isPart(issued) && !this.#family(issued).some(isDerived))?.issued ?? null;
  }

  /** The token of a part, in its normalised form, of the value of another token; null where the session has none. */
  part(whole: IssuedToken, form: string): IssuedToken | null {
    this.#catchUp();
    const family = this.#families.get(sharedBy(whole.token)) ?? [];
    return family.find((entry) => entry.form === form && isPart(entry.issued))?.issued ?? null;
  }

  /** The tokens of a value and of its parts. */
  #family({ token }: IssuedToken): readonly IssuedToken[] {
    return (this.#families.get(sharedBy(token)) ?? []).map(({ issued }) => issued);
  }

  #catchUp(): void {
    if (this.#read === this.#tokens.size) return;
    let at = 0;
    for (const issued of this.#tokens.values()) {
      at += 1;
      // In place of a token with a surrogate the model would read the surrogate.
      if (at > this.#read && issued.stored && issued.surrogate === undefined)
        this.#add({ issued, form: normalise(issued.kind, issued.value) });
    }
    this.#read = at;
  }

  #add(entry: Indexed): void {
    append(this.#byValue, nameOf(entry.issued.kind, entry.form), entry);
    append(this.#families, sharedBy(entry.issued.token), entry);
  }
}

const nameOf = (kind: EntityKind, form: string): string => `${kind}\0${form}`;

function isPart({ token }: IssuedToken): boolean {
  const bytes = base32Decode(parseToken(token)?.value ?? '');
  return ((bytes?.[MARKED_BYTE] ?? 0) & 1) === 1;
}

const sharedBy = (token: string): string => parseToken(token)?.value.slice(0, SHARED_LENGTH) ?? '';

function append(lists: Map<string, Indexed[]>, name: string, entry: Indexed): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [entry]);
  else list.push(entry);
}

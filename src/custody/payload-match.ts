/**
 * Looks for a value in the payloads of a session: in the tokens that carry their value, whatever way it was written or said
 * in, and in the texts as words and digits, whatever stands between them.
 */
import type { Pool } from 'pg';
import { wordsOf } from '../completeness/spoken.ts';
import { foldText } from '../detection/folding.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { findTokens, parseToken } from '../tokens/grammar.ts';
import { createIssuer } from '../tokens/issuer.ts';
import type { TokenKeys } from '../tokens/issuer.ts';
import type { SessionVault } from '../tokens/vault.ts';
import type { SubjectMatch } from './subject-match.ts';

/** Turns that are read at once: a payload may have megabytes. */
const TURNS = 4;
/** Digits from which a number is looked for by its digits alone. */
const LEAST_DIGITS = 7;

interface PayloadRecord {
  readonly turn: number;
  readonly request: Buffer;
  readonly masked: Buffer;
  readonly response: Buffer | null;
}

/** A session whose vault is open. */
export interface OpenedSession {
  readonly id: SessionId;
  readonly accountId: AccountId;
  readonly vault: SessionVault;
}

export class PayloadMatch {
  readonly #subject: SubjectMatch;
  readonly #keys: TokenKeys;
  readonly #kid: string | undefined;
  readonly #words: string;
  readonly #digits: string;

  constructor(subject: SubjectMatch, keys: TokenKeys) {
    this.#subject = subject;
    this.#keys = keys;
    // Opening takes a token's own kid; an issuer needs one to be made.
    this.#kid = [...keys.ring.kids()][0];
    this.#words = phrase(subject.value);
    this.#digits = subject.value.replace(/\D/g, '');
  }

  /** Returns true if a payload of the session holds the value. Rejects when the database does. */
  async isIn(db: Pick<Pool, 'query'>, session: OpenedSession): Promise<boolean> {
    const carries = this.#carried(session);
    for (let after = -1; ;) {
      const { rows } = await db.query<PayloadRecord>(
        `SELECT turn, request, masked, response FROM payloads WHERE session_id = $1 AND turn > $2 ORDER BY turn LIMIT ${TURNS}`,
        [session.id, after],
      );
      for (const { turn, request, masked, response } of rows) {
        const open = (part: 'request' | 'masked' | 'response', bytes: Buffer | null): string =>
          (bytes === null ? null : session.vault.openPayload(turn, part, bytes))?.toString('utf8') ?? '';
        const texts = [open('request', request), open('response', response)];
        if (texts.some((text) => this.#isSaidIn(text)) || carries(open('masked', masked))) return true;
        after = turn;
      }
      if (rows.length < TURNS) return false;
    }
  }

  /** Returns what says whether a masked text has a token that carries the value. */
  #carried({ id, accountId }: OpenedSession): (masked: string) => boolean {
    if (this.#kid === undefined) return () => false;
    const issuer = createIssuer(this.#keys, 'reversible-aead', this.#kid, accountId, id);
    return (masked) =>
      findTokens(masked).some(({ start, end }) => {
        const token = masked.slice(start, end);
        const value = issuer.open(token);
        return value !== null && this.#subject.isValue(parseToken(token)?.kind ?? '', value);
      });
  }

  #isSaidIn(text: string): boolean {
    return [text, ...textsOf(text)].some((each) => {
      if (this.#words.trim() !== '' && phrase(each).includes(this.#words)) return true;
      return this.#digits.length >= LEAST_DIGITS && each.replace(/\D/g, '').includes(this.#digits);
    });
  }
}

/** The words of a text between single spaces, so that a value is found as whole words. */
const phrase = (text: string): string => ` ${wordsOf(foldText(text).text).join(' ')} `;

/** The texts inside JSON; of a stream of events, those at one place end to end. None for anything else. */
function textsOf(text: string): readonly string[] {
  const whole = parsed(text);
  if (whole !== undefined) return [...stringsIn(whole, '')].map(([, string]) => string);
  const places = new Map<string, string>();
  for (const line of text.split('\n')) {
    const event = line.startsWith('data:') ? parsed(line.slice(5)) : undefined;
    for (const [place, string] of event === undefined ? [] : stringsIn(event, ''))
      places.set(place, (places.get(place) ?? '') + string);
  }
  return [...places.values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Depth beyond which nothing is looked for. */
const DEEPEST = 200;

function* stringsIn(value: unknown, place: string, depth = 0): Generator<readonly [string, string], void> {
  if (typeof value === 'string') yield [place, value];
  else if (typeof value === 'object' && value !== null && depth < DEEPEST)
    for (const [name, member] of Object.entries(value)) yield* stringsIn(member, `${place}/${name}`, depth + 1);
}

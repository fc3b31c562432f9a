/**
 * Looks for a value in the payloads of a session: in the tokens that carry their value, whatever way it was written or said
 * in, and in the texts as words and digits, whatever stands between them.
 */
import type { Pool } from 'pg';
import { wordsOf } from '../completeness/spoken.ts';
import { foldText } from '../detection/folding.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { Stretch } from '../platform/stretch.ts';
import { findTokens, parseToken } from '../tokens/grammar.ts';
import { createIssuer } from '../tokens/issuer.ts';
import type { TokenKeys } from '../tokens/issuer.ts';
import type { PayloadPart, SessionVault } from '../tokens/vault.ts';
import type { SubjectMatch } from './subject-match.ts';

/** Turns that are read at once: a payload may have megabytes. */
const TURNS = 4;
/** Digits from which a number is looked for by its digits alone. */
const LEAST_DIGITS = 7;
/** UTF-16 units of a text that are searched at once. */
const WINDOW = 16_384;
/** Units that the next window reads again, so that a phrase across a border is whole in one; and more for a long value. */
const OVERLAP = 4_096;

interface PayloadRecord {
  readonly turn: number;
  readonly request: Buffer;
  readonly masked: Buffer;
  readonly answer: Buffer | null;
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
  readonly #overlap: number;
  readonly #stretch = new Stretch();

  constructor(subject: SubjectMatch, keys: TokenKeys) {
    this.#subject = subject;
    this.#keys = keys;
    // Opening takes a token's own kid; an issuer needs one to be made.
    this.#kid = [...keys.ring.kids()][0];
    this.#words = phrase(subject.value);
    this.#digits = subject.value.replace(/\D/g, '');
    this.#overlap = OVERLAP + 4 * subject.value.length;
  }

  /** Returns true if a payload of the session holds the value. Yields to the event loop. Rejects when the database does. */
  async isIn(db: Pick<Pool, 'query'>, session: OpenedSession): Promise<boolean> {
    const carries = this.#carried(session);
    for (let after = -1; ;) {
      const { rows } = await db.query<PayloadRecord>(
        `SELECT turn, request, masked, answer, response FROM payloads WHERE session_id = $1 AND turn > $2 ORDER BY turn LIMIT ${TURNS}`,
        [session.id, after],
      );
      for (const { turn, request, masked, answer, response } of rows) {
        const open = async (part: PayloadPart, bytes: Buffer | null): Promise<string> => {
          const opened = bytes === null ? null : session.vault.openPayload(turn, part, bytes);
          await this.#stretch.pause();
          const text = opened?.toString('utf8') ?? '';
          await this.#stretch.pause();
          return text;
        };
        if (await this.#isSaidIn(await open('request', request))) return true;
        if (await this.#isSaidIn(await open('response', response))) return true;
        if (await carries(await open('masked', masked))) return true;
        const answered = await open('answer', answer);
        if ((await this.#isSaidIn(answered)) || (await carries(answered))) return true;
        // A stream has a token in many events.
        for (const text of textsOf(answered)) {
          if (text !== null && (await carries(text))) return true;
          await this.#stretch.pauseOften();
        }
        after = turn;
      }
      if (rows.length < TURNS) return false;
    }
  }

  /** Returns what says whether a masked text has a token that carries the value. */
  #carried({ id, accountId }: OpenedSession): (masked: string) => Promise<boolean> {
    if (this.#kid === undefined) return () => Promise.resolve(false);
    const issuer = createIssuer(this.#keys, 'reversible-aead', this.#kid, accountId, id);
    return async (masked) => {
      for (const { start, end } of findTokens(masked)) {
        const token = masked.slice(start, end);
        const value = issuer.open(token);
        if (value !== null && this.#subject.isValue(parseToken(token)?.kind ?? '', value)) return true;
        await this.#stretch.pauseOften();
      }
      return false;
    };
  }

  async #isSaidIn(text: string): Promise<boolean> {
    if (await this.#isIn(text)) return true;
    for (const each of textsOf(text)) {
      if (each !== null && (await this.#isIn(each))) return true;
      await this.#stretch.pauseOften();
    }
    return false;
  }

  /** Searches one text, a window at a time. */
  async #isIn(text: string): Promise<boolean> {
    const hasWords = this.#words.trim() !== '';
    const hasDigits = this.#digits.length >= LEAST_DIGITS;
    let digits = '';
    for (let [start, read] = [0, 0]; read < text.length;) {
      const end = wordEnd(text, read + WINDOW);
      if (hasWords && phrase(text.slice(start, end)).includes(this.#words)) return true;
      if (hasDigits) {
        digits = digits.slice(1 - this.#digits.length) + text.slice(read, end).replace(/\D/g, '');
        if (digits.includes(this.#digits)) return true;
      }
      // Begins between two words, too: a part of a word is not the word.
      start = wordEnd(text, Math.max(0, end - this.#overlap));
      read = end;
      await this.#stretch.pause();
    }
    return false;
  }
}

/** Code points in which a word does not continue. */
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]/u;
/** UTF-16 units. */
const LONGEST_WORD = 1024;

/** The first place at or after `from` where no word is cut. A word that is longer than any value is cut. */
function wordEnd(text: string, from: number): number {
  if (from <= 0 || from >= text.length) return Math.max(0, Math.min(from, text.length));
  const ahead = text.slice(from, from + LONGEST_WORD);
  return from + (BETWEEN_WORDS.exec(ahead)?.index ?? ahead.length);
}

/** The words of a text between single spaces, so that a value is found as whole words. */
const phrase = (text: string): string => ` ${wordsOf(foldText(text).text).join(' ')} `;

/** The texts inside JSON; of a stream of events, those at one place end to end. Null where the work may be interrupted. */
function* textsOf(text: string): Generator<string | null, void> {
  const whole = parsed(text);
  if (whole !== undefined) {
    for (const [, string] of stringsIn(whole, '')) yield string;
    return;
  }
  const places = new Map<string, string>();
  for (const line of text.split('\n')) {
    const event = line.startsWith('data:') ? parsed(line.slice(5)) : undefined;
    for (const [place, string] of event === undefined ? [] : stringsIn(event, ''))
      places.set(place, (places.get(place) ?? '') + string);
    yield null;
  }
  yield* places.values();
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

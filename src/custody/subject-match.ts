/** Which rows of a session hold one value: by opening them, so that it does not matter how and under which key tokens were made. */
import type { Pool } from 'pg';
import { isEntityKind } from '../detection/kinds.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { SessionId } from '../platform/ids.ts';
import { normalise } from '../tokens/normalise.ts';
import { beginningOf } from '../tokens/value-tokens.ts';
import type { SessionVault } from '../tokens/vault.ts';

/** Rows and turns that are read at once. */
const ROWS = 500;
const TURNS = 4;
/** Digits from which a number is looked for in a payload whatever stands between them. */
const LEAST_DIGITS = 7;

interface Opened {
  readonly token: string;
  readonly kind: EntityKind;
  readonly form: string;
}

export class SubjectMatch {
  readonly #value: string;
  readonly #forms = new Map<EntityKind, string>();
  readonly #lower: string;
  readonly #digits: string;

  constructor(value: string) {
    this.#value = value;
    this.#lower = value.toLowerCase();
    this.#digits = value.replace(/\D/g, '');
  }

  /** The value as tokens of a kind see it. */
  #form(kind: EntityKind): string {
    const form = this.#forms.get(kind) ?? normalise(kind, this.#value);
    this.#forms.set(kind, form);
    return form;
  }

  /**
   * The tokens of a session that stand for the value, or for a part of it that has a token beside it. A part belongs to the
   * value if its token begins like that of the value and its form lies in that of the value.
   */
  async tokens(db: Pick<Pool, 'query'>, sessionId: SessionId, vault: SessionVault): Promise<readonly string[]> {
    const opened: Opened[] = [];
    for (let after = ''; ;) {
      const { rows } = await db.query<{ token: string; kind: string; sealed: Buffer }>(
        `SELECT token, kind, sealed FROM vault_entries WHERE session_id = $1 AND token > $2 ORDER BY token LIMIT ${ROWS}`,
        [sessionId, after],
      );
      for (const { token, kind, sealed } of rows) {
        const value = vault.open(token, sealed);
        if (value !== null && isEntityKind(kind)) opened.push({ token, kind, form: normalise(kind, value) });
      }
      after = rows.at(-1)?.token ?? after;
      if (rows.length < ROWS) break;
    }
    const whole = opened.filter(({ kind, form }) => form === this.#form(kind));
    const families = new Set(whole.map(({ token }) => beginningOf(token)));
    const parts = opened.filter(
      ({ token, kind, form }) => families.has(beginningOf(token)) && this.#form(kind).includes(form),
    );
    return [...new Set([...whole, ...parts].map(({ token }) => token))];
  }

  /** Returns true if a payload of the session has the value in it, as it was given or with other signs between its digits. */
  async isInPayload(db: Pick<Pool, 'query'>, sessionId: SessionId, vault: SessionVault): Promise<boolean> {
    for (let after = -1; ;) {
      const { rows } = await db.query<{ turn: number; request: Buffer; response: Buffer | null }>(
        `SELECT turn, request, response FROM payloads WHERE session_id = $1 AND turn > $2 ORDER BY turn LIMIT ${TURNS}`,
        [sessionId, after],
      );
      for (const { turn, request, response } of rows) {
        const parts = [
          vault.openPayload(turn, 'request', request),
          response === null ? null : vault.openPayload(turn, 'response', response),
        ];
        if (parts.some((bytes) => bytes !== null && this.#isIn(bytes.toString('utf8')))) return true;
        after = turn;
      }
      if (rows.length < TURNS) return false;
    }
  }

  #isIn(text: string): boolean {
    const lower = text.toLowerCase();
    // In JSON some characters of the value have another spelling.
    if (lower.includes(this.#lower) || lower.includes(JSON.stringify(this.#lower).slice(1, -1))) return true;
    return this.#digits.length >= LEAST_DIGITS && text.replace(/\D/g, '').includes(this.#digits);
  }
}

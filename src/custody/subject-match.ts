/** Which rows of a session hold one value: by opening them, so that it does not matter how and under which key tokens were made. */
import type { Pool } from 'pg';
import { isEntityKind } from '../detection/kinds.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { SessionId } from '../platform/ids.ts';
import { Stretch } from '../platform/stretch.ts';
import { normalise } from '../tokens/normalise.ts';
import { beginningOf } from '../tokens/value-tokens.ts';
import type { SessionVault } from '../tokens/vault.ts';

/** Rows that are read at once. */
const ROWS = 500;

interface Opened {
  readonly token: string;
  readonly kind: EntityKind;
  readonly form: string;
}

export class SubjectMatch {
  /** The value as it was given. */
  readonly value: string;
  readonly #forms = new Map<EntityKind, string>();

  constructor(value: string) {
    this.value = value;
  }

  /** The value as tokens of a kind see it. */
  #form(kind: EntityKind): string {
    const form = this.#forms.get(kind) ?? normalise(kind, this.value);
    this.#forms.set(kind, form);
    return form;
  }

  /** Returns true if another way of writing, of a value of this kind, means the value. */
  isValue(kind: string, written: string): boolean {
    return isEntityKind(kind) && normalise(kind, written) === this.#form(kind);
  }

  /**
   * The tokens of a session that stand for the value, or for a part of it that has a token beside it. A part belongs to the
   * value if its token begins like that of the value and its form lies in that of the value.
   */
  async tokens(db: Pick<Pool, 'query'>, sessionId: SessionId, vault: SessionVault): Promise<readonly string[]> {
    const opened: Opened[] = [];
    const stretch = new Stretch();
    for (let after = ''; ;) {
      stretch.begin();
      const { rows } = await db.query<{ token: string; kind: string; sealed: Buffer }>(
        `SELECT token, kind, sealed FROM vault_entries WHERE session_id = $1 AND token > $2 ORDER BY token LIMIT ${ROWS}`,
        [sessionId, after],
      );
      for (const { token, kind, sealed } of rows) {
        const value = vault.open(token, sealed);
        if (value !== null && isEntityKind(kind)) opened.push({ token, kind, form: normalise(kind, value) });
        await stretch.pauseOften();
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
}

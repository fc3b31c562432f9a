/** Payloads in the journal's statement: kept only where their session has a data key. See `journal-statement.ts`. */
import type { JournalWrite, PayloadRow } from './journal-rows.ts';

/** One of the further statements of a large write. */
export interface FurtherPart {
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[];
}

/** Whether a session has a data key. The key's row is locked, so that it stays until the commit. */
const hasKey = (sessionId: string): string =>
  `EXISTS (SELECT FROM "vault_keys" AS data_key WHERE data_key."session_id" = ${sessionId} FOR KEY SHARE)`;

const PAYLOAD = '"session_id" text, "turn" int4';

/**
 * Adds payloads to the journal's statement, as its parameters 6 and 7. Payloads are kept where their session has a data key,
 * or gets it with this statement: a key that was erased must not keep the turn out of the journal. A response is added to
 * the row of its turn, where that is still there.
 */
export function withPayloads(statement: string): string {
  return statement.replace(
    /(?=\nINSERT INTO "entries")/,
    `,
     "p" AS (INSERT INTO "payloads" ("session_id", "turn", "stored_at", "request", "masked")
       SELECT r."session_id", "turn", to_timestamp("stored_at" / 1000.0), decode("request", 'base64'), decode("masked", 'base64')
       FROM json_to_recordset($6::json) AS r(${PAYLOAD}, "stored_at" int8, "request" text, "masked" text)
       WHERE r."session_id" IN (SELECT made."session_id" FROM json_to_recordset($3::json) AS made("session_id" text))
         OR ${hasKey('r."session_id"')}),
     "q" AS (UPDATE "payloads" AS kept
       SET "answer" = decode(r."answer", 'base64'), "response" = decode(r."response", 'base64')
       FROM json_to_recordset($7::json) AS r(${PAYLOAD}, "answer" text, "response" text)
       WHERE kept."session_id" = r."session_id" AND kept."turn" = r."turn")`,
  );
}

/** The two further parameters of a statement with payloads. */
export function payloadParameters(writes: readonly JournalWrite[]): string[] {
  const forwarded: object[] = [];
  const answered: object[] = [];
  for (const { session, payload } of writes) {
    if (payload === undefined) continue;
    const place = { session_id: session.id, turn: payload.turn };
    if ('response' in payload) {
      const { answer, response } = payload;
      answered.push({ ...place, answer: base64(answer), response: base64(response) });
    } else {
      const { storedAt, request, masked } = payload;
      const parts = { request: request.toString('base64'), masked: masked.toString('base64') };
      forwarded.push({ ...place, stored_at: storedAt, ...parts });
    }
  }
  return [JSON.stringify(forwarded), JSON.stringify(answered)];
}

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null;

/** Bytes of a payload. */
export function payloadBytes(payload: PayloadRow): number {
  if (!('response' in payload)) return payload.request.length + payload.masked.length;
  return (payload.answer?.length ?? 0) + (payload.response?.length ?? 0);
}

const LARGE_PAYLOAD = `
INSERT INTO "payloads" ("session_id", "turn", "stored_at", "request", "masked")
SELECT $1::text, $2::int4, to_timestamp($3::int8 / 1000.0), $4::bytea, $5::bytea WHERE ${hasKey('$1::text')}`;
const LARGE_RESPONSE = `
UPDATE "payloads" SET "answer" = $3::bytea, "response" = $4::bytea WHERE "session_id" = $1::text AND "turn" = $2::int4`;

/** The payload of a large write, after the session's data key in the same transaction: its bytes go as they are. */
export function payloadPart({ session, payload }: JournalWrite): FurtherPart | null {
  if (payload === undefined) return null;
  const place = [session.id, String(payload.turn)];
  if ('response' in payload) return { text: LARGE_RESPONSE, values: [...place, payload.answer, payload.response] };
  const { storedAt, request, masked } = payload;
  return { text: LARGE_PAYLOAD, values: [...place, String(storedAt), request, masked] };
}

/** Failures as the OpenAPI document names them. */
import { FAILURES } from '../platform/failure.ts';
import type { FailureCode } from '../platform/failure.ts';

/** What every request can meet, whatever it asks for: the limits of an account or address, a defect, a database that is down. */
export const EVERYWHERE: readonly FailureCode[] = ['rate_limited', 'internal_error', 'audit_unavailable'];

const ERROR_BODY = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

/** Returns a response for each status of the codes, which its description lists. `others`: further content types. */
export function failureResponses(
  codes: readonly FailureCode[],
  others: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const distinct = [...new Set(codes)];
  const statuses = [...new Set(distinct.map((code) => FAILURES[code]))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: distinct.filter((code) => FAILURES[code] === status).join(', '),
        ...(status === FAILURES.rate_limited ? { headers: RETRY_AFTER } : {}),
        content: { ...ERROR_BODY, ...others },
      },
    ]),
  );
}

const RETRY_AFTER = {
  'Retry-After': { description: 'After how many seconds to ask again.', schema: { type: 'integer' } },
};

/**
 * Which headers of an upstream's answer its caller is told: what its clients act on, each by name and only where its value
 * has the form of what belongs there. No cookie, no text, nothing that a model could have written. See docs/proxy.md.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Seconds with a fraction, or an HTTP date (RFC 9110, section 10.2.3). */
const RETRY_AFTER = /^(?:\d{1,6}(?:\.\d{1,6})?|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT)$/;
const MILLISECONDS = /^\d{1,9}(?:\.\d{1,6})?$/;
/** A count, or a duration as Go writes it: `6m0s`, `17ms`. */
const RATE = /^(?:\d{1,12}|[\d.]{1,12}(?:d|h|m|s|ms)(?:[\dhms.]{1,16})?)$/;

/** Names and forms as OpenAI's API and its clients have them. */
const TOLD: ReadonlyMap<string, RegExp> = new Map([
  ['retry-after', RETRY_AFTER],
  ['retry-after-ms', MILLISECONDS],
  ['x-should-retry', /^(?:true|false)$/],
  ...['limit', 'remaining', 'reset'].flatMap((what) =>
    ['requests', 'tokens'].map((unit): [string, RegExp] => [`x-ratelimit-${what}-${unit}`, RATE]),
  ),
  ['openai-processing-ms', MILLISECONDS],
  ['openai-version', /^\d{4}-\d{2}-\d{2}$/],
]);

/** An id as providers give it: hexadecimal digits behind a prefix, or a UUID. A number that somebody could be called at is none. */
const REQUEST_ID = /^(?:req[_-])?(?:[0-9a-f]{24,64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/** What becomes of the provider's `x-request-id`; the one that the caller gets is ours. */
const UPSTREAM_REQUEST_ID = 'masker-upstream-request-id';

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}

/** What of an upstream's headers goes on, by lower-case name. All else, and every value of another form, is left out. */
export function toldHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [name, form] of TOLD) {
    const sent = headers[name];
    if (sent === undefined) continue;
    const value = single(sent);
    if (form.test(value)) told[name] = value;
  }
  const id = single(headers['x-request-id']);
  if (REQUEST_ID.test(id)) told[UPSTREAM_REQUEST_ID] = id;
  return told;
}

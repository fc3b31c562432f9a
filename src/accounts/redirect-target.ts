/**
 * Where a browser goes after sign-in. The value comes from a link that anyone may have written, so whatever could leave
 * this origin is refused: an open redirect right after a genuine sign-in page is a phisher's favourite.
 */
import { Failure } from '../platform/failure.ts';

/** Where to go when nothing was asked for. */
export const DEFAULT_REDIRECT = '/portal';

const MAX_LENGTH = 1024;
const BASE = 'https://origin.invalid';

// Encoded slashes, backslashes, dots, percent signs and control characters: harmless to a browser, which does not
// decode a path, but a proxy on the way may.
const ENCODED_TRICK = /%(?:2f|5c|2e|25|[01][0-9a-f]|7f)/i;

/**
 * The path to redirect to: `value` itself, or `/portal` where none was given.
 * Accepted is a same-origin reference in its normal form only: it starts with one slash and the URL parser neither
 * resolves, strips nor re-encodes anything in it. Throws `validation_failed` naming `redirect_to`.
 */
export function redirectTarget(value: string | undefined): string {
  if (value === undefined) return DEFAULT_REDIRECT;
  if (value.length > MAX_LENGTH || !isSameOriginPath(value)) {
    const message = 'must be a path on this origin, such as /portal';
    throw new Failure('validation_failed', `redirect_to ${message}`, [
      { path: 'redirect_to', code: 'invalid', message },
    ]);
  }
  return value;
}

function isSameOriginPath(value: string): boolean {
  if (!value.startsWith('/') || !URL.canParse(value, BASE)) return false;
  const url = new URL(value, BASE);
  // `//evil`, `/\evil`, `/<tab>/evil`, `/a/..//evil` all come out different from what went in.
  return url.href === BASE + value && !ENCODED_TRICK.test(url.pathname);
}

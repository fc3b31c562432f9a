/**
 * Cross-site request forgery (see docs/api.md, Sign-in). A cookie travels with every request that a browser makes, so a
 * write that is authenticated by cookie must not come from a foreign page. Applies to REST and GraphQL alike.
 *
 * The rule: GET, HEAD and OPTIONS change nothing and pass. Otherwise `Sec-Fetch-Site` decides where the browser sent it
 * (pages cannot set it), and only `same-origin` passes: `same-site` may be a foreign subdomain, and nobody types a POST
 * into an address bar, which is `none`. Browsers leave it out on plain http; then `Origin` must be the public one. A
 * client that sends neither is no browser and passes. A form is refused by its type, whatever else it sends: it can send
 * everything but JSON. Requests with a Bearer token are not checked: no page can attach one unnoticed.
 */
import { Failure } from '../platform/failure.ts';

export interface CookieWrite {
  readonly method: string;
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly contentType: string | undefined;
  /** `scheme://host[:port]` under which browsers reach this server. */
  readonly publicOrigin: string;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `application/json`, or a type that is written in JSON (RFC 6839). */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/** Returns the reason to refuse a cookie-authenticated request, or null if it may proceed. Pure. */
export function refusedWrite({ method, secFetchSite, origin, contentType, publicOrigin }: CookieWrite): Failure | null {
  if (SAFE_METHODS.has(method)) return null;
  const isForeign =
    secFetchSite === undefined ? origin !== undefined && origin !== publicOrigin : secFetchSite !== 'same-origin';
  if (isForeign)
    return new Failure('forbidden', 'This request came from another site. Send it from a page of this origin.');
  // No type means no body: forms always name one.
  if (contentType !== undefined && !JSON_TYPE.test(contentType.trim()))
    return new Failure('unsupported_media_type', 'With a session cookie, send the body as application/json.');
  return null;
}

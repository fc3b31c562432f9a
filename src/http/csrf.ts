/**
 * Cross-site request forgery (see docs/api.md, Sign-in). A cookie travels with whatever request a browser makes, so a write
 * that is authenticated by cookie must prove that one of our own pages made it. Applies to REST and GraphQL alike.
 *
 * The rule: GET, HEAD and OPTIONS change nothing and pass. Otherwise `Sec-Fetch-Site` decides where the browser sent it
 * (pages cannot set it), and only `same-origin` passes: not `same-site`, for a sibling subdomain is not us, and not
 * `none`, for nobody types a POST into an address bar. Browsers leave it out on plain http, so without it `Origin` must
 * be ours. Neither there: refused. A request with a Bearer token is not asked: no page can attach one unnoticed.
 */

export interface WriteOrigin {
  readonly method: string;
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  /** `scheme://host[:port]` under which browsers know us. */
  readonly publicOrigin: string;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a cookie-authenticated request may go ahead. Pure. */
export function isSameOriginWrite({ method, secFetchSite, origin, publicOrigin }: WriteOrigin): boolean {
  if (SAFE_METHODS.has(method)) return true;
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin';
  return origin === publicOrigin;
}

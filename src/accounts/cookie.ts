/** Cookies as the specification spells them (see docs/api.md, Sign-in; RFC 6265). */

// Node refuses larger headers by default; fetch-style callers have no such guard.
const MAX_HEADER_LENGTH = 16_384;

export interface CookieSettings {
  readonly path: string;
  /** Seconds; 0 tells the browser to forget the cookie. */
  readonly maxAge: number;
  readonly secure: boolean;
}

/**
 * A Set-Cookie value: HttpOnly, SameSite=Lax, never a Domain (so no subdomain gets it).
 * The value must be of cookie-octets already: every caller passes base64url.
 */
export function setCookie(name: string, value: string, { path, maxAge, secure }: CookieSettings): string {
  return `${name}=${value}; HttpOnly; ${secure ? 'Secure; ' : ''}SameSite=Lax; Path=${path}; Max-Age=${maxAge}`;
}

/**
 * The value of the named cookie in a Cookie header, or null where it is not there. Never throws.
 * Two different values under one name are null as well: a sibling subdomain can plant a cookie beside ours, and
 * choosing between the two would let it choose whose session this is.
 */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return null;
  let found: string | null = null;
  for (const pair of header.split(';')) {
    const [key, ...rest] = pair.split('=');
    if (key?.trim() !== name) continue;
    const value = rest.join('=').trim();
    if (found !== null && found !== value) return null;
    found = value;
  }
  return found;
}

/**
 * The name of a cookie. A browser takes one with `__Host-` only from this very host, over https and for the whole site, so
 * that no sibling subdomain can plant it.
 */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** Whether cookies are marked Secure: always, but for plain http on this very machine, where no wire carries them. */
export function needsSecureCookies(publicUrl: URL): boolean {
  if (publicUrl.protocol !== 'http:') return true;
  const host = publicUrl.hostname;
  return !(host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host));
}

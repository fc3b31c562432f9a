import canonicalize from 'canonicalize';

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The RFC 8785 (JCS) text of a value: what is hashed, signed and stored.
 * Throws TypeError for what has no canonical form (NaN, infinities, undefined at the top).
 */
export function canonicalJson(value: Json | object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical JSON form');
  return text;
}

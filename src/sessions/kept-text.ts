/** Texts of a kept request, as the paths of redactions name them. */
import { beginsAsJson } from '../json/json-rewrite.ts';

/** Longest text that is returned, in UTF-16 code units. */
const MOST_TEXT = 100_000;

/**
 * Returns the text at a path, if the spans of its redactions apply to it. Null where there is none, where it is too long, and
 * for JSON in a string: spans are then of one of its texts, and the path does not say of which.
 */
export function keptText(request: unknown, path: string): string | null {
  const text = textAt(request, path);
  return text === null || text.length > MOST_TEXT || beginsAsJson(text) === true ? null : text;
}

/** Returns the string at a JSON Pointer (RFC 6901); null where there is none. */
export function textAt(document: unknown, pointer: string): string | null {
  let found = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return null;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return typeof found === 'string' ? found : null;
}

/** Entity tags of answers, so that a caller need not load again what has not changed (RFC 9110, sections 8.8.3 and 13.1.2). */
import { hash } from 'node:crypto';

/** The strong entity tag of a text. */
export function entityTag(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 22)}"`;
}

/** Whether a header If-None-Match names the tag. Compared weakly, as a GET asks for. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)].some(([, named]) => named === tag);
}

/** Stored texts as documents carry them. */
import { canonicalJson } from '../audit/canonical.ts';
import type { Json } from '../audit/canonical.ts';

/** A stored entry, seal or head as a bundle carries it: an object, or the stored text where that is no canonical JSON. */
export function bundledEntry(body: string): unknown {
  try {
    const entry = JSON.parse(body) as Json;
    return canonicalJson(entry) === body ? entry : body;
  } catch {
    return body;
  }
}

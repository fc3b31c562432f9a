import { TOP_LEVEL_DOMAINS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';

const MAX_HOST_WORDS = 14;

/** Top-level domains that are no words: what stands before them is the point of a host name. */
const USUAL: ReadonlySet<string> = new Set(['com', 'org', 'net', 'edu', 'gov']);

/** The last word of a host name that is spoken or half spoken from word `first` on ("gmail dot com", "u c s f dot e d u"), or null. */
export function spokenHostEnd(words: readonly Word[], first: number): number | null {
  let end: number | null = null;
  for (let at = first; at < first + MAX_HOST_WORDS; at++) {
    const word = words[at];
    if (!word || (word.newLine && at > first) || word.lower === 'at') break;
    const after = dotEnd(words, at);
    if (after !== null && at > first) {
      const domainEnd = topLevelEnd(words, after);
      if (domainEnd !== null) {
        end = domainEnd;
        at = domainEnd;
        if (dotEnd(words, at + 1) === null) break;
      } else at = after - 1;
    } else if (end !== null || (word.type === 'mark' && word.text !== '-')) break;
  }
  return end;
}

/** The word after "dot", a written point, "(dot)"; null if no point stands here. */
function dotEnd(words: readonly Word[], at: number): number | null {
  const word = words[at];
  if (word === undefined) return null;
  if (word.lower === 'dot') return at + 1;
  if (word.lower === 'period' || word.lower === 'point') return USUAL.has(words[at + 1]?.lower ?? '') ? at + 1 : null;
  // "larkmail . com"
  if (word.text === '.')
    return (word.glued && words[at + 1]?.glued === true) || (!word.glued && USUAL.has(words[at + 1]?.lower ?? ''))
      ? at + 1
      : null;
  return word.type === 'mark' && words[at + 1]?.lower === 'dot' && words[at + 2]?.type === 'mark' ? at + 3 : null;
}

/** "com", or spelled: "c o m", "e d u". */
function topLevelEnd(words: readonly Word[], at: number): number | null {
  if (TOP_LEVEL_DOMAINS.has(words[at]?.lower ?? '')) return at;
  let spelled = '';
  for (let k = at; k < at + 4 && words[k]?.text.length === 1; k++) {
    spelled += words[k]?.lower ?? '';
    if (spelled.length > 1 && TOP_LEVEL_DOMAINS.has(spelled) && words[k + 1]?.text.length !== 1) return k;
  }
  return null;
}

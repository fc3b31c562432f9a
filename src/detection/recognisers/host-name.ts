import { TOP_LEVEL_DOMAINS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';

const MAX_HOST_WORDS = 10;

/** The last word of a host name that is spoken or half spoken from word `first` on ("gmail dot com", "u c s f dot e d u"), or null. */
export function spokenHostEnd(words: readonly Word[], first: number): number | null {
  let end: number | null = null;
  for (let at = first; at < first + MAX_HOST_WORDS; at++) {
    const word = words[at];
    if (!word || (word.newLine && at > first) || word.lower === 'at') break;
    const isDot = word.lower === 'dot' || (word.text === '.' && word.glued && words[at + 1]?.glued === true);
    if (isDot && at > first) {
      const domainEnd = topLevelEnd(words, at + 1);
      if (domainEnd !== null) {
        end = domainEnd;
        at = domainEnd;
        if (!isDotAfter(words, at)) break;
      }
    } else if (end !== null || (word.type === 'mark' && word.text !== '-' && word.text !== '.')) break;
  }
  return end;
}

function isDotAfter(words: readonly Word[], at: number): boolean {
  return words[at + 1]?.lower === 'dot' || (words[at + 1]?.text === '.' && words[at + 2]?.glued === true);
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

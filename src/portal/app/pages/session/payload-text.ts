/** Texts of kept payloads: which of them are shown first, and where tokens are in them. */
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import type { Piece } from '../../parts/marked/pieces.ts';
import type { Payloads } from './payload-read.ts';

/** One kept text of a turn. */
export type RevealedText = Payloads['texts'][number];

/** The texts of a turn: those that one looks at first, and the others. */
export interface SortedTexts {
  readonly first: readonly RevealedText[];
  readonly others: readonly RevealedText[];
}

/** Puts the newest text first in sight, and those at the paths of the redactions of the turn. Each list is in the order of the request. */
export function sortedTexts(texts: readonly RevealedText[], redactedPaths: ReadonlySet<string>): SortedTexts {
  const newest = texts.findLast(({ path }) => isCorrectable(path) && path !== '/instructions')?.path;
  const isFirst = ({ path }: RevealedText): boolean => path === newest || redactedPaths.has(path);
  return { first: texts.filter(isFirst), others: texts.filter((text) => !isFirst(text)) };
}

/** Returns true for a text of the conversation: its path has no word of a caller, and may be put on record. */
export function isCorrectable(path: string): boolean {
  return /^\/(?:messages|input|instructions)(?:\/|$)/.test(path);
}

/** Tokens as Masker writes them: MSKV1.KIND.RING.VALUE, and redacted places. */
const TOKEN = /(?:MSK(?:V1|1)\.([A-Z_]+)\.[A-Z0-9_]+\.[A-Za-z0-9_-]+)|(?:\[REDACTED:([A-Z_]+)\])/g;

/** Cuts a masked text at its tokens. */
export function cutAtTokens(text: string): readonly Piece[] {
  const spans = [...text.matchAll(TOKEN)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: match[1] ?? match[2] ?? 'OTHER_ID',
  }));
  return cutAtSpans(text, spans);
}

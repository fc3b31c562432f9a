/**
 * Cuts texts into pieces and packs these into requests that a small model reads whole: a server whose context is full
 * forgets the beginning without saying so.
 */
import { asData } from './prompt.ts';

/** A stretch of a text, in UTF-16 code units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What one request may carry: bytes of JSON. A token stands for one byte or more, so that many tokens at most. */
export const REQUEST_BYTES = 4096;

const encoder = new TextEncoder();

/** What the text costs in a request. Units that are written as escapes (`\u0007`, a lone surrogate) cost six. */
function cost(text: string): number {
  return encoder.encode(asData([text])).length;
}

/** Whether there is anything to find: a letter or a digit. */
export function isReadable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The pieces of the texts, in order, packed into requests. Every unit of a text is in exactly one piece. */
export function packRequests(texts: readonly string[]): Piece[][] {
  const requests: Piece[][] = [];
  let open: Piece[] = [];
  let left = REQUEST_BYTES;
  for (const piece of texts.flatMap(cut)) {
    const bytes = cost(piece.text.slice(piece.start, piece.end));
    if (bytes > left && open.length > 0) {
      requests.push(open);
      open = [];
      left = REQUEST_BYTES;
    }
    open.push(piece);
    left -= bytes;
  }
  if (open.length > 0) requests.push(open);
  return requests;
}

/** The text in pieces of at most REQUEST_BYTES: at ends of sentences, else between words, else anywhere. */
function cut(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start);
    pieces.push({ text, start, end });
    start = end;
  }
  return pieces;
}

const SENTENCE_END = /[.!?]["')\]]?\s+|[。！？]|\n/gu;
const WORD_END = /\s+/gu;

function pieceEnd(text: string, start: number): number {
  // No unit costs less than a byte, so no piece is longer than this.
  let window = text.slice(start, start + REQUEST_BYTES);
  if (start + window.length === text.length && cost(window) <= REQUEST_BYTES) return text.length;
  window = window.slice(0, longestPrefix(window));
  // A border in the first half would make the pieces many and small.
  const length = lastEnd(window, SENTENCE_END) ?? lastEnd(window, WORD_END) ?? window.length;
  return start + length;
}

/** The most units of the text that fit into a request. Half a surrogate pair costs more than the pair: none is split. */
function longestPrefix(text: string): number {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (cost(text.slice(0, middle)) <= REQUEST_BYTES) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The end of the last match in the second half of the text. */
function lastEnd(text: string, border: RegExp): number | null {
  let last: number | null = null;
  for (const match of text.matchAll(border)) last = match.index + match[0].length;
  return last !== null && last > text.length / 2 ? last : null;
}

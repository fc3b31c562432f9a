import type { Word } from './words.ts';

/** Letters and digits written together: AB1234, 555-123-4567, order_42. The words from `first` to `last`. */
export interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly hasDigits: boolean;
  readonly hasLetters: boolean;
}

/** The chunk that each word belongs to; null for a mark between chunks. One pass, linear. */
export function findChunks(words: readonly Word[]): readonly (Chunk | null)[] {
  const chunkOf: (Chunk | null)[] = new Array<Chunk | null>(words.length).fill(null);
  for (let at = 0; at < words.length;) {
    if (!isAlphanumeric(words[at])) {
      at++;
      continue;
    }
    const chunk = { first: at, last: at, hasDigits: false, hasLetters: false };
    for (;;) {
      if (words[chunk.last]?.type === 'letters') chunk.hasLetters = true;
      else chunk.hasDigits = true;
      const next = chunk.last + 1;
      if (words[next]?.glued && isAlphanumeric(words[next])) chunk.last = next;
      else if (isJoint(words[next]) && words[next + 1]?.glued && isAlphanumeric(words[next + 1])) chunk.last = next + 1;
      else break;
    }
    for (; at <= chunk.last; at++) chunkOf[at] = chunk;
  }
  return chunkOf;
}

function isAlphanumeric(word: Word | undefined): boolean {
  return word !== undefined && word.type !== 'mark';
}

function isJoint(word: Word | undefined): boolean {
  return word !== undefined && word.glued && (word.text === '-' || word.text === '_');
}

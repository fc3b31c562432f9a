/**
 * Which parts of an RFC 6962 tree a proof is made of, as ranges of leaves and complete subtrees. Sizes and positions are
 * safe integers: no bit operation here, because those of JavaScript end at 32 bits.
 */

/** The leaves from `begin` up to, and without, `end`. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** A complete subtree: the 2^height leaves from index * 2^height on. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Returns the largest power of two that is smaller than `count`, which is at least 2 (k of RFC 6962, section 2.1). */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/**
 * Returns the complete subtrees that the hash of a range is made of, from the left. The range must be one that occurs in
 * a tree: its begin is a multiple of the first subtree's size.
 */
export function subtreesOf({ begin, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = begin; at < end;) {
    let [size, height] = [1, 0];
    while (size * 2 <= end - at) [size, height] = [size * 2, height + 1];
    subtrees.push({ height, index: at / size });
    at += size;
  }
  return subtrees;
}

/**
 * Returns the ranges whose hashes are the audit path of leaf `index` in a tree of `size` leaves, from the leaf upwards
 * (RFC 6962, section 2.1.1). Throws RangeError for a leaf outside of the tree.
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError('the leaf is outside of the tree');
  const ranges: LeafRange[] = [];
  for (let [begin, end] = [0, size]; end - begin > 1;) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.reverse();
}

/**
 * Returns the ranges whose hashes prove that the tree of `from` leaves is the beginning of that of `to` leaves, in the
 * order of RFC 6962, section 2.1.2. Empty where one of them is empty, or both are the same. Throws RangeError for
 * `from` above `to`.
 */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  if (!(from >= 0 && from <= to)) throw new RangeError('the first tree is larger than the second');
  if (from === 0 || from === to) return [];
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, to];
  // Until the old tree ends where the range does: that part of the new tree is a part of the old one.
  while (end !== from) {
    const middle = begin + split(end - begin);
    if (from <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // Who verifies has the root of the old tree: it is left out where it is a part of the new one as a whole.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

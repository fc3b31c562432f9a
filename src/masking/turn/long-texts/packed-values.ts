/** Values of a call and their kinds in a few arrays: to send a hundred thousand of them to a thread takes the time of a copy. */
import { ENTITY_KINDS } from '../../../detection/kinds.ts';
import type { EntityKind } from '../../../detection/kinds.ts';

export interface PackedValues {
  /** The values, end to end. */
  readonly text: string;
  readonly lengths: Int32Array;
  /** The place of each value's kind among all kinds. */
  readonly kinds: Uint8Array;
}

/** The number of values that are packed before the work may be interrupted. */
const AT_ONCE = 50;

/** The values of all lists from number `since` to `upTo` (exclusive), packed. Yields wherever it may be interrupted. */
export function* packing(
  lists: readonly Iterable<readonly [value: string, kind: EntityKind]>[],
  since: number,
  upTo: number,
): Generator<undefined, PackedValues> {
  const texts: string[] = [];
  const lengths = new Int32Array(upTo - since);
  const kinds = new Uint8Array(upTo - since);
  let number = 0;
  for (const values of lists)
    for (const [value, kind] of values) {
      number += 1;
      if (number <= since || number > upTo) continue;
      lengths[texts.length] = value.length;
      kinds[texts.length] = ENTITY_KINDS.indexOf(kind);
      texts.push(value);
      if (texts.length % AT_ONCE === 0) yield;
    }
  return { text: texts.join(''), lengths, kinds };
}

/** The values one by one, in their order. */
export function* unpackValues({ text, lengths, kinds }: PackedValues): Generator<readonly [string, EntityKind], void> {
  let read = 0;
  for (const [at, length] of lengths.entries()) {
    const kind = ENTITY_KINDS[kinds[at] ?? 0];
    if (kind === undefined) throw new RangeError('a packed value has no kind');
    yield [text.slice(read, read + length), kind];
    read += length;
  }
}

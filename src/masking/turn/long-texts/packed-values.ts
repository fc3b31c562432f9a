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

export function packValues(values: readonly (readonly [value: string, kind: EntityKind])[]): PackedValues {
  return {
    text: values.map(([value]) => value).join(''),
    lengths: Int32Array.from(values, ([value]) => value.length),
    kinds: Uint8Array.from(values, ([, kind]) => ENTITY_KINDS.indexOf(kind)),
  };
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

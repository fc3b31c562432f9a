/**
 * Spans in a few arrays: to send a hundred thousand of them to a thread, or to read them from one, takes the time of a copy,
 * and not of making as many objects at once.
 */
import type { Span } from '../../../detection/span.ts';

type Names = Pick<Span, 'kind' | 'pass' | 'recogniser' | 'foundAs'>;

export interface PackedSpans {
  /** For each span its start, its end, the number of its names, whether it was validated, and the length of its meaning plus one. */
  readonly numbers: Int32Array;
  readonly confidences: Float64Array;
  /** The different combinations of names. */
  readonly names: readonly Names[];
  /** The meanings of all spans that have one, end to end. */
  readonly meant: string;
}

const WIDTH = 5;

/** The spans in arrays, in their order. */
export function packSpans(spans: readonly Span[]): PackedSpans {
  const numbers = new Int32Array(spans.length * WIDTH);
  const confidences = new Float64Array(spans.length);
  const names: Names[] = [];
  const meant: string[] = [];
  let at = 0;
  for (const span of spans) {
    const { start, end, validated, confidence } = span;
    const base = at * WIDTH;
    numbers[base] = start;
    numbers[base + 1] = end;
    numbers[base + 2] = numberOf(span, names);
    numbers[base + 3] = validated ? 1 : 0;
    if (span.meant !== undefined) {
      numbers[base + 4] = span.meant.length + 1;
      meant.push(span.meant);
    }
    confidences[at] = confidence;
    at += 1;
  }
  return { numbers, confidences, names, meant: meant.join('') };
}

/** Few combinations come up in one text, and mostly the one that came last. */
function numberOf({ kind, pass, recogniser, foundAs }: Span, names: Names[]): number {
  const known = names.findIndex(
    (other) =>
      other.recogniser === recogniser && other.kind === kind && other.pass === pass && other.foundAs === foundAs,
  );
  if (known !== -1) return known;
  names.push(foundAs === undefined ? { kind, pass, recogniser } : { kind, pass, recogniser, foundAs });
  return names.length - 1;
}

/** How many spans there are. */
export function packedCount({ confidences }: PackedSpans): number {
  return confidences.length;
}

/** The spans one by one, in their order. */
export function* unpackSpans({ numbers, confidences, names, meant }: PackedSpans): Generator<Span, void> {
  let read = 0;
  for (const [at, confidence] of confidences.entries()) {
    const base = at * WIDTH;
    const named = names[numbers[base + 2] ?? 0];
    if (named === undefined) throw new RangeError('a packed span has no names');
    const { kind, pass, recogniser, foundAs } = named;
    const [start, end, validated] = [numbers[base] ?? 0, numbers[base + 1] ?? 0, numbers[base + 3] === 1];
    const length = (numbers[base + 4] ?? 0) - 1;
    yield {
      start,
      end,
      kind,
      pass,
      confidence,
      validated,
      recogniser,
      ...(foundAs === undefined ? {} : { foundAs }),
      ...(length < 0 ? {} : { meant: meant.slice(read, read + length) }),
    };
    read += Math.max(0, length);
  }
}

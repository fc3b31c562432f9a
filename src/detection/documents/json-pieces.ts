/** Writes a run of a JSON list, of which values were replaced, back into its pieces. */
import { WHOLE_LIST, type JsonPiece, type JsonRun } from './json-runs.ts';

/** Pieces that are written before the work may be interrupted. */
const AT_ONCE = 100;

/**
 * Returns what is written in each piece that changed, by its path. `masked` is the text of the run with values replaced: each
 * word gets one part of it or nothing, so that no letter is written that masking took out. Yields wherever it may be
 * interrupted.
 */
export function* writingPieces(
  { pieces, joint, isWhole }: JsonRun,
  masked: string,
): Generator<undefined, ReadonlyMap<string, string>> {
  if (isWhole) return new Map([[WHOLE_LIST, masked]]);
  // The key presses are one value together, so each is replaced by all of it.
  if (joint === '') return new Map(pieces.map(({ path }) => [path, masked]));
  const parts = masked.split(' ');
  const texts = new Array<string>(pieces.length).fill('');
  const resuming = new Resuming(pieces, parts, yield* numbering(pieces));
  /** Parts for which no piece is left. */
  const left: string[] = [];
  let at = 0;
  for (const [n, part] of parts.entries()) {
    if (n % AT_ONCE === AT_ONCE - 1) yield;
    if (at >= pieces.length) {
      left.push(part);
      continue;
    }
    texts[at] = part;
    const isChanged = part !== pieces[at]?.text;
    at++;
    if (isChanged) at = resuming.from(at, n + 1);
  }
  if (left.length > 0) texts[pieces.length - 1] = [texts.at(-1) ?? '', ...left].join(' ');
  const written = new Map<string, string>();
  for (const [n, { path, text }] of pieces.entries()) {
    if (texts[n] !== text) written.set(path, texts[n] ?? '');
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
  return written;
}

/** The numbers of the pieces with a text, ascending. */
type Numbers = ReadonlyMap<string, readonly number[]>;

function* numbering(pieces: readonly JsonPiece[]): Generator<undefined, Numbers> {
  const byText = new Map<string, number[]>();
  for (const [n, { text }] of pieces.entries()) {
    const numbers = byText.get(text);
    if (numbers === undefined) byText.set(text, [n]);
    else numbers.push(n);
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
  return byText;
}

/** Finds the pieces that go on after a value. */
class Resuming {
  readonly #pieces: readonly JsonPiece[];
  readonly #parts: readonly string[];
  readonly #byText: Numbers;
  /** How many parts at the end are the last pieces. */
  readonly #sameEnd: number;

  constructor(pieces: readonly JsonPiece[], parts: readonly string[], byText: Numbers) {
    this.#pieces = pieces;
    this.#parts = parts;
    this.#byText = byText;
    let same = 0;
    while (same < parts.length && parts[parts.length - 1 - same] === pieces[pieces.length - 1 - same]?.text) same += 1;
    this.#sameEnd = same;
  }

  /** The piece from `at` on that holds the part of this number, the first one after a value. */
  from(at: number, part: number): number {
    const next = this.#parts[part];
    if (next === undefined) return this.#pieces.length;
    const rest = this.#parts.length - part;
    const last = this.#pieces.length - rest;
    if (last >= at && rest <= this.#sameEnd) return last;
    const nearest = firstFrom(this.#byText.get(next) ?? [], at);
    return nearest === null || nearest > last ? at : nearest;
  }
}

/** The first of ascending numbers that is not below `least`; null for none. */
function firstFrom(numbers: readonly number[], least: number): number | null {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return numbers[low] ?? null;
}

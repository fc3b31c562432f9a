/** The made-up sentence of a canary, and which of its identifiers can still be read after masking. */
import { findTokens } from '../../../tokens/grammar.ts';

/** A made-up identifier, and the kind that it is. Numbers of 555-01xx and 9xx-xx-xxxx belong to nobody. */
interface Canary {
  readonly kind: string;
  readonly value: string;
}

/** No two values have a letter sequence or a digit sequence in common, so that a piece says whose it is. */
export const CANARIES: readonly Canary[] = [
  { kind: 'NAME', value: 'Eleanor Whitfield' },
  { kind: 'PHONE', value: '415-555-0142' },
  { kind: 'EMAIL', value: 'quixote.7306@example.org' },
  { kind: 'SSN', value: '219-09-9999' },
  { kind: 'DOB', value: '04/12/1987' },
];
export const SAID =
  'My name is Eleanor Whitfield, born 04/12/1987, my social security number is 219-09-9999. ' +
  'Call 415-555-0142 or write to quixote.7306@example.org.';

/** Characters of a piece. Shorter pieces of a longer word could stand in the rest of the sentence by chance. */
const PIECE = 3;

/** Returns all pieces of a value: each run of letters or digits in windows, or whole where it is shorter. */
function piecesOf(value: string): string[] {
  return (value.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? []).flatMap((run) =>
    Array.from({ length: Math.max(1, run.length - PIECE + 1) }, (_, at) => run.slice(at, at + PIECE)),
  );
}

/** Returns the text without what masking put there: tokens, `[REDACTED:KIND]`, and `<KIND>` as the stub shows a token. */
function withoutMarks(text: string): string {
  const bare = findTokens(text).reduceRight(
    (rest, { start, end }) => `${rest.slice(0, start)}·${rest.slice(end)}`,
    text,
  );
  return bare.replaceAll(/\[REDACTED:[A-Z_]+\]|<[A-Z_]+>/g, '·').toLowerCase();
}

/** Returns the kinds of which at least a piece can be read in a masked {@link SAID}. */
export function readableKinds(masked: string): readonly string[] {
  const text = withoutMarks(masked);
  return CANARIES.filter(({ value }) => piecesOf(value).some((piece) => text.includes(piece))).map(({ kind }) => kind);
}

/** Returns the kinds whose whole value is not in a text. */
export function missingKinds(text: string): readonly string[] {
  return CANARIES.filter(({ value }) => !text.includes(value)).map(({ kind }) => kind);
}

/** Texts cut where identifiers are. */

/** A piece of a text; `kind` is set where it is an identifier or a token. */
export interface Piece {
  readonly text: string;
  readonly kind: string | null;
  /** Set where the piece is a button. */
  readonly choice?: PieceChoice | null;
}

/** What a piece that is a button does. */
export interface PieceChoice {
  readonly id: string | undefined;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

/** A stretch of a text in UTF-16 code units, end exclusive. */
export interface KindSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly choice?: PieceChoice | null;
}

/** Cuts a text at spans, which are ordered and do not overlap; one that does is left out. */
export function cutAtSpans(text: string, spans: readonly KindSpan[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const { kind, choice } = span;
    if (span.start < end || span.end > text.length) continue;
    pieces.push({ text: text.slice(end, span.start), kind: null });
    pieces.push({
      text: text.slice(span.start, span.end),
      kind,
      ...(choice === undefined ? {} : { choice }),
    });
    end = span.end;
  }
  pieces.push({ text: text.slice(end), kind: null });
  return pieces.filter((piece) => piece.text !== '');
}

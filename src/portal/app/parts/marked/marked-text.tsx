/** A text with its identifiers, or what replaced them, in the colours of their kinds. */
import type { ReactNode } from 'react';
import { kindWords } from '../kinds.ts';
import type { Piece, PieceChoice } from './pieces.ts';
import '../kind-chip.css';
import './marked-text.css';

export function MarkedText({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  if (pieces.length === 0) return <p className="soft">This text is not in what is kept.</p>;
  return (
    <p className="marked">
      {pieces.map(({ text, kind, choice = null }, at) =>
        kind === null ? (
          text
        ) : (
          <mark key={at} className={`kind-${kindWords(kind).family}`} title={kindWords(kind).label}>
            {choice === null ? text : <PieceButton text={text} kind={kind} choice={choice} />}
          </mark>
        ),
      )}
    </p>
  );
}

interface PieceButtonProps {
  readonly text: string;
  readonly kind: string;
  readonly choice: PieceChoice;
}

/** An identifier that opens what is known of it. */
function PieceButton({ text, kind, choice }: PieceButtonProps): ReactNode {
  return (
    <button
      type="button"
      id={choice.id}
      className="marked-button"
      aria-expanded={choice.isChosen}
      title={`${kindWords(kind).label}: why it is masked`}
      onClick={choice.choose}
    >
      {text}
      <span className="unseen"> ({kindWords(kind).label}): why</span>
    </button>
  );
}

/** A text with its identifiers, or what replaced them, in the colours of their kinds. */
import type { ReactNode } from 'react';
import { kindWords } from '../kinds.ts';
import type { Piece } from './pieces.ts';
import '../kind-chip.css';
import './marked-text.css';

export function MarkedText({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  if (pieces.length === 0) return <p className="soft">This text is not in what is kept.</p>;
  return (
    <p className="marked">
      {pieces.map(({ text, kind }, at) =>
        kind === null ? (
          text
        ) : (
          <mark key={at} className={`kind-${kindWords(kind).family}`} title={kindWords(kind).label}>
            {text}
          </mark>
        ),
      )}
    </p>
  );
}

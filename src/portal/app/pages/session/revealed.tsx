/** The texts of a turn while they are revealed: as they were received, and as the model saw them. */
import type { ReactNode } from 'react';
import { counted } from '../../parts/format.ts';
import { MarkedText } from '../../parts/marked/marked-text.tsx';
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import type { PieceChoice } from '../../parts/marked/pieces.ts';
import { placeOf } from '../../parts/places.ts';
import { HidesItself } from './hides-itself.tsx';
import { Missed } from './missed.tsx';
import { cutAtTokens, isCorrectable, sortedTexts } from './payload-text.ts';
import type { RevealedText } from './payload-text.ts';
import type { Redaction } from './session-view.ts';
import { chipId } from './skeleton.tsx';
import type { ChipChoice } from './skeleton.tsx';

interface RevealedProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly texts: readonly RevealedText[];
  readonly redactions: readonly Redaction[];
  readonly chips: ChipChoice;
  readonly onHide: () => void;
  /** What is shown below the text at a path. */
  readonly below: (path: string) => ReactNode;
}

export function Revealed(props: RevealedProps): ReactNode {
  const { texts, redactions, onHide } = props;
  // A text in which nothing was found is shown, too: something may have been missed in it.
  const { first, others } = sortedTexts(texts, new Set(redactions.map(({ path }) => path)));
  return (
    <>
      <HidesItself onHide={onHide}>Protected health information is on the screen.</HidesItself>
      {others.length === 0 ? null : (
        <details className="other-texts">
          <summary>{counted(others.length, 'more text')} of this turn</summary>
          {others.map((text) => (
            <RevealedPart key={text.path} {...props} text={text} />
          ))}
        </details>
      )}
      {first.map((text) => (
        <RevealedPart key={text.path} {...props} text={text} />
      ))}
    </>
  );
}

interface RevealedPartProps extends RevealedProps {
  readonly text: RevealedText;
}

function RevealedPart({ sessionId, turn, redactions, chips, below, text }: RevealedPartProps): ReactNode {
  const { path, text: said, masked, found } = text;
  const named = new Set<number>();
  const choiceOf = (seq: number | null): PieceChoice | null => {
    // What an earlier turn found is explained there.
    if (seq === null || !redactions.some((each) => each.seq === seq)) return null;
    // Equal values of a text share one explanation: the first of them gets the focus back.
    const id = named.has(seq) ? undefined : chipId(seq);
    named.add(seq);
    const isChosen = chips.chosen === seq;
    return {
      id,
      isChosen,
      choose: () => {
        chips.choose(isChosen ? null : seq);
      },
    };
  };
  const spans = (found ?? []).map(({ start, end, kind, seq }) => ({ start, end, kind, choice: choiceOf(seq) }));
  return (
    <>
      <div className="crossing">
        <div className="crossing-said">
          <span className="crossing-place">{placeOf(path)}</span>
          <MarkedText pieces={cutAtSpans(said, spans)} />
          {found === null ? <p className="soft">The journal does not show where its identifiers are.</p> : null}
          {isCorrectable(path) ? (
            <Missed sessionId={sessionId} turn={turn} path={path} text={said} redactions={spans} />
          ) : null}
        </div>
        <span className="crossing-arrow" aria-label="became">
          →
        </span>
        <div className="crossing-seen">
          <MarkedText pieces={cutAtTokens(masked ?? '')} />
        </div>
      </div>
      {below(path)}
    </>
  );
}

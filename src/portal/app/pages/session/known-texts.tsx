/** The texts of a turn as the journal describes them: kinds and places on both sides of the wall. */
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { counted } from '../../parts/format.ts';
import { placeOf } from '../../parts/places.ts';
import { nothingFoundWords, unloadedCount } from './crossing.ts';
import type { Redaction, Turn } from './session-view.ts';
import { Skeleton } from './skeleton.tsx';
import type { ChipChoice } from './skeleton.tsx';
import { textsOf } from './spans.ts';

interface KnownTextsProps {
  readonly turn: Turn;
  readonly redactions: readonly Redaction[];
  /** Redactions after this entry came while the page was open. */
  readonly seenSeq: number;
  readonly chips: ChipChoice;
  /** What is shown below the text at a path. */
  readonly below: (path: string) => ReactNode;
}

export function KnownTexts({ turn, redactions, seenSeq, chips, below }: KnownTextsProps): ReactNode {
  const texts = textsOf(redactions);
  if (texts.length === 0)
    return unloadedCount(turn, redactions) > 0 ? null : (
      <div className="crossing">
        <p className="soft crossing-none">{nothingFoundWords(turn)}</p>
      </div>
    );
  return texts.map((text) => {
    const isFresh = text.stretches.some((each) => each.type === 'found' && each.redaction.seq > seenSeq);
    return (
      <Fragment key={text.path}>
        <div className="crossing">
          <div className="crossing-said">
            <span className="crossing-place">{placeOf(text.path)}</span>
            <Skeleton text={text} side="said" isFresh={false} chips={chips} />
          </div>
          <span className="crossing-arrow" aria-label="became">
            →
          </span>
          <div className="crossing-seen">
            <Skeleton text={text} side="seen" isFresh={isFresh} chips={chips} />
          </div>
        </div>
        {below(text.path)}
      </Fragment>
    );
  });
}

interface UnloadedProps {
  readonly turn: Turn;
  readonly redactions: readonly Redaction[];
  /** Loads the redactions of the turn that are not here yet; null while something loads. */
  readonly onLoad: (() => void) | null;
}

export function Unloaded({ turn, redactions, onLoad }: UnloadedProps): ReactNode {
  const count = unloadedCount(turn, redactions);
  if (count === 0) return null;
  return (
    <div className="crossing">
      <p className="crossing-none state-unknown">
        {counted(count, 'redaction')}, not loaded yet.{' '}
        <button type="button" className="link-button" disabled={onLoad === null} onClick={onLoad ?? undefined}>
          {onLoad === null ? 'Loading…' : 'Load'}
          <span className="unseen"> the redactions of turn {turn.number}</span>
        </button>
      </p>
    </div>
  );
}

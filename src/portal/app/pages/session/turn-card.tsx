/** One turn at the wall: what was said on one side, what the model saw on the other, and how the answer ended. */
import { Fragment, useState } from 'react';
import type { ReactNode } from 'react';
import { useMay } from '../../frame/me.ts';
import { counted, duration, timeOfDay } from '../../parts/format.ts';
import { isRefused, nothingFoundWords, unloadedCount } from './crossing.ts';
import { EventTable } from './event-table.tsx';
import type { Payloads } from './payload-read.ts';
import { RevealDialog, Revealed } from './reveal.tsx';
import { chipId, Skeleton } from './skeleton.tsx';
import type { ChipChoice } from './skeleton.tsx';
import { focusTitle } from '../../parts/page-head.tsx';
import { placeOf } from '../../parts/places.ts';
import { textsOf } from './spans.ts';
import { StageBar } from './stages.tsx';
import { Why } from './why.tsx';
import type { Redaction, Turn } from './session-view.ts';

interface TurnCardProps {
  readonly sessionId: string;
  readonly turn: Turn;
  readonly redactions: readonly Redaction[];
  /** Redactions after this entry came while the page was open. */
  readonly seenSeq: number;
  readonly isOpen: boolean;
  readonly chips: ChipChoice;
  readonly onToggle: () => void;
  /** Loads the redactions of the turn that are not here yet; null while something loads. */
  readonly onLoad: (() => void) | null;
}

const ANSWERS: Readonly<Record<Turn['status'], { readonly tone: string; readonly text: string }>> = {
  forwarded: { tone: 'unknown', text: 'The answer has not ended' },
  ok: { tone: 'good', text: 'The answer came back whole' },
  partial: { tone: 'warn', text: 'The answer broke off, or a token could not be restored' },
  error: { tone: 'bad', text: 'There was no answer' },
};

export function TurnCard(props: TurnCardProps): ReactNode {
  const { sessionId, turn, redactions, seenSeq, isOpen, chips, onToggle, onLoad } = props;
  const [payloads, setPayloads] = useState<Payloads | null>(null);
  const { number } = turn;
  const panel = `turn-${number}`;
  const whyBelow = (path: string): ReactNode => {
    const chosen = redactions.find((each) => each.path === path && each.seq === chips.chosen);
    if (chosen === undefined) return null;
    const { seq } = chosen;
    const close = (): void => {
      chips.choose(null);
      // The panel had the focus. The chip may have gone with a text that was hidden.
      const chip = document.getElementById(chipId(seq));
      if (chip === null) focusTitle();
      else chip.focus({ preventScroll: true });
    };
    return <Why key={seq} sessionId={sessionId} redaction={chosen} onClose={close} />;
  };
  return (
    <article className="turn" aria-label={`Turn ${number}`}>
      <header className="turn-head">
        <h3>Turn {number}</h3>
        <span className="soft">{timeOfDay(turn.startedAt)}</span>
        <span>{counted(turn.redactionCount, 'redaction')}</span>
        <span className="soft turn-added">
          {turn.addedMs === null ? 'Added time not known yet' : `Masker added ${duration(turn.addedMs)}`}
        </span>
        <button type="button" className="link-button" aria-expanded={isOpen} aria-controls={panel} onClick={onToggle}>
          {isOpen ? 'Hide details' : 'Details'}
          <span className="unseen"> of turn {number}</span>
        </button>
      </header>
      {payloads === null ? (
        <Known turn={turn} redactions={redactions} seenSeq={seenSeq} chips={chips} below={whyBelow} />
      ) : (
        <Revealed
          sessionId={sessionId}
          turn={number}
          payloads={payloads}
          redactions={redactions}
          chips={chips}
          below={whyBelow}
          onHide={() => {
            setPayloads(null);
          }}
        />
      )}
      <Unloaded turn={turn} redactions={redactions} onLoad={onLoad} />
      <Answer turn={turn} />
      <div id={panel} hidden={!isOpen} className="turn-details">
        {isOpen ? (
          <>
            <StageBar stages={turn.stageDurations} />
            {redactions.length === 0 ? null : <EventTable redactions={redactions} turn={number} />}
            <Reveal sessionId={sessionId} turn={number} isShown={payloads !== null} onRevealed={setPayloads} />
          </>
        ) : null}
      </div>
    </article>
  );
}

interface KnownProps extends Pick<TurnCardProps, 'turn' | 'redactions' | 'seenSeq' | 'chips'> {
  /** What is shown below the text at a path. */
  readonly below: (path: string) => ReactNode;
}

function Known({ turn, redactions, seenSeq, chips, below }: KnownProps): ReactNode {
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

function Unloaded({ turn, redactions, onLoad }: Pick<TurnCardProps, 'turn' | 'redactions' | 'onLoad'>): ReactNode {
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

function Answer({ turn }: { readonly turn: Turn }): ReactNode {
  if (isRefused(turn)) return null;
  const { tone, text } = ANSWERS[turn.status];
  const { upstream } = turn.stageDurations;
  return (
    <div className="crossing crossing-back">
      <p className={`crossing-said state-${tone}`}>
        <span className="crossing-place">Spoken</span> {text}
        {upstream === null ? '' : `, ${duration(upstream)} after it was asked`}
      </p>
      <span className="crossing-arrow" aria-hidden="true">
        ←
      </span>
      <p className="crossing-seen soft">
        <span className="crossing-place">Model</span> {turn.model}
        {turn.streamed ? ', streamed' : ''}
      </p>
    </div>
  );
}

interface RevealProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly isShown: boolean;
  readonly onRevealed: (payloads: Payloads) => void;
}

function Reveal({ sessionId, turn, isShown, onRevealed }: RevealProps): ReactNode {
  const mayRead = useMay('payloads:read');
  if (isShown) return null;
  return (
    <div className="reveal-offer">
      <p className="soft">
        Only kinds and places are shown. The text is kept only where the policy says{' '}
        <code>audit.log_payloads: true</code>.
      </p>
      {mayRead ? <RevealDialog sessionId={sessionId} turn={turn} onRevealed={onRevealed} /> : null}
    </div>
  );
}

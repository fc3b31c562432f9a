/** One turn at the wall: what was said on one side, what the model saw on the other, and how the answer ended. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMay } from '../../frame/me.ts';
import { counted, duration, timeOfDay } from '../../parts/format.ts';
import { EventTable } from './event-table.tsx';
import { RevealDialog, Revealed } from './reveal.tsx';
import type { Payloads } from './reveal.tsx';
import { Skeleton } from './skeleton.tsx';
import { placeOf, textsOf } from './spans.ts';
import { StageBar } from './stages.tsx';
import type { Redaction, Turn } from './use-session.ts';

interface TurnCardProps {
  readonly sessionId: string;
  readonly turn: Turn;
  readonly redactions: readonly Redaction[];
  /** Redactions after this entry came while the page was open. */
  readonly seenSeq: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

const ANSWERS: Readonly<Record<Turn['status'], { readonly tone: string; readonly text: string }>> = {
  forwarded: { tone: 'unknown', text: 'The answer has not ended' },
  ok: { tone: 'good', text: 'The answer came back whole' },
  partial: { tone: 'warn', text: 'The answer broke off, or a token could not be restored' },
  error: { tone: 'bad', text: 'There was no answer' },
};

export function TurnCard({ sessionId, turn, redactions, seenSeq, isOpen, onToggle }: TurnCardProps): ReactNode {
  const [payloads, setPayloads] = useState<Payloads | null>(null);
  const { number } = turn;
  const panel = `turn-${number}`;
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
        <Known redactions={redactions} seenSeq={seenSeq} />
      ) : (
        <Revealed
          payloads={payloads}
          redactions={redactions}
          onHide={() => {
            setPayloads(null);
          }}
        />
      )}
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

function Known({ redactions, seenSeq }: Pick<TurnCardProps, 'redactions' | 'seenSeq'>): ReactNode {
  const texts = textsOf(redactions);
  if (texts.length === 0)
    return (
      <div className="crossing">
        <p className="soft crossing-none">Nothing was found in what was new in this turn. It crossed as it is.</p>
      </div>
    );
  return texts.map((text) => {
    const isFresh = text.stretches.some((each) => each.type === 'found' && each.redaction.seq > seenSeq);
    return (
      <div key={text.path} className="crossing">
        <div className="crossing-said">
          <span className="crossing-place">{placeOf(text.path)}</span>
          <Skeleton text={text} side="said" isFresh={false} />
        </div>
        <span className="crossing-arrow" aria-label="became">
          →
        </span>
        <div className="crossing-seen">
          <Skeleton text={text} side="seen" isFresh={isFresh} />
        </div>
      </div>
    );
  });
}

function Answer({ turn }: { readonly turn: Turn }): ReactNode {
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

/** One turn at the wall: what was said on one side, what the model saw on the other, and how it was answered. */
import { useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { counted, duration, timeOfDay } from '../../parts/format.ts';
import { focusTitle } from '../../parts/page-head.tsx';
import { Answer } from './answer.tsx';
import { EventTable } from './event-table.tsx';
import { KnownTexts, Unloaded } from './known-texts.tsx';
import type { Payloads } from './payload-read.ts';
import { useRescuedFocus } from './rescued-focus.ts';
import { RevealOffer } from './reveal.tsx';
import { Revealed } from './revealed.tsx';
import { chipId } from './skeleton.tsx';
import type { ChipChoice } from './skeleton.tsx';
import { StageBar } from './stages.tsx';
import { Why } from './why.tsx';
import type { Redaction, Turn } from './session-view.ts';

interface TurnCardProps {
  readonly sessionId: string;
  readonly turn: Turn;
  /** Whether the server keeps the text of the turn now. */
  readonly isKept: boolean;
  readonly redactions: readonly Redaction[];
  /** Redactions after this entry came while the page was open. */
  readonly seenSeq: number;
  readonly isOpen: boolean;
  readonly chips: ChipChoice;
  readonly onToggle: () => void;
  /** Loads the redactions of the turn that are not here yet; null while something loads. */
  readonly onLoad: (() => void) | null;
}

export function TurnCard(props: TurnCardProps): ReactNode {
  const { sessionId, turn, isKept, redactions, seenSeq, isOpen, chips, onToggle, onLoad } = props;
  const [payloads, setPayloads] = useState<Payloads | null>(null);
  const toggle = useRescuedFocus<HTMLButtonElement>(payloads === null, true);
  const below = (path: string): ReactNode => (
    <WhyOfText sessionId={sessionId} redactions={redactions.filter((each) => each.path === path)} chips={chips} />
  );
  const shared = { sessionId, redactions, chips, below };
  const panel = `turn-${turn.number}`;
  return (
    <article className="turn" aria-label={`Turn ${turn.number}`}>
      <TurnHead turn={turn} isOpen={isOpen} panel={panel} toggle={toggle} onToggle={onToggle} />
      {payloads === null ? (
        <KnownTexts {...shared} turn={turn} seenSeq={seenSeq} />
      ) : (
        <Revealed
          {...shared}
          turn={turn.number}
          texts={payloads.texts}
          onHide={() => {
            setPayloads(null);
          }}
        />
      )}
      <Unloaded turn={turn} redactions={redactions} onLoad={onLoad} />
      <Answer turn={turn} payloads={payloads} />
      <div id={panel} hidden={!isOpen} className="turn-details">
        {isOpen ? (
          <>
            <StageBar stages={turn.stageDurations} />
            {redactions.length === 0 ? null : <EventTable redactions={redactions} turn={turn.number} />}
            {payloads === null ? (
              <RevealOffer sessionId={sessionId} turn={turn.number} isKept={isKept} onRevealed={setPayloads} />
            ) : null}
          </>
        ) : null}
      </div>
    </article>
  );
}

interface TurnHeadProps extends Pick<TurnCardProps, 'turn' | 'isOpen' | 'onToggle'> {
  /** The ID of the details. */
  readonly panel: string;
  readonly toggle: RefObject<HTMLButtonElement | null>;
}

function TurnHead({ turn, isOpen, panel, toggle, onToggle }: TurnHeadProps): ReactNode {
  return (
    <header className="turn-head">
      <h3>Turn {turn.number}</h3>
      <span className="soft">{timeOfDay(turn.startedAt)}</span>
      <span>{counted(turn.redactionCount, 'redaction')}</span>
      <span className="soft turn-added">
        {turn.addedMs === null ? 'Added time not known yet' : `Masker added ${duration(turn.addedMs)}`}
      </span>
      <button
        ref={toggle}
        type="button"
        className="link-button"
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={onToggle}
      >
        {isOpen ? 'Hide details' : 'Details'}
        <span className="unseen"> of turn {turn.number}</span>
      </button>
    </header>
  );
}

/** Why the chosen redaction of a text was made; nothing where none of it is chosen. */
function WhyOfText({
  sessionId,
  redactions,
  chips,
}: Pick<TurnCardProps, 'sessionId' | 'redactions' | 'chips'>): ReactNode {
  const chosen = redactions.find(({ seq }) => seq === chips.chosen);
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
}

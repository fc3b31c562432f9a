/**
 * Reveals what a policy keeps of a turn. It asks for a purpose, which the server puts on record with the read, and hides the
 * text again by itself.
 */
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { counted } from '../../parts/format.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { MarkedText } from '../../parts/marked/marked-text.tsx';
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import type { PieceChoice } from '../../parts/marked/pieces.ts';
import { HidesItself } from './hides-itself.tsx';
import { payloadRead, SHOWN_MS } from './payload-read.ts';
import type { Payloads } from './payload-read.ts';
import { PurposeForm } from '../../parts/purpose-form.tsx';
import { Missed } from './corrections.tsx';
import { cutAtTokens, isCorrectable, sortedTexts, spokenText } from './payload-text.ts';
import type { RevealedText } from './payload-text.ts';
import { placeOf } from '../../parts/places.ts';
import { chipId } from './skeleton.tsx';
import type { ChipChoice } from './skeleton.tsx';
import type { Redaction } from './session-view.ts';

interface RevealDialogProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly onRevealed: (payloads: Payloads) => void;
}

export function RevealDialog({ sessionId, turn, onRevealed }: RevealDialogProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  // What comes after a person cancelled is not shown.
  const isAwaited = useRef(false);
  const read = useMutation({
    ...payloadRead(sessionId, turn),
    onSuccess: (payloads) => {
      if (!isAwaited.current || payloads === null) return;
      if (isEmpty(payloads)) return;
      setOpen(false);
      onRevealed(payloads);
    },
  });
  const close = (): void => {
    isAwaited.current = false;
    setOpen(false);
  };
  const isNothingKept = read.isSuccess && (read.data === null || isEmpty(read.data));
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          read.reset();
          setOpen(true);
        }}
      >
        Reveal the text…
      </button>
      <Dialog title={`Reveal the text of turn ${turn}`} isOpen={isOpen} onClose={close}>
        <PurposeForm
          submitLabel="Reveal"
          isPending={read.isPending}
          error={read.error}
          onSubmit={(purpose) => {
            isAwaited.current = true;
            read.mutate({ purpose });
          }}
          onCancel={close}
        >
          <p>
            The text may contain protected health information. Your user ID, the time and the purpose become a leaf of
            the account log, and stay there. The text is hidden again after {SHOWN_MS / 1000} seconds.
          </p>
          {isNothingKept ? (
            <p className="note" role="status">
              Nothing is kept of this turn: its policy keeps no payloads, or their time is over.
            </p>
          ) : null}
        </PurposeForm>
      </Dialog>
    </>
  );
}

/** Without a text and an answer, nothing is kept. */
const isEmpty = ({ texts, response }: Payloads): boolean => texts.length === 0 && response === null;

interface RevealedProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly payloads: Payloads;
  readonly redactions: readonly Redaction[];
  readonly chips: ChipChoice;
  readonly onHide: () => void;
  /** What is shown below the text at a path. */
  readonly below: (path: string) => ReactNode;
}

export function Revealed(props: RevealedProps): ReactNode {
  const { payloads, redactions, onHide } = props;
  const spoken = spokenText(payloads.response);
  // A text in which nothing was found is shown, too: something may have been missed in it.
  const { first, others } = sortedTexts(payloads.texts, new Set(redactions.map(({ path }) => path)));
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
      {spoken === null ? null : (
        <div className="crossing">
          <div className="crossing-said">
            <span className="crossing-place">Spoken to the caller</span>
            <MarkedText pieces={[{ text: spoken, kind: null }]} />
          </div>
        </div>
      )}
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
          {found === null ? <p className="soft">Where its identifiers are cannot be told.</p> : null}
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

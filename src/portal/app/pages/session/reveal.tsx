/**
 * Reveals what a policy keeps of a turn. It asks for a purpose, which the server puts on record with the read, and hides the
 * text again by itself.
 */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { asFailure } from '../../api/failure.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { kindWords } from '../../parts/kinds.ts';
import { cutAtSpans, cutAtTokens, spokenText, textAt } from './payload-text.ts';
import type { Piece } from './payload-text.ts';
import { turnPayloadsOperation } from './queries.generated.ts';
import type { TurnPayloadsQuery } from './queries.generated.ts';
import { placeOf, textsOf } from './spans.ts';
import type { Redaction } from './use-session.ts';

export type Payloads = NonNullable<TurnPayloadsQuery['session']>['payloads'];

/** Seconds after which revealed text is hidden. */
const SHOWN_SECONDS = 60;

interface RevealDialogProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly onRevealed: (payloads: Payloads) => void;
}

export function RevealDialog({ sessionId, turn, onRevealed }: RevealDialogProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [purpose, setPurpose] = useState('');
  const read = useMutation({
    mutationFn: async () =>
      (await ask(turnPayloadsOperation, { id: sessionId, turn, purpose })).session?.payloads ?? null,
    onSuccess: (payloads) => {
      if (payloads === null || (payloads.request === null && payloads.masked === null)) return;
      setOpen(false);
      onRevealed(payloads);
    },
  });
  const isNothingKept = read.isSuccess && (read.data === null || read.data.request === null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    read.mutate();
  };
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
      <Dialog
        title={`Reveal the text of turn ${turn}`}
        isOpen={isOpen}
        onClose={() => {
          setOpen(false);
        }}
      >
        <form className="dialog-form" onSubmit={submit}>
          <p>
            The text may contain protected health information. Your name, the time and the purpose become a leaf of the
            account log. The text is hidden again after {SHOWN_SECONDS} seconds.
          </p>
          <label className="field">
            <span>What do you read it for?</span>
            <input
              required
              maxLength={200}
              value={purpose}
              onChange={({ target }) => {
                setPurpose(target.value);
              }}
            />
          </label>
          {isNothingKept ? (
            <p className="note" role="status">
              Nothing is kept of this turn: its policy keeps no payloads, or their time is over.
            </p>
          ) : null}
          {read.error === null ? null : (
            <p className="field-problem" role="alert">
              {asFailure(read.error).message}
            </p>
          )}
          <div className="page-actions">
            <button type="submit" className="button button-main" disabled={read.isPending || purpose.trim() === ''}>
              Reveal
            </button>
            <button
              type="button"
              className="button"
              onClick={() => {
                setOpen(false);
              }}
            >
              Cancel
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

interface RevealedProps {
  readonly payloads: Payloads;
  readonly redactions: readonly Redaction[];
  readonly onHide: () => void;
}

export function Revealed({ payloads, redactions, onHide }: RevealedProps): ReactNode {
  const hide = useRef(onHide);
  hide.current = onHide;
  const [left, setLeft] = useState(SHOWN_SECONDS);
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft((seconds) => seconds - 1);
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  useEffect(() => {
    if (left <= 0) hide.current();
  }, [left]);
  const spoken = spokenText(payloads.response);
  return (
    <>
      <p className="note note-warn revealed-note">
        Protected health information is on the screen. It is hidden in {left} s.{' '}
        <button type="button" className="link-button" onClick={onHide}>
          Hide it now
        </button>
      </p>
      {textsOf(redactions).map(({ path }) => (
        <div key={path} className="crossing">
          <div className="crossing-said">
            <span className="crossing-place">{placeOf(path)}</span>
            <Pieces
              pieces={cutAtSpans(
                textAt(payloads.request, path) ?? '',
                redactions.flatMap((each) => (each.path === path ? [{ ...each.span, kind: each.entityKind }] : [])),
              )}
            />
          </div>
          <span className="crossing-arrow" aria-label="became">
            →
          </span>
          <div className="crossing-seen">
            <Pieces pieces={cutAtTokens(textAt(payloads.masked, path) ?? '')} />
          </div>
        </div>
      ))}
      {spoken === null ? null : (
        <div className="crossing">
          <div className="crossing-said">
            <span className="crossing-place">Spoken to the caller</span>
            <p className="payload">{spoken}</p>
          </div>
        </div>
      )}
    </>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  if (pieces.length === 0) return <p className="soft">This text is not in what is kept.</p>;
  return (
    <p className="payload">
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

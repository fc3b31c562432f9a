/**
 * Reveals what a policy keeps of a turn. It asks for a purpose, which the server puts on record with the read, and hides the
 * text again by itself.
 */
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Dialog } from '../../parts/dialog.tsx';
import { MarkedText } from '../../parts/marked/marked-text.tsx';
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import { HidesItself } from './hides-itself.tsx';
import { payloadRead, SHOWN_MS } from './payload-read.ts';
import type { Payloads } from './payload-read.ts';
import { PurposeForm } from '../../parts/purpose-form.tsx';
import { Missed } from './corrections.tsx';
import { cutAtTokens, newestPath, spokenText, textAt } from './payload-text.ts';
import { placeOf } from '../../parts/places.ts';
import { textsOf } from './spans.ts';
import type { KnownText } from './spans.ts';
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
      if (payloads.request === null && payloads.masked === null) return;
      setOpen(false);
      onRevealed(payloads);
    },
  });
  const close = (): void => {
    isAwaited.current = false;
    setOpen(false);
  };
  const isNothingKept = read.isSuccess && (read.data === null || read.data.request === null);
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

interface RevealedProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly payloads: Payloads;
  readonly redactions: readonly Redaction[];
  readonly onHide: () => void;
  /** What is shown below a text. */
  readonly below: (text: KnownText) => ReactNode;
}

export function Revealed(props: RevealedProps): ReactNode {
  const { payloads, redactions, onHide, below } = props;
  const spoken = spokenText(payloads.response);
  const texts = textsOf(redactions);
  // A text in which nothing was found is shown, too: something may have been missed in it.
  const last = newestPath(payloads.request);
  const newest = texts.some(({ path }) => path === last) ? null : last;
  return (
    <>
      <HidesItself onHide={onHide}>Protected health information is on the screen.</HidesItself>
      {texts.map((text) => (
        <RevealedText key={text.path} {...props} path={text.path} below={below(text)} />
      ))}
      {newest === null ? null : <RevealedText {...props} path={newest} below={null} />}
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

interface RevealedTextProps extends Pick<RevealedProps, 'sessionId' | 'turn' | 'payloads' | 'redactions'> {
  readonly path: string;
  readonly below: ReactNode;
}

function RevealedText({ sessionId, turn, payloads, redactions, path, below }: RevealedTextProps): ReactNode {
  const said = textAt(payloads.request, path) ?? '';
  const here = redactions.filter((each) => each.path === path);
  return (
    <>
      <div className="crossing">
        <div className="crossing-said">
          <span className="crossing-place">{placeOf(path)}</span>
          <MarkedText
            pieces={cutAtSpans(
              said,
              here.map((each) => ({ ...each.span, kind: each.entityKind })),
            )}
          />
          <Missed sessionId={sessionId} turn={turn} path={path} text={said} redactions={here.map(({ span }) => span)} />
        </div>
        <span className="crossing-arrow" aria-label="became">
          →
        </span>
        <div className="crossing-seen">
          <MarkedText pieces={cutAtTokens(textAt(payloads.masked, path) ?? '')} />
        </div>
      </div>
      {below}
    </>
  );
}

/** Reveals what a policy keeps of a turn. It asks for a purpose, which the server puts on record with the read. */
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { useMay } from '../../frame/me.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { PurposeForm } from '../../parts/purpose-form.tsx';
import { payloadRead, SHOWN_MS } from './payload-read.ts';
import type { Payloads } from './payload-read.ts';

interface RevealOfferProps {
  readonly sessionId: string;
  readonly turn: number;
  /** Whether the server keeps the text of the turn now. */
  readonly isKept: boolean;
  readonly onRevealed: (payloads: Payloads) => void;
}

/** Says whether the text of a turn is kept, and offers to reveal it. */
export function RevealOffer({ isKept, ...turn }: RevealOfferProps): ReactNode {
  const mayRead = useMay('payloads:read');
  if (!isKept)
    return (
      <p className="soft">
        The text of this turn is not kept: its policy does not say <code>audit.log_payloads: true</code>, or the time is
        over. Kinds and places are all that is known.
      </p>
    );
  if (!mayRead) return <p className="soft">The text of this turn is kept, and your role may not read it.</p>;
  return (
    <div className="reveal-offer">
      <p className="soft">The text of this turn is kept for a time, encrypted.</p>
      <RevealDialog {...turn} />
    </div>
  );
}

type RevealDialogProps = Omit<RevealOfferProps, 'isKept'>;

function RevealDialog({ sessionId, turn, onRevealed }: RevealDialogProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  // What comes after a person cancelled is not shown.
  const isAwaited = useRef(false);
  const read = useMutation({
    ...payloadRead(sessionId, turn),
    onSuccess: (payloads) => {
      if (!isAwaited.current || payloads === null || isEmpty(payloads)) return;
      // An open dialog keeps the focus inside.
      flushSync(() => {
        setOpen(false);
      });
      onRevealed(payloads);
    },
  });
  const close = (): void => {
    isAwaited.current = false;
    setOpen(false);
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
      <Dialog title={`Reveal the text of turn ${turn}`} isOpen={isOpen} onClose={close}>
        <RevealForm
          read={read}
          onSubmit={(purpose) => {
            isAwaited.current = true;
            read.mutate({ purpose });
          }}
          onCancel={close}
        />
      </Dialog>
    </>
  );
}

interface RevealFormProps {
  readonly read: Pick<UseMutationResult<Payloads | null>, 'data' | 'error' | 'isPending'>;
  readonly onSubmit: (purpose: string) => void;
  readonly onCancel: () => void;
}

function RevealForm({ read, onSubmit, onCancel }: RevealFormProps): ReactNode {
  const isNothingKept = read.data !== undefined && (read.data === null || isEmpty(read.data));
  return (
    <PurposeForm
      submitLabel="Reveal"
      isPending={read.isPending}
      error={read.error}
      onSubmit={onSubmit}
      onCancel={onCancel}
    >
      <p>
        The text may contain protected health information. Your user ID, the time and the purpose become a leaf of the
        account log, and stay there. The text is hidden again after {SHOWN_MS / 1000} seconds.
      </p>
      {isNothingKept ? (
        <p className="note" role="status">
          Nothing is kept of this turn any more.
        </p>
      ) : null}
    </PurposeForm>
  );
}

/** Without a text and an answer, nothing is kept. */
const isEmpty = ({ texts, answer, response }: Payloads): boolean =>
  texts.length === 0 && answer === null && response === null;

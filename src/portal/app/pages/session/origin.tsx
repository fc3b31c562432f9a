/** The recogniser and the cue of a redaction. The journal has neither: the kept text is searched again, for a purpose. */
import { useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useMutation } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { ask } from '../../api/ask.ts';
import { useMay } from '../../frame/me.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { PurposeForm } from '../../parts/purpose-form.tsx';
import { HidesItself } from './hides-itself.tsx';
import { SHOWN_MS } from './payload-read.ts';
import { redactionOriginOperation } from './queries.generated.ts';
import { useRescuedFocus } from './rescued-focus.ts';
import type { Redaction } from './session-view.ts';
import { originWords, settledOrigin } from './why-words.ts';
import type { Origin, Setting } from './why-words.ts';

interface OriginPartProps {
  readonly sessionId: string;
  readonly redaction: Redaction;
  readonly settings: readonly Setting[];
}

export function OriginPart({ sessionId, redaction: { seq, pass }, settings }: OriginPartProps): ReactNode {
  const mayRead = useMay('payloads:read');
  const settled = settledOrigin(pass, settings) ?? (mayRead ? null : originWords('not_permitted'));
  return (
    <div>
      <h5>Recogniser and cue</h5>
      {settled === null ? <OriginSearch sessionId={sessionId} seq={seq} /> : <p className="soft">{settled}</p>}
    </div>
  );
}

function OriginSearch({ sessionId, seq }: { readonly sessionId: string; readonly seq: number }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [origin, setOrigin] = useState<Origin | null>(null);
  // What comes after a person cancelled is not shown.
  const isAwaited = useRef(false);
  const read = useMutation({
    mutationFn: (purpose: string) => readOrigin(sessionId, seq, purpose),
    onSuccess: (found) => {
      if (!isAwaited.current) return;
      // An open dialog keeps the focus inside.
      flushSync(() => {
        setOpen(false);
      });
      setOrigin(found);
    },
    // The cue holds words of the caller: the cache forgets it with the panel.
    gcTime: 0,
  });
  const open = (): void => {
    read.reset();
    setOpen(true);
  };
  const forget = (): void => {
    setOrigin(null);
    read.reset();
  };
  const opener = useRescuedFocus<HTMLButtonElement>(origin === null, true);
  if (origin !== null) return <FoundOrigin origin={origin} onHide={forget} />;
  return (
    <>
      <SearchOffer opener={opener} onOpen={open} />
      <SearchDialog
        isOpen={isOpen}
        isPending={read.isPending}
        error={read.error}
        onSubmit={(purpose) => {
          isAwaited.current = true;
          read.mutate(purpose);
        }}
        onCancel={() => {
          isAwaited.current = false;
          setOpen(false);
        }}
      />
    </>
  );
}

async function readOrigin(sessionId: string, seq: number, purpose: string): Promise<Origin | null> {
  return (await ask(redactionOriginOperation, { id: sessionId, seq, purpose })).session?.explanation?.origin ?? null;
}

interface SearchOfferProps {
  readonly opener: RefObject<HTMLButtonElement | null>;
  readonly onOpen: () => void;
}

function SearchOffer({ opener, onOpen }: SearchOfferProps): ReactNode {
  return (
    <div className="why-search">
      <p className="soft">
        The journal has neither. The kept text of the turn can be searched again; the read is put on record.
      </p>
      <button ref={opener} type="button" className="button" onClick={onOpen}>
        Search the text again…
      </button>
    </div>
  );
}

interface SearchDialogProps {
  readonly isOpen: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (purpose: string) => void;
  readonly onCancel: () => void;
}

function SearchDialog({ isOpen, ...form }: SearchDialogProps): ReactNode {
  return (
    <Dialog title="Search the kept text again" isOpen={isOpen} onClose={form.onCancel}>
      <PurposeForm submitLabel="Search" {...form}>
        <p>
          The server reads the kept text of the turn and shows only the recogniser and the words of its cue. Your user
          ID, the time and the purpose become a leaf of the account log, and stay there. A cue is hidden again after{' '}
          {SHOWN_MS / 1000} seconds.
        </p>
      </PurposeForm>
    </Dialog>
  );
}

interface FoundOriginProps {
  readonly origin: Origin;
  /** Forgets the origin, and its cue with it. */
  readonly onHide: () => void;
}

function FoundOrigin({ origin, onHide }: FoundOriginProps): ReactNode {
  const { state, candidate, pattern, detectorVersion } = origin;
  // The button that searched is gone.
  const words = useRescuedFocus<HTMLDivElement>(true);
  if (candidate === null)
    return (
      <div ref={words} tabIndex={-1} className="soft" role="status">
        {originWords(state)}
      </div>
    );
  return (
    <>
      {candidate.cue === null ? null : (
        <HidesItself onHide={onHide}>Words of the caller are on the screen.</HidesItself>
      )}
      <div ref={words} tabIndex={-1} role="status">
        <Facts>
          <Fact name="Recogniser" note={pattern === null ? 'built in' : `line ${pattern.line ?? ''} of the policy`}>
            <code>{candidate.recogniser}</code>
          </Fact>
          <Fact name="Cue" note={candidate.cue === null ? 'its form or its context was enough' : 'announced the value'}>
            {candidate.cue === null ? 'None' : `“${candidate.cue}”`}
          </Fact>
          <Fact name="Check digit or allocation">{candidate.validated ? 'Holds' : 'None that proves it'}</Fact>
          <Fact name="Searched by">
            <code>{detectorVersion}</code>
          </Fact>
        </Facts>
      </div>
    </>
  );
}

/** What made a redaction: the pass, the lines of the policy, and recogniser and cue where the text is kept. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { useView } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { KindChip } from '../../parts/kind-chip.tsx';
import { Answered } from '../../parts/states.tsx';
import { PurposeForm } from '../../parts/purpose-form.tsx';
import { NotPhi } from './corrections.tsx';
import { HidesItself } from './hides-itself.tsx';
import { SHOWN_MS } from './payload-read.ts';
import { redactionOriginOperation, redactionSettingsOperation } from './queries.generated.ts';
import type { Redaction } from './session-view.ts';
import { placeOf } from '../../parts/places.ts';
import { doneWords, originWords, passWords, policyLines, settingWords, settledOrigin } from './why-words.ts';
import type { Origin, Setting } from './why-words.ts';
import './why.css';

interface WhyProps {
  readonly sessionId: string;
  readonly redaction: Redaction;
  readonly onClose: () => void;
}

/** The panel below the text that the chip is in. Takes the focus when it opens. */
export function Why({ sessionId, redaction, onClose }: WhyProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const { seq, entityKind, span, path, pass, confidence } = redaction;
  const view = useView(redactionSettingsOperation, { id: sessionId, seq });
  const title = `why-${seq}`;
  return (
    <section
      className="why sheet"
      aria-labelledby={title}
      onKeyDown={({ key, target }) => {
        const isInDialog = target instanceof Element && target.closest('dialog') !== null;
        if (key === 'Escape' && !isInDialog) onClose();
      }}
    >
      <header className="why-head">
        <h4 id={title} ref={heading} tabIndex={-1}>
          {redaction.action === 'passthrough' ? 'Why this passed unmasked' : 'Why this is masked'}
        </h4>
        <KindChip kind={entityKind} />
        <button type="button" className="link-button" onClick={onClose}>
          Close
        </button>
      </header>
      <Facts>
        <Fact name="Found by" note={`pass ${pass}`}>
          {passWords(pass)}
        </Fact>
        <Fact name="Confidence" note="calibrated, 0 to 1">
          {confidence.toFixed(3)}
        </Fact>
        <Fact name="Place" note={`characters ${span.start} to ${span.end}`}>
          {placeOf(path)}
        </Fact>
        <Fact name="What was done" note={`entry ${seq} of the journal`}>
          {doneWords(redaction)}
        </Fact>
      </Facts>
      <Answered query={view} what="the policy">
        {({ session }) => {
          const settings = session?.explanation?.settings ?? [];
          return (
            <>
              <PolicyLines settings={settings} redaction={redaction} />
              <OriginPart sessionId={sessionId} redaction={redaction} settings={settings} />
              <NotPhi sessionId={sessionId} seq={seq} />
            </>
          );
        }}
      </Answered>
    </section>
  );
}

interface PartProps {
  readonly settings: readonly Setting[];
  readonly redaction: Redaction;
}

function PolicyLines({ settings, redaction }: PartProps): ReactNode {
  return (
    <div>
      <h5>What decided in the policy</h5>
      <ul className="policy-lines">
        {policyLines(settings).map(({ line, text, settings: group }) => (
          <li key={line ?? 'default'}>
            <span className="policy-line-number">
              {line === null ? 'Default' : <span aria-label={`Line ${line}`}>{line}</span>}
            </span>
            <div>
              {text === null ? null : <code className="policy-line">{text}</code>}
              {group.map((setting) => (
                <p key={setting.role} className="soft">
                  {settingWords(setting, redaction)}
                  {setting.line === null ? (
                    <>
                      {' '}
                      (<code>{setting.key}</code>)
                    </>
                  ) : null}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function OriginPart({ sessionId, redaction, settings }: PartProps & { readonly sessionId: string }): ReactNode {
  const mayRead = useMay('payloads:read');
  const [isOpen, setOpen] = useState(false);
  const { seq, pass } = redaction;
  const read = useMutation({
    mutationFn: async (purpose: string) =>
      (await ask(redactionOriginOperation, { id: sessionId, seq, purpose })).session?.explanation?.origin ?? null,
    // The cue holds words of the caller: the cache forgets it with the panel.
    gcTime: 0,
  });
  const close = (): void => {
    // What comes after a person cancelled is not shown.
    if (read.isPending) read.reset();
    setOpen(false);
  };
  const settled = settledOrigin(pass, settings) ?? (mayRead ? null : originWords('not_permitted'));
  return (
    <div>
      <h5>Recogniser and cue</h5>
      {settled !== null ? (
        <p className="soft">{settled}</p>
      ) : read.data === undefined || read.data === null ? (
        <div className="why-search">
          <p className="soft">
            The journal has neither. The kept text of the turn can be searched again; the read is put on record.
          </p>
          <button
            type="button"
            className="button"
            onClick={() => {
              read.reset();
              setOpen(true);
            }}
          >
            Search the text again…
          </button>
        </div>
      ) : (
        <FoundOrigin origin={read.data} onHide={read.reset} />
      )}
      <Dialog title="Search the kept text again" isOpen={isOpen && !read.isSuccess} onClose={close}>
        <PurposeForm
          submitLabel="Search"
          isPending={read.isPending}
          error={read.error}
          onSubmit={(purpose) => {
            read.mutate(purpose);
          }}
          onCancel={close}
        >
          <p>
            The server reads the kept text of the turn and shows only the recogniser and the words of its cue. Your user
            ID, the time and the purpose become a leaf of the account log, and stay there. A cue is hidden again after{' '}
            {SHOWN_MS / 1000} seconds.
          </p>
        </PurposeForm>
      </Dialog>
    </div>
  );
}

interface FoundOriginProps {
  readonly origin: Origin;
  /** Forgets the origin, and its cue with it. */
  readonly onHide: () => void;
}

function FoundOrigin({ origin, onHide }: FoundOriginProps): ReactNode {
  const { state, candidate, pattern, detectorVersion } = origin;
  if (candidate === null)
    return (
      <p className="soft" role="status">
        {originWords(state)}
      </p>
    );
  return (
    <>
      {candidate.cue === null ? null : (
        <HidesItself onHide={onHide}>Words of the caller are on the screen.</HidesItself>
      )}
      <div role="status">
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

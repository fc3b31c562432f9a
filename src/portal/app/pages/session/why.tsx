/** What made a redaction: the pass, the lines of the policy, and recogniser and cue where the text is kept. */
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useView } from '../../api/use-view.ts';
import { Fact, Facts } from '../../parts/facts.tsx';
import { KindChip } from '../../parts/kind-chip.tsx';
import { Answered } from '../../parts/states.tsx';
import { NotPhi } from './not-phi.tsx';
import { OriginPart } from './origin.tsx';
import { redactionSettingsOperation } from './queries.generated.ts';
import type { Redaction } from './session-view.ts';
import { placeOf } from '../../parts/places.ts';
import { doneWords, passWords, policyLines, settingWords } from './why-words.ts';
import type { Setting } from './why-words.ts';
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
  const { seq, entityKind } = redaction;
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
      <RedactionFacts redaction={redaction} />
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

function RedactionFacts({ redaction }: Pick<WhyProps, 'redaction'>): ReactNode {
  const { seq, span, path, pass, confidence } = redaction;
  return (
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

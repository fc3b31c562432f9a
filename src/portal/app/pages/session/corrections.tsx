/** Records what a person says of detection: that a redaction was no identifier, or that words were missed. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { KIND_NAMES, kindWords } from '../../parts/kinds.ts';
import { Link } from '../../routing/link.tsx';
import { placesOf } from './missed-places.ts';
import type { Place } from './missed-places.ts';
import { recordMissedOperation, recordNotPhiOperation } from './queries.generated.ts';

/** Says that a redaction was no identifier. Only its place and kind are recorded. */
export function NotPhi({ sessionId, seq }: { readonly sessionId: string; readonly seq: number }): ReactNode {
  const mayRecord = useMay('policies:write');
  const record = useAct(recordNotPhiOperation, (answer) => accepted(answer.recordNotPhi).correction);
  if (!mayRecord) return null;
  return (
    <div>
      <h5>Is it right?</h5>
      {record.data === undefined ? (
        <div className="why-search">
          <p className="soft">
            Was this no identifier? Saying so records its place and kind under your user ID, for review. It changes
            nothing in this session.
          </p>
          <button
            type="button"
            className="button"
            disabled={record.isPending}
            onClick={() => {
              record.run({ id: sessionId, seq });
            }}
          >
            Not PHI
          </button>
          <FormProblem error={record.error} />
        </div>
      ) : (
        <Recorded outcome={record.data.outcome} />
      )}
    </div>
  );
}

function Recorded({ outcome }: { readonly outcome: string | null }): ReactNode {
  return (
    <p role="status">
      {outcome === null ? 'Recorded. It waits for review.' : `This was recorded before, and ${outcome}.`}{' '}
      <Link to="/portal/review">Review queue</Link>
    </p>
  );
}

interface MissedProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly path: string;
  /** The text as the caller said it. */
  readonly text: string;
  readonly redactions: readonly Place[];
}

/** Says that words of a revealed text should have been masked. The words stay in the browser: their place is sent. */
export function Missed(props: MissedProps): ReactNode {
  const mayRecord = useMay('policies:write');
  const [isOpen, setOpen] = useState(false);
  const [recorded, setRecorded] = useState<{ readonly outcome: string | null } | null>(null);
  if (!mayRecord) return null;
  const close = (): void => {
    setOpen(false);
  };
  return (
    <div className="missed-offer">
      {recorded === null ? null : <Recorded outcome={recorded.outcome} />}
      <button
        type="button"
        className="link-button soft"
        onClick={() => {
          setRecorded(null);
          setOpen(true);
        }}
      >
        Something was missed…
      </button>
      <Dialog title="Words that should have been masked" isOpen={isOpen} onClose={close}>
        <MissedForm
          {...props}
          onCancel={close}
          onRecorded={(correction) => {
            setRecorded(correction);
            close();
          }}
        />
      </Dialog>
    </div>
  );
}

interface MissedFormProps extends MissedProps {
  readonly onCancel: () => void;
  readonly onRecorded: (correction: { readonly outcome: string | null }) => void;
}

function MissedForm(props: MissedFormProps): ReactNode {
  const { sessionId, turn, path, text, redactions, onCancel, onRecorded } = props;
  const [words, setWords] = useState('');
  const [kind, setKind] = useState('NAME');
  const [nth, setNth] = useState(0);
  const record = useAct(recordMissedOperation, (answer) => accepted(answer.recordMissed).correction);
  const places = placesOf(text, words, redactions);
  const place = places[nth] ?? places[0];
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (place !== undefined) record.run({ id: sessionId, turn, path, ...place, kind }, onRecorded);
      }}
    >
      <p>The words stay in this browser. Their place and kind are recorded under your user ID, for review.</p>
      <label className="field">
        <span>The words, as they are in the text</span>
        <input
          required
          autoComplete="off"
          // Some browsers check the spelling on a server.
          spellCheck={false}
          value={words}
          onChange={({ target }) => {
            setWords(target.value);
            setNth(0);
          }}
        />
      </label>
      <p className="soft" role="status">
        {words.trim() === ''
          ? ''
          : place === undefined
            ? 'The text does not have these words, or they are masked already.'
            : `Characters ${place.start} to ${place.end}`}
      </p>
      {places.length < 2 ? null : (
        <label className="field">
          <span>Which of {places.length}</span>
          <select
            value={nth}
            onChange={({ target }) => {
              setNth(Number(target.value));
            }}
          >
            {places.map(({ start }, at) => (
              <option key={start} value={at}>
                {at + 1}: {text.slice(Math.max(0, start - 20), start + words.trim().length + 20)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>What they are</span>
        <select
          value={kind}
          onChange={({ target }) => {
            setKind(target.value);
          }}
        >
          {KIND_NAMES.map((name) => (
            <option key={name} value={name}>
              {kindWords(name).label}
            </option>
          ))}
        </select>
      </label>
      <FormProblem error={record.error} />
      <div className="page-actions">
        <button type="submit" className="button button-main" disabled={place === undefined || record.isPending}>
          Record as missed
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

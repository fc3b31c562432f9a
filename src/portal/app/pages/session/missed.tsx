/** Records that words of a revealed text should have been masked. The words stay in the browser: their place is sent. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { KIND_NAMES, kindWords } from '../../parts/kinds.ts';
import { placesOf } from './missed-places.ts';
import type { Place } from './missed-places.ts';
import { Recorded } from './not-phi.tsx';
import { recordMissedOperation } from './queries.generated.ts';

interface MissedProps {
  readonly sessionId: string;
  readonly turn: number;
  readonly path: string;
  /** The text as the caller said it. */
  readonly text: string;
  readonly redactions: readonly Place[];
}

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
      <WordsField
        words={words}
        place={place}
        onChange={(next) => {
          setWords(next);
          setNth(0);
        }}
      />
      {places.length < 2 ? null : <PlaceField text={text} places={places} nth={nth} onChange={setNth} />}
      <KindField kind={kind} onChange={setKind} />
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

interface WordsFieldProps {
  readonly words: string;
  readonly place: Place | undefined;
  readonly onChange: (words: string) => void;
}

function WordsField({ words, place, onChange }: WordsFieldProps): ReactNode {
  return (
    <>
      <label className="field">
        <span>The words, as they are in the text</span>
        <input
          required
          autoComplete="off"
          // Some browsers check the spelling on a server.
          spellCheck={false}
          value={words}
          onChange={({ target }) => {
            onChange(target.value);
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
    </>
  );
}

/** UTF-16 units around a place that tell it from the others. */
const AROUND = 20;

interface PlaceFieldProps {
  readonly text: string;
  readonly places: readonly Place[];
  readonly nth: number;
  readonly onChange: (nth: number) => void;
}

function PlaceField({ text, places, nth, onChange }: PlaceFieldProps): ReactNode {
  return (
    <label className="field">
      <span>Which of {places.length}</span>
      <select
        value={nth}
        onChange={({ target }) => {
          onChange(Number(target.value));
        }}
      >
        {places.map(({ start, end }, at) => (
          <option key={start} value={at}>
            {at + 1}: {text.slice(Math.max(0, start - AROUND), end + AROUND)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface KindFieldProps {
  readonly kind: string;
  readonly onChange: (kind: string) => void;
}

function KindField({ kind, onChange }: KindFieldProps): ReactNode {
  return (
    <label className="field">
      <span>What they are</span>
      <select
        value={kind}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      >
        {KIND_NAMES.map((name) => (
          <option key={name} value={name}>
            {kindWords(name).label}
          </option>
        ))}
      </select>
    </label>
  );
}

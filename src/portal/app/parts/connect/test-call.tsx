/** The form that places a test call, and the answer while it comes. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { Failed } from '../states.tsx';
import { placeCall } from './place-call.ts';
import type { CallProgress } from './place-call.ts';
import type { Connection } from './snippets.ts';

const WORDS = 'Hi, this is Maria Gonzalez. My date of birth is March 14th 1982. Call me back on 415-555-0142.';

export function TestCall({ connection }: { readonly connection: Connection }): ReactNode {
  if (connection.proof !== 'other') return <CallForm connection={connection} />;
  return (
    <p className="soft">
      This agent asks its callers for a secret in a header or for a signature, which this page does not know. Make a
      proxy key to place a test call.
    </p>
  );
}

function CallForm({ connection }: { readonly connection: Connection }): ReactNode {
  const [words, setWords] = useState(WORDS);
  const [key, setKey] = useState(connection.proxyKey ?? '');
  const [progress, setProgress] = useState<CallProgress | null>(null);
  const call = useMutation({
    mutationFn: () => {
      setProgress(null);
      const callId = `portal-test-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
      return placeCall(connection, { words, key, callId }, setProgress);
    },
  });
  const sessionId = progress?.sessionId ?? null;
  return (
    <form
      className="test-call"
      onSubmit={(event) => {
        event.preventDefault();
        call.mutate();
      }}
    >
      <p className="soft">
        {connection.upstream === 'stub'
          ? 'The model inside Masker repeats what it was told, and says what it was shown. Nothing leaves this server.'
          : `This sends one request to ${connection.upstream}.`}{' '}
        Use made-up identifiers.
      </p>
      <WordsField words={words} onChange={setWords} />
      {connection.proof === 'key' && connection.proxyKey === null ? <KeyField text={key} onChange={setKey} /> : null}
      <div className="page-actions">
        <button type="submit" className="button button-main" disabled={call.isPending}>
          {call.isPending ? 'Calling…' : 'Place a test call'}
        </button>
        {sessionId === null ? null : (
          <Link to={addressOf('/portal/sessions/detail', { id: sessionId })} className="button">
            Open the session
          </Link>
        )}
      </div>
      <div aria-live="polite">{progress === null ? null : <Answer text={progress.answer} />}</div>
      {call.error === null ? null : <Failed error={call.error} />}
    </form>
  );
}

interface WordsFieldProps {
  readonly words: string;
  readonly onChange: (words: string) => void;
}

function WordsField({ words, onChange }: WordsFieldProps): ReactNode {
  return (
    <label className="field">
      <span>What the caller says</span>
      <textarea
        rows={2}
        required
        maxLength={2000}
        value={words}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
}

interface KeyFieldProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function KeyField({ text, onChange }: KeyFieldProps): ReactNode {
  return (
    <label className="field">
      <span>Proxy key of the agent</span>
      <input
        type="password"
        required
        autoComplete="off"
        placeholder="mpk_…"
        value={text}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
}

function Answer({ text }: { readonly text: string }): ReactNode {
  return (
    <>
      <h3>What the caller hears</h3>
      <p className="test-answer">{text === '' ? '…' : text}</p>
    </>
  );
}

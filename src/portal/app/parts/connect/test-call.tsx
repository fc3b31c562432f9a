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
  const isStub = connection.upstream === 'stub';
  return (
    <form
      className="test-call"
      onSubmit={(event) => {
        event.preventDefault();
        call.mutate();
      }}
    >
      <p className="soft">
        {isStub
          ? 'The model inside Masker repeats what it was told, and says what it was shown. Nothing leaves this server.'
          : `This sends one request to ${connection.upstream}.`}{' '}
        Use made-up identifiers.
      </p>
      <label className="field">
        <span>What the caller says</span>
        <textarea
          rows={2}
          required
          maxLength={2000}
          value={words}
          onChange={({ target }) => {
            setWords(target.value);
          }}
        />
      </label>
      {connection.needsKey && connection.proxyKey === null ? (
        <label className="field">
          <span>Proxy key of the agent</span>
          <input
            type="password"
            required
            autoComplete="off"
            placeholder="mpk_…"
            value={key}
            onChange={({ target }) => {
              setKey(target.value);
            }}
          />
        </label>
      ) : null}
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
      <div aria-live="polite">
        {progress === null ? null : (
          <>
            <h3>What the caller hears</h3>
            <p className="test-answer">{progress.answer === '' ? '…' : progress.answer}</p>
          </>
        )}
      </div>
      {call.error === null ? null : <Failed error={call.error} />}
    </form>
  );
}

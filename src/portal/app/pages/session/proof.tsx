/** The proof of a session: verify it here, or take the report along. */
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { useMay } from '../../frame/me.ts';
import { Failed, Loading } from '../../parts/states.tsx';
import type { Verified } from './verify.ts';

// The verifier is loaded when it is used.
const Verdict = lazy(async () => ({ default: (await import('./verdict.tsx')).Verdict }));

interface ProofProps {
  readonly id: string;
  readonly merkleRootHex: string | null;
}

export function Proof({ id, merkleRootHex }: ProofProps): ReactNode {
  const [key, setKey] = useState('');
  const verify = useMutation<Verified>({
    mutationFn: async () => (await import('./verify.ts')).verifySession(id, key),
  });
  const mayRead = useMay('reports:read');
  if (!mayRead) return null;
  return (
    <section className="proof" aria-labelledby="proof-title">
      <h2 id="proof-title">Proof</h2>
      <p className="soft">
        {merkleRootHex === null ? (
          'The session is not sealed yet, so its journal has no root.'
        ) : (
          <>
            Sealed under the root <code className="wrap">{merkleRootHex}</code>
          </>
        )}
      </p>
      <ProofForm
        publicKey={key}
        isPending={verify.isPending}
        onKey={(next) => {
          setKey(next);
          // The verdict was under the key before.
          verify.reset();
        }}
        onVerify={() => {
          verify.mutate();
        }}
      />
      <p className="soft proof-note">
        The bundle is read from the server, which puts the reading on record, and checked here by the verifier that
        auditors run. Without a key it can say that everything fits together, but not who made it.
      </p>
      {verify.error === null ? null : <Failed error={verify.error} />}
      {verify.data === undefined ? null : (
        <Suspense fallback={<Loading what="the verifier" />}>
          <Verdict verified={verify.data} />
        </Suspense>
      )}
    </section>
  );
}

interface ProofFormProps {
  readonly publicKey: string;
  readonly isPending: boolean;
  readonly onKey: (publicKey: string) => void;
  readonly onVerify: () => void;
}

function ProofForm({ publicKey, isPending, onKey, onVerify }: ProofFormProps): ReactNode {
  return (
    <div className="proof-form">
      <label className="field proof-key">
        <span>The operator’s public key, from elsewhere than this server (optional)</span>
        <input
          value={publicKey}
          spellCheck={false}
          autoComplete="off"
          placeholder="base64, hex or PEM"
          onChange={({ target }) => {
            onKey(target.value);
          }}
        />
      </label>
      <button type="button" className="button button-main" disabled={isPending} onClick={onVerify}>
        {isPending ? 'Verifying…' : 'Verify in this browser'}
      </button>
    </div>
  );
}

/** Links to the report in its three forms. */
export function ReportLinks({ id }: { readonly id: string }): ReactNode {
  const mayRead = useMay('reports:read');
  if (!mayRead) return null;
  const address = `/api/v1/sessions/${encodeURIComponent(id)}/report`;
  return (
    <>
      <a className="button" href={`${address}?format=pdf`} download={`${id}.pdf`}>
        Report as PDF
      </a>
      <a className="button" href={address} download={`${id}.json`}>
        JSON
      </a>
      <a className="button" href={`${address}?format=bundle`} download={`${id}.bundle.json`}>
        Bundle
      </a>
    </>
  );
}

/** The keys that callers of an agent use: made, shown once, and revoked. */
import type { ReactNode } from 'react';
import { asFailure } from '../../api/failure.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import type { AgentView } from './agent-view.ts';
import { createProxyKeyOperation, revokeProxyKeyOperation } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

interface ProxyKeysProps {
  readonly agentId: string;
  readonly keys: AgentView['proxyKeys'];
}

export function ProxyKeys({ agentId, keys }: ProxyKeysProps): ReactNode {
  const mayWrite = useMay('agents:write');
  const create = useAct(createProxyKeyOperation, (answer) => accepted(answer.createProxyKey).proxyKey);
  const revoke = useAct(revokeProxyKeyOperation, (answer) => accepted(answer.revokeProxyKey));
  const error = create.error ?? revoke.error;
  return (
    <section aria-labelledby="keys-title">
      <h2 id="keys-title">Proxy keys</h2>
      {create.data === undefined ? null : (
        <p className="note note-warn new-key" role="status">
          <span>
            The new key, shown this once: <code>{create.data.key}</code>
          </span>
          <CopyButton text={create.data.key} what="proxy key" />
        </p>
      )}
      {error === null ? null : (
        <p className="field-problem" role="alert">
          {asFailure(error).message}
        </p>
      )}
      <ul className="key-list">
        {keys.map(({ id, createdAt }) => (
          <li key={id}>
            <code>{id}</code>
            <span className="soft">
              created <Moment iso={createdAt} />
            </span>
            {mayWrite ? (
              <button
                type="button"
                className="button button-danger"
                disabled={revoke.isPending}
                onClick={() => {
                  revoke.run({ agentId, id }, () => {
                    if (create.data?.id === id) create.reset();
                  });
                }}
              >
                Revoke<span className="unseen"> key {id}</span>
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {keys.length === 0 ? (
        <p className="soft">The agent has no proxy key. Its first one makes it ask for a key.</p>
      ) : null}
      {mayWrite ? (
        <button
          type="button"
          className="button"
          disabled={create.isPending}
          onClick={() => {
            create.run({ agentId });
          }}
        >
          Make a proxy key
        </button>
      ) : null}
    </section>
  );
}

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
  const revokeKey = (id: string): void => {
    revoke.run({ agentId, id }, () => {
      if (create.data?.id === id) create.reset();
    });
  };
  return (
    <section aria-labelledby="keys-title">
      <h2 id="keys-title">Proxy keys</h2>
      {create.data === undefined ? null : <NewKey text={create.data.key} />}
      {error === null ? null : (
        <p className="field-problem" role="alert">
          {asFailure(error).message}
        </p>
      )}
      <KeyList keys={keys} onRevoke={mayWrite ? revokeKey : null} isPending={revoke.isPending} />
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

interface KeyListProps {
  readonly keys: ProxyKeysProps['keys'];
  /** Null for those who may not revoke one. */
  readonly onRevoke: ((id: string) => void) | null;
  readonly isPending: boolean;
}

function KeyList({ keys, onRevoke, isPending }: KeyListProps): ReactNode {
  return (
    <ul className="key-list">
      {keys.map(({ id, createdAt }) => (
        <li key={id}>
          <code>{id}</code>
          <span className="soft">
            created <Moment iso={createdAt} />
          </span>
          {onRevoke === null ? null : (
            <button
              type="button"
              className="button button-danger"
              disabled={isPending}
              onClick={() => {
                onRevoke(id);
              }}
            >
              Revoke<span className="unseen"> key {id}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function NewKey({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="note note-warn new-key" role="status">
      <span>
        The new key, shown this once: <code>{text}</code>
      </span>
      <CopyButton text={text} what="proxy key" />
    </p>
  );
}

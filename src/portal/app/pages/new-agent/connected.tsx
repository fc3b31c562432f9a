/** What follows the creation of an agent: its key, its addresses, snippets, and a test call. */
import type { ReactNode } from 'react';
import { Addresses, Snippets } from '../../parts/connect/connect.tsx';
import type { Connection } from '../../parts/connect/snippets.ts';
import { TestCall } from '../../parts/connect/test-call.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { Created } from './created.ts';

interface ConnectedProps {
  readonly created: Created;
  readonly above: { readonly to: string; readonly title: string };
}

export function Connected({ created, above }: ConnectedProps): ReactNode {
  const { agent, proxyKey } = created;
  const connection: Connection = {
    agentId: agent.id,
    upstream: agent.upstream,
    proxyUrl: agent.proxyUrl,
    baseUrl: agent.baseUrl,
    webhookUrl: agent.webhookUrl,
    proof: agent.openToAnyone ? 'none' : 'key',
    proxyKey: proxyKey?.key ?? null,
  };
  return (
    <>
      <PageHead
        title={`${agent.name} is ready`}
        above={above}
        lead="Connect your voice platform, or place a test call first."
        actions={
          <Link to={addressOf('/portal/agents/detail', { id: agent.id })} className="button">
            Go to the agent
          </Link>
        }
      />
      <div className="connected">
        {proxyKey === null ? null : (
          <section className="once" aria-labelledby="key-title">
            <h2 id="key-title">Proxy key</h2>
            <p>It is shown this once. Keep it where your platform’s secrets are.</p>
            <p className="once-key">
              <code>{proxyKey.key}</code>
              <CopyButton text={proxyKey.key} what="proxy key" />
            </p>
          </section>
        )}
        <section aria-labelledby="call-title">
          <h2 id="call-title">Try it</h2>
          <TestCall connection={connection} />
        </section>
        <section aria-labelledby="address-title">
          <h2 id="address-title">Addresses</h2>
          <Addresses connection={connection} />
        </section>
        <section aria-labelledby="connect-title">
          <h2 id="connect-title">Connect</h2>
          <Snippets connection={connection} />
        </section>
      </div>
    </>
  );
}

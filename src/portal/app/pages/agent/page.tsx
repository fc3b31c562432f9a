/** One agent: its configuration, figures, keys and last sessions, and how to connect it. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { useView } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { Addresses, Snippets } from '../../parts/connect/connect.tsx';
import type { Connection } from '../../parts/connect/snippets.ts';
import { TestCall } from '../../parts/connect/test-call.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { AgentFacts, LastSessions } from './agent-facts.tsx';
import type { AgentView } from './agent-view.ts';
import { EditAgent } from './edit-agent.tsx';
import { DeleteAgent } from './delete-agent.tsx';
import { ProxyKeys } from './proxy-keys.tsx';
import { agentDetailOperation } from './queries.generated.ts';
import './agent.css';

export function Page(): ReactNode {
  const [{ id = '', part = '' }] = useParameters();
  const query = useView(agentDetailOperation, { id }, { refetchInterval: CALM_MS });
  const mayDelete = useMay('members:admin');
  const mayEdit = useMay('agents:write');
  const agent = query.data?.agent ?? null;
  return (
    <>
      <PageHead
        title={agent?.name ?? 'Agent'}
        above={{ to: '/portal/agents', title: 'Agents' }}
        lead={<code>{id}</code>}
        actions={
          agent === null ? undefined : (
            <>
              {mayEdit && part !== 'edit' ? (
                <Link to={addressOf('/portal/agents/detail', { id, part: 'edit' })} className="button">
                  Edit
                </Link>
              ) : null}
              <Link to={addressOf('/portal/sessions', { agent: agent.id })} className="button">
                All its sessions
              </Link>
              {mayDelete ? <DeleteAgent id={agent.id} name={agent.name} /> : null}
            </>
          )
        }
      />
      <Answered query={query} what="the agent">
        {(data) =>
          data.agent === null ? (
            <Empty title="There is no such agent">
              <p className="soft">It may have been deleted, or belong to another account. Its sessions stay.</p>
              <Link to="/portal/agents">All agents</Link>
            </Empty>
          ) : part === 'edit' && mayEdit ? (
            <EditAgent key={data.agent.id} agent={data.agent} refetch={query.refetch} />
          ) : (
            <Detail key={data.agent.id} agent={data.agent} />
          )
        }
      </Answered>
    </>
  );
}

function Detail({ agent }: { readonly agent: AgentView }): ReactNode {
  const connection: Connection = {
    agentId: agent.id,
    upstream: agent.upstream,
    proxyUrl: agent.proxyUrl,
    baseUrl: agent.baseUrl,
    webhookUrl: agent.webhookUrl,
    proof: proofOf(agent),
    proxyKey: null,
  };
  return (
    <>
      <AgentFacts agent={agent} />
      <div className="agent-parts">
        <section aria-labelledby="sessions-title">
          <h2 id="sessions-title">Last sessions</h2>
          <LastSessions agent={agent} />
        </section>
        <section aria-labelledby="call-title">
          <h2 id="call-title">Test call</h2>
          <TestCall connection={connection} />
        </section>
        <section aria-labelledby="connect-title">
          <h2 id="connect-title">Connect</h2>
          <Addresses connection={connection} />
          <Snippets connection={connection} />
        </section>
        <ProxyKeys agentId={agent.id} keys={agent.proxyKeys} />
      </div>
    </>
  );
}

function proofOf({ openToAnyone, callerAuth }: AgentView): Connection['proof'] {
  if (openToAnyone || callerAuth === null) return 'none';
  return callerAuth.proxyKey ? 'key' : 'other';
}

/** Makes an agent, and ends with what is needed to connect it and to try it. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { Failed, Answered } from '../../parts/states.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { addressOf, navigate, useParameters } from '../../routing/address.ts';
import { Connected } from './connected.tsx';
import { AgentForm } from './agent-form.tsx';
import type { Created } from './created.ts';
import { agentChoicesOperation, createAgentOperation } from './queries.generated.ts';
import './new-agent.css';

export function Page(): ReactNode {
  const choices = useView(agentChoicesOperation, {});
  const [{ id = '' }, change] = useParameters();
  const [created, setCreated] = useState<Created | null>(null);
  // A page that is loaded again leads to the agent that was made: its key is shown once.
  const isMade = created === null && id !== '';
  useEffect(() => {
    if (isMade) navigate(addressOf('/portal/agents/detail', { id }), { replace: true });
  }, [isMade, id]);
  const create = useAct(createAgentOperation, (answer) => accepted(answer.createAgent));
  const above = { to: '/portal/agents', title: 'Agents' };
  if (created !== null) return <Connected created={created} above={above} />;
  return (
    <>
      <PageHead title="New agent" above={above} lead="It is active at once. Its settings can be changed later." />
      {create.error === null ? null : <Failed error={create.error} />}
      <Answered query={choices} what="the choices">
        {({ upstreams, policies }) => (
          <AgentForm
            upstreams={upstreams}
            policies={policies.edges.map(({ node }) => node)}
            isSending={create.isPending}
            onSubmit={(input) => {
              create.run({ input }, (made) => {
                setCreated(made);
                change({ id: made.agent.id }, { replace: true });
              });
            }}
          />
        )}
      </Answered>
    </>
  );
}

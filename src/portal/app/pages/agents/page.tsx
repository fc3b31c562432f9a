/** The list of agents with their figures of the last day. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { count, duration } from '../../parts/format.ts';
import { LabelledInput } from '../../parts/form-fields.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { agentsOperation } from './queries.generated.ts';
import type { AgentsQuery } from './queries.generated.ts';
import './agents.css';

type AgentRow = AgentsQuery['agents']['edges'][number]['node'];

export function Page(): ReactNode {
  const [{ q = '' }, change] = useParameters();
  const mayCreate = useMay('agents:write');
  const query = usePages(
    agentsOperation,
    { first: 50, nameContains: q === '' ? null : q },
    { pageInfoOf: ({ agents }) => agents.pageInfo, intervalAtTop: CALM_MS },
  );
  return (
    <>
      <PageHead
        title="Agents"
        lead="A voice platform calls an agent in place of its model. Figures are of the last 24 hours."
        actions={mayCreate ? <NewAgentLink /> : undefined}
      />
      <Search
        text={q}
        onChange={(text) => {
          change({ q: text }, { replace: true });
        }}
      />
      <Answered query={query} what="agents">
        {({ pages }) => {
          const rows = pages.flatMap(({ agents }) => agents.edges.map(({ node }) => node));
          if (rows.length === 0) return <NoAgents isNarrowed={q !== ''} create={mayCreate ? <NewAgentLink /> : null} />;
          return <AgentTable rows={rows} />;
        }}
      </Answered>
      <MoreButton list={query} label="Show more agents" />
    </>
  );
}

interface SearchProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function Search({ text, onChange }: SearchProps): ReactNode {
  return (
    <form
      role="search"
      className="agent-search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <LabelledInput label="Name contains" type="search" maxLength={64} value={text} onChange={onChange} />
    </form>
  );
}

function NewAgentLink(): ReactNode {
  return (
    <Link to="/portal/agents/new" className="button button-main">
      New agent
    </Link>
  );
}

function NoAgents({ isNarrowed, create }: { readonly isNarrowed: boolean; readonly create: ReactNode }): ReactNode {
  return isNarrowed ? (
    <Empty title="No agent has this in its name">
      <p className="soft">Names are searched in any case.</p>
    </Empty>
  ) : (
    <Empty title="No agents yet">
      <p className="soft">Create one, give its address to your voice platform, and place a test call from here.</p>
      {create}
    </Empty>
  );
}

function AgentTable({ rows }: { readonly rows: readonly AgentRow[] }): ReactNode {
  return (
    <div className="sheet">
      <table className="data agent-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Model</th>
            <th scope="col">Policy</th>
            <th scope="col">Callers</th>
            <th scope="col" className="number">
              Sessions
            </th>
            <th scope="col" className="number">
              Redactions
            </th>
            <th scope="col" className="number">
              Added, p95
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: AgentRow }): ReactNode {
  const { id, name, upstream, policyName, policyVersion, openToAnyone, stats } = row;
  return (
    <tr>
      <td className="agent-name">
        <Link to={addressOf('/portal/agents/detail', { id })} className="row-link">
          {name}
        </Link>
      </td>
      <td data-label="Model">{upstream}</td>
      <td data-label="Policy">
        <span>
          {policyName} <span className="soft">v{policyVersion}</span>
        </span>
      </td>
      <td data-label="Callers">
        {openToAnyone ? (
          <span className="state-warn">Anyone with the ID</span>
        ) : (
          <span className="soft">Authenticated</span>
        )}
      </td>
      <td data-label="Sessions" className="number">
        {count(stats.sessionCount24h)}
      </td>
      <td data-label="Redactions" className="number">
        {count(stats.redactionCount24h)}
      </td>
      <td data-label="Added, p95" className="number">
        {stats.p95LatencyMs === null ? <span className="soft">no turn</span> : duration(stats.p95LatencyMs)}
      </td>
    </tr>
  );
}

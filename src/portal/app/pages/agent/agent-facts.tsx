/** Configuration and figures of an agent, and its last sessions. */
import type { ReactNode } from 'react';
import { count, duration } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { SessionState } from '../../parts/session-state.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { AgentView } from './agent-view.ts';
import { Moment } from '../../parts/moment.tsx';

export function AgentFacts({ agent }: { readonly agent: AgentView }): ReactNode {
  const { stats } = agent;
  const figures = [
    ['Sessions, 24 hours', count(stats.sessionCount24h)],
    ['Sessions, 7 days', count(stats.sessionCount7d)],
    ['Redactions, 24 hours', count(stats.redactionCount24h)],
    ['Added, median', stats.p50LatencyMs === null ? 'no turn yet' : duration(stats.p50LatencyMs)],
    ['Added, p95', stats.p95LatencyMs === null ? 'no turn yet' : duration(stats.p95LatencyMs)],
  ] as const;
  const facts = [
    ['Model', agent.upstream],
    ['Policy', `${agent.policyName}, version ${agent.policyVersion}`],
    ['Tokens', agent.tokenization],
    ['Callers', callersOf(agent)],
    ['Created', <Moment key="created" iso={agent.createdAt} />],
  ] as const;
  return (
    <section className="sheet agent-summary" aria-label="Summary">
      <dl className="agent-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={value.startsWith('no ') ? 'agent-none' : ''}>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="agent-settings">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function callersOf({ callerAuth, openToAnyone }: AgentView): ReactNode {
  if (openToAnyone || callerAuth === null)
    return <span className="state-warn">Anyone who knows the ID may call it</span>;
  const ways = [
    callerAuth.proxyKey ? 'proxy key' : null,
    callerAuth.sharedSecret === null ? null : `secret in ${callerAuth.sharedSecret.header}`,
    callerAuth.signature === null ? null : `signature in ${callerAuth.signature.header}`,
  ];
  return ways.filter((way) => way !== null).join(', or ');
}

export function LastSessions({ agent }: { readonly agent: AgentView }): ReactNode {
  const rows = agent.sessions.edges.map(({ node }) => node);
  if (rows.length === 0) return <p className="soft">No call yet. Place a test call below.</p>;
  return (
    <ul className="last-sessions">
      {rows.map(({ id, startedAt, status, sealedAt, redactionsByKind }) => (
        <li key={id}>
          <Link to={addressOf('/portal/sessions/detail', { id })} className="row-link">
            <Moment iso={startedAt} />
          </Link>
          <KindChips counts={kindCounts(redactionsByKind)} most={3} />
          <SessionState status={status} sealedAt={sealedAt} />
        </li>
      ))}
    </ul>
  );
}

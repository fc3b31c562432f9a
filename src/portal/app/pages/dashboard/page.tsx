/** The first view: what went through, what was masked, how long it took, and whether everything works. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { useView } from '../../api/use-view.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { SessionState } from '../../parts/session-state.tsx';
import { Answered } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { HealthPanel } from './health-panel.tsx';
import { Numbers } from './numbers.tsx';
import { periodOf, PERIODS } from './periods.ts';
import type { Period } from './periods.ts';
import { dashboardOperation } from './queries.generated.ts';
import type { DashboardQuery } from './queries.generated.ts';
import { RedactionChart } from './redaction-chart.tsx';
import { Moment } from '../../parts/moment.tsx';
import './dashboard.css';

export function Page(): ReactNode {
  const [{ period: chosen = '' }, change] = useParameters();
  const period = periodOf(chosen);
  const query = useView(
    dashboardOperation,
    { since: period.value, interval: period.interval },
    { refetchInterval: CALM_MS },
  );
  return (
    <>
      <PageHead
        title="Dashboard"
        lead={
          query.data === undefined ? undefined : (
            <>
              Updated: <Moment iso={query.data.usage.until} />
            </>
          )
        }
        actions={
          <label className="field period">
            <span className="unseen">Period</span>
            <select
              value={period.value}
              onChange={({ target }) => {
                change({ period: target.value }, { replace: true });
              }}
            >
              {PERIODS.map(({ value, label }) => (
                <option key={value} value={value}>
                  Last {label}
                </option>
              ))}
            </select>
          </label>
        }
      />
      <Answered query={query} what="the figures">
        {(data) => <Figures data={data} period={period} />}
      </Answered>
    </>
  );
}

function Figures({ data, period }: { readonly data: DashboardQuery; readonly period: Period }): ReactNode {
  const { usage } = data;
  return (
    <>
      <Numbers data={data} />
      <div className="dashboard">
        <section className="sheet panel panel-wide" aria-labelledby="chart-title">
          <h2 id="chart-title">Redactions over time</h2>
          {usage.total.redactions === 0 ? (
            <p className="soft">Nothing was redacted in the last {period.label}.</p>
          ) : (
            <RedactionChart buckets={usage.buckets} total={usage.total.redactionsByKind} period={period} />
          )}
        </section>
        <HealthPanel />
        <Recent sessions={data.sessions} hasAgents={data.agents.edges.length > 0} />
      </div>
    </>
  );
}

interface RecentProps {
  readonly sessions: DashboardQuery['sessions'];
  readonly hasAgents: boolean;
}

function Recent({ sessions, hasAgents }: RecentProps): ReactNode {
  const rows = sessions.edges.map(({ node }) => node);
  return (
    <section className="sheet panel panel-full" aria-labelledby="recent-title">
      <h2 id="recent-title">Recent sessions</h2>
      {rows.length === 0 ? (
        <p className="soft">
          No calls yet.{' '}
          {hasAgents ? (
            <Link to="/portal/agents">Open an agent</Link>
          ) : (
            <Link to="/portal/agents/new">Create an agent</Link>
          )}{' '}
          to place a test call.
        </p>
      ) : (
        <ul className="recent">
          {rows.map(({ id, agentName, startedAt, status, sealedAt, redactionsByKind }) => (
            <li key={id}>
              <Link to={addressOf('/portal/sessions/detail', { id })} className="row-link">
                <Moment iso={startedAt} />
              </Link>
              <span className="recent-agent soft">{agentName}</span>
              <KindChips counts={kindCounts(redactionsByKind)} most={3} />
              <SessionState status={status} sealedAt={sealedAt} />
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to="/portal/sessions">All sessions</Link>
      </p>
    </section>
  );
}

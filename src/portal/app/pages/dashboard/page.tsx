/** The first view: what went through, what was masked, how long it took, and whether everything works. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { useView } from '../../api/use-view.ts';
import { count, counted, duration } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { SessionState } from '../../parts/session-state.tsx';
import { Answered } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { HealthPanel } from './health-panel.tsx';
import { agentFigure } from './open-agents.ts';
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
        <Recent sessions={data.sessions} />
      </div>
    </>
  );
}

function Numbers({ data }: { readonly data: DashboardQuery }): ReactNode {
  const { total } = data.usage;
  return (
    <dl className="numbers">
      <Figure name="Sessions" value={count(total.sessions)} note={counted(total.turns, 'turn')} />
      <Figure name="Redactions" value={count(total.redactions)} note="identifiers found and acted on" />
      <Figure
        name="Refused turns"
        value={count(total.refusedTurns)}
        note={total.refusedTurns === 0 ? 'none held a known value' : 'a known value was left; nothing was sent'}
        tone={total.refusedTurns > 0 ? 'warn' : undefined}
      />
      <Figure
        name="Added latency"
        value={total.p50LatencyMs === null ? '–' : duration(total.p50LatencyMs)}
        note={
          total.p50LatencyMs === null
            ? 'no turn has ended'
            : `median; p95 ${total.p95LatencyMs === null ? 'not known' : duration(total.p95LatencyMs)}`
        }
      />
      <Figure name="Agents" {...agentFigure(data.agents)} />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: 'warn' | undefined;
}

function Figure({ name, value, note, tone }: FigureProps): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="figure">{value}</span>
        <span className={tone === undefined ? 'soft' : `state-${tone}`}>{note}</span>
      </dd>
    </div>
  );
}

function Recent({ sessions }: Pick<DashboardQuery, 'sessions'>): ReactNode {
  const rows = sessions.edges.map(({ node }) => node);
  return (
    <section className="sheet panel panel-full" aria-labelledby="recent-title">
      <h2 id="recent-title">Recent sessions</h2>
      {rows.length === 0 ? (
        <p className="soft">
          No calls yet. <Link to="/portal/agents">Open an agent</Link> to place a test call.
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

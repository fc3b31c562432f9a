/** The figures of the dashboard. None of them is good news by its colour: a figure of 0 may mean that nothing was called. */
import type { ReactNode } from 'react';
import { count, counted, duration } from '../../parts/format.ts';
import { agentFigure } from './open-agents.ts';
import type { DashboardQuery } from './queries.generated.ts';

type Total = DashboardQuery['usage']['total'];

export function Numbers({ data }: { readonly data: DashboardQuery }): ReactNode {
  const { total } = data.usage;
  return (
    <dl className="numbers">
      <Figure
        name="Sessions"
        value={count(total.sessions)}
        note={`${counted(total.turns - total.refusedTurns, 'turn')} masked`}
      />
      <Figure name="Redactions" value={count(total.redactions)} note="identifiers found and acted on" />
      <TurnFigure
        name="Uninspected turns"
        turns={total.uninspectedTurns}
        of={total}
        none="no media or file passed"
        some="media or files passed without a search"
      />
      <TurnFigure
        name="Refused turns"
        turns={total.refusedTurns}
        of={total}
        none="none held a known value"
        some="a known value was left; nothing was sent"
      />
      <Latency total={total} />
      <Figure name="Agents" {...agentFigure(data.agents)} />
    </dl>
  );
}

interface TurnFigureProps {
  readonly name: string;
  readonly turns: number;
  readonly of: Total;
  readonly none: string;
  readonly some: string;
}

/** Turns that are worth a look. Without a turn there is nothing to say of them. */
function TurnFigure({ name, turns, of: total, none, some }: TurnFigureProps): ReactNode {
  const note = total.turns === 0 ? 'no turn yet' : turns === 0 ? none : some;
  return <Figure name={name} value={count(turns)} note={note} tone={turns > 0 ? 'warn' : undefined} />;
}

function Latency({ total: { p50LatencyMs: median, p95LatencyMs: p95 } }: { readonly total: Total }): ReactNode {
  if (median === null) return <Figure name="Added latency" value="–" note="no turn has ended" />;
  const note = `median; p95 ${p95 === null ? 'not known' : duration(p95)}`;
  return <Figure name="Added latency" value={duration(median)} note={note} />;
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

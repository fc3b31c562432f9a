/** The turns of a call to scale, each with its stages. */
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';
import type { Line, PlacedTurn } from './replay.ts';
import type { Turn } from './session-view.ts';

interface TrackProps {
  readonly line: Line;
  readonly turns: readonly Turn[];
  /** The number of the turn that runs at the moment; null before the first. */
  readonly now: number | null;
  /** Milliseconds since the call began. */
  readonly momentMs: number;
}

export function Track({ line: { turns: places, lengthMs }, turns, now, momentMs }: TrackProps): ReactNode {
  return (
    <div className="timeline-track" aria-hidden="true">
      {places.map((place) => (
        <Bar
          key={place.number}
          place={place}
          lengthMs={lengthMs}
          turn={turns.find(({ number }) => number === place.number)}
          isNow={place.number === now}
        />
      ))}
      <span className="timeline-now" style={{ left: share(momentMs, lengthMs) }} />
    </div>
  );
}

interface BarProps {
  readonly place: PlacedTurn;
  readonly lengthMs: number;
  readonly turn: Turn | undefined;
  readonly isNow: boolean;
}

interface Segment {
  readonly name: 'detection' | 'tokenize' | 'other' | 'upstream' | 'rehydrate';
  readonly ms: number;
}

/** The stages of a turn, with what no stage accounts for, such as the journal, before the model. */
function segmentsOf(turn: Turn | undefined, lengthMs: number): readonly Segment[] {
  if (turn === undefined) return [];
  const { detection, tokenize, upstream, rehydrate } = turn.stageDurations;
  const other = lengthMs - detection - tokenize - (upstream ?? 0) - (rehydrate ?? 0);
  return [
    { name: 'detection', ms: detection },
    { name: 'tokenize', ms: tokenize },
    { name: 'other', ms: Math.max(0, other) },
    { name: 'upstream', ms: upstream ?? 0 },
    { name: 'rehydrate', ms: rehydrate ?? 0 },
  ];
}

function Bar({ place: { number, startMs, endMs }, lengthMs, turn, isNow }: BarProps): ReactNode {
  return (
    <span
      className={`timeline-bar ${isNow ? 'timeline-bar-now' : ''}`}
      style={{ left: share(startMs, lengthMs), width: share(endMs - startMs, lengthMs) }}
      title={`Turn ${number}, ${duration(endMs - startMs)}`}
    >
      {segmentsOf(turn, endMs - startMs).map(({ name, ms }) => (
        <span key={name} className={`stage-${name}`} style={{ flexGrow: Math.max(ms, 0.001) }} />
      ))}
    </span>
  );
}

function share(ms: number, lengthMs: number): string {
  return `${Math.min(100, (ms / lengthMs) * 100)}%`;
}

/** The timeline of an ended call: its turns with their stages to scale, and a replay of how they crossed the wall. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';
import { useParameters } from '../../routing/address.ts';
import { turnAt } from './replay.ts';
import type { Line, PlacedTurn } from './replay.ts';
import type { Turn } from './session-view.ts';
import { StageBar } from './stages.tsx';
import './timeline.css';

const SPEEDS = [1, 4, 16] as const;

/** Where a replay is, and what moves it. */
export interface Replay {
  /** Milliseconds since the call began; null at its end, where everything is shown. */
  readonly atMs: number | null;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly play: () => void;
  /** Stops, at the moment that is reached. */
  readonly rest: () => void;
  readonly seek: (atMs: number | null) => void;
  readonly setSpeed: (speed: number) => void;
}

/** Replays a call of this length. The moment is in the address while the replay rests, and not while it moves. */
export function useReplay(lengthMs: number): Replay {
  const [{ at = '' }, change] = useParameters();
  // The moment while it moves. Null: the address has it.
  const [movingMs, setMovingMs] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(1);
  const moment = movingMs ?? restingAt(at);
  const atMs = moment === null || moment >= lengthMs ? null : moment;
  useEffect(() => {
    if (!isPlaying) return undefined;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now: number) {
      const passed = Math.max(0, now - before) * speed;
      before = now;
      setMovingMs((current) => (current === null ? null : current + passed));
      frame = requestAnimationFrame(step);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [isPlaying, speed]);
  const moveTo = (next: number | null): void => {
    setPlaying(false);
    setMovingMs(null);
    change({ at: next === null ? '' : String(Math.round(next)) }, { replace: true });
  };
  const hasEnded = isPlaying && movingMs !== null && movingMs >= lengthMs;
  const end = useRef(moveTo);
  end.current = moveTo;
  useEffect(() => {
    if (hasEnded) end.current(null);
  }, [hasEnded]);
  return {
    atMs,
    isPlaying,
    speed,
    setSpeed,
    play: () => {
      setMovingMs(atMs ?? 0);
      setPlaying(true);
    },
    rest: () => {
      if (movingMs !== null) moveTo(atMs);
    },
    seek: (next) => {
      setPlaying(false);
      if (next === null) moveTo(null);
      else setMovingMs(next);
    },
  };
}

function restingAt(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

interface TimelineProps {
  readonly line: Line;
  readonly turns: readonly Turn[];
  readonly replay: Replay;
}

export function Timeline({ line, turns, replay }: TimelineProps): ReactNode {
  const { atMs, isPlaying, speed, play, rest, seek, setSpeed } = replay;
  const moment = atMs ?? line.lengthMs;
  // The focus passes through the slider while the replay moves, and does not stop it.
  const settle = isPlaying ? undefined : rest;
  const now = turnAt(line, moment);
  const shown = turns.find(({ number }) => number === now?.number);
  if (line.turns.length === 0) return null;
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <header className="timeline-head">
        <h2 id="timeline-title">Timeline</h2>
        <button type="button" className="button" onClick={isPlaying ? rest : play}>
          {isPlaying ? 'Pause' : 'Replay'}
        </button>
        <label className="timeline-speed">
          <span className="unseen">Speed</span>
          <select
            value={speed}
            onChange={({ target }) => {
              setSpeed(Number(target.value));
            }}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <span className="timeline-clock">
          {duration(moment)} <span className="soft">of {duration(line.lengthMs)}</span>
        </span>
      </header>
      <div className="timeline-track" aria-hidden="true">
        {line.turns.map((place) => (
          <Bar
            key={place.number}
            place={place}
            lengthMs={line.lengthMs}
            turn={turns.find(({ number }) => number === place.number)}
            isNow={place.number === now?.number}
          />
        ))}
        <span className="timeline-now" style={{ left: share(moment, line.lengthMs) }} />
      </div>
      <input
        className="timeline-slider"
        type="range"
        min={0}
        max={Math.ceil(line.lengthMs)}
        step={1}
        value={Math.round(moment)}
        aria-label="Moment of the call"
        aria-valuetext={`${duration(moment)}${now === null ? '' : `, turn ${now.number}`}`}
        onChange={({ target }) => {
          seek(Number(target.value));
        }}
        // Browsers refuse an address that changes with each step of a drag.
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
      {atMs === null ? null : (
        <p className="soft">
          What came after this moment is not shown.{' '}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              seek(null);
            }}
          >
            Show the whole call
          </button>
        </p>
      )}
      {shown === undefined ? null : (
        <div className="timeline-turn">
          <span>Turn {shown.number}</span>
          <div>
            <StageBar stages={shown.stageDurations} />
            <p className="soft timeline-note">
              Hatched on the line is time outside of these stages, such as the write of the journal.
            </p>
          </div>
        </div>
      )}
    </section>
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

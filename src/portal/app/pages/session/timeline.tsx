/** The timeline of an ended call: its turns with their stages to scale, and a replay of how they crossed the wall. */
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';
import { turnAt } from './replay.ts';
import type { Line } from './replay.ts';
import type { Turn } from './session-view.ts';
import { StageBar } from './stages.tsx';
import { Track } from './track.tsx';
import type { Replay } from './use-replay.ts';
import './timeline.css';

interface TimelineProps {
  readonly line: Line;
  readonly turns: readonly Turn[];
  readonly replay: Replay;
}

export function Timeline({ line, turns, replay }: TimelineProps): ReactNode {
  const { atMs, seek } = replay;
  const momentMs = atMs ?? line.lengthMs;
  const now = turnAt(line, momentMs)?.number ?? null;
  const shown = turns.find(({ number }) => number === now);
  if (line.turns.length === 0) return null;
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <Head line={line} replay={replay} momentMs={momentMs} />
      <Track line={line} turns={turns} now={now} momentMs={momentMs} />
      <Slider line={line} replay={replay} momentMs={momentMs} now={now} />
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

const SPEEDS = [1, 4, 16] as const;

interface PartProps {
  readonly line: Line;
  readonly replay: Replay;
  /** Milliseconds since the call began. */
  readonly momentMs: number;
}

function Head({ line, replay: { isPlaying, speed, play, rest, setSpeed }, momentMs }: PartProps): ReactNode {
  return (
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
        {duration(momentMs)} <span className="soft">of {duration(line.lengthMs)}</span>
      </span>
    </header>
  );
}

function Slider({ line, replay, momentMs, now }: PartProps & { readonly now: number | null }): ReactNode {
  // The focus passes through the slider while the replay moves, and does not stop it.
  const settle = replay.isPlaying ? undefined : replay.rest;
  return (
    <input
      className="timeline-slider"
      type="range"
      min={0}
      max={Math.ceil(line.lengthMs)}
      step={1}
      value={Math.round(momentMs)}
      aria-label="Moment of the call"
      aria-valuetext={`${duration(momentMs)}${now === null ? '' : `, turn ${now}`}`}
      onChange={({ target }) => {
        replay.seek(Number(target.value));
      }}
      // Browsers refuse an address that changes with each step of a drag.
      onPointerUp={settle}
      onKeyUp={settle}
      onBlur={settle}
    />
  );
}

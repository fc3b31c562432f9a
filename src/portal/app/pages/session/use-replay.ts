/** The replay of an ended call: where it is, and what moves it. */
import { useEffect, useRef, useState } from 'react';
import { useParameters } from '../../routing/address.ts';

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

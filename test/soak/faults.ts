/** What befalls nodes and their database under load, at seeded moments, and how long turns took to succeed again. */
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../seeded.ts';
import type { SmallDisk } from './disk.ts';
import type { Nodes } from './nodes.ts';

export const FAULTS = ['node', 'database', 'slow disk', 'full disk', 'clock'] as const;
export type Fault = (typeof FAULTS)[number];

/** What each is called in a line of the result. */
export const FAULT_TEXTS: Readonly<Record<Fault, string>> = {
  node: 'kill of a node',
  database: 'kill of the database',
  'slow disk': 'slow disk',
  'full disk': 'full disk',
  clock: 'step of a clock',
};

/** Between two faults: at least so long, and up to as much again by chance. */
const GAP_MS = 8000;
const SLOW_COMMIT_MS = 100;
/** How long a disk is slow, or full, and a clock wrong. */
const LASTS_MS = 4000;
const MINUTE_MS = 60_000;
/** A clock steps by one of these, as a host does that was suspended, or whose time was set by hand. */
const STEPS_MS = [-60 * MINUTE_MS, -MINUTE_MS, MINUTE_MS, 60 * MINUTE_MS];

export interface FaultOptions {
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** When no further fault begins, as of `performance.now()`. */
  readonly end: number;
  /** Resolves with the milliseconds until a turn that begins after now is answered. */
  readonly recovery: () => Promise<number>;
  /** Needed for `full disk`. */
  readonly disk: SmallDisk | null;
}

/** Brings them about; returns how long each recovery took, from the end of the fault. */
export async function bringFaults(nodes: Nodes, options: FaultOptions): Promise<Record<Fault, number[]>> {
  const { faults, seed, end, disk, recovery } = options;
  const took: Record<Fault, number[]> = { node: [], database: [], 'slow disk': [], 'full disk': [], clock: [] };
  const random = seeded(seed);
  const deck: Fault[] = [];
  for (;;) {
    const gap = GAP_MS * (1 + random());
    if (deck.length === 0) deck.push(...shuffled(faults, random));
    const fault = deck.pop() ?? 'node';
    if (performance.now() + gap > end) return took;
    await pause(gap);
    const began = performance.now();
    const { since = began, repair } = await bring(nodes, fault, random, disk);
    const ms = performance.now() - since + (await recovery());
    await repair?.();
    took[fault].push(ms);
    console.log(`${FAULT_TEXTS[fault]}: turns succeed after ${ms.toFixed(0)} ms`);
  }
}

/** Each comes about before one comes again. */
function shuffled(faults: readonly Fault[], random: () => number): Fault[] {
  const drawn = faults.map((fault) => ({ fault, at: random() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ fault }) => fault);
}

interface Brought {
  /** When it was over, as of `performance.now()`; absent where turns must succeed from its beginning on. */
  readonly since?: number;
  /** What is done once turns succeed again. */
  readonly repair?: () => Promise<void> | void;
}

async function bring(nodes: Nodes, fault: Fault, random: () => number, disk: SmallDisk | null): Promise<Brought> {
  switch (fault) {
    case 'node':
      return { repair: await nodes.killNode() };
    case 'database':
      await nodes.killDatabase();
      return {};
    case 'slow disk':
      await nodes.slowCommits(SLOW_COMMIT_MS);
      return {
        repair: async () => {
          await pause(LASTS_MS);
          await nodes.slowCommits(0);
        },
      };
    case 'full disk': {
      const free = await disk?.fill();
      await pause(LASTS_MS);
      await free?.();
      return { since: performance.now() };
    }
    case 'clock': {
      const setRight = nodes.stepClock(STEPS_MS[Math.floor(random() * STEPS_MS.length)] ?? MINUTE_MS);
      return {
        repair: async () => {
          await pause(LASTS_MS);
          setRight();
        },
      };
    }
  }
}

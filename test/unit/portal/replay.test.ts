import { describe, expect, it } from 'vitest';
import { lineOf, turnAt, turnsAt } from '../../../src/portal/app/pages/session/replay.ts';
import type { Turn } from '../../../src/portal/app/pages/session/session-view.ts';

const BEGAN = '2026-11-30T10:00:00.000Z';
const at = (ms: number): string => new Date(Date.parse(BEGAN) + ms).toISOString();

function turn(number: number, startMs: number, endMs: number | null): Turn {
  return {
    id: `turn_${number}`,
    number,
    startedAt: at(startMs),
    endedAt: endMs === null ? null : at(endMs),
    status: endMs === null ? 'forwarded' : 'ok',
    model: 'stub',
    streamed: false,
    redactionCount: 1,
    addedMs: 5,
    stageDurations: { detection: 3, tokenize: 1, upstream: 90, rehydrate: 1 },
  };
}

const TURNS = [turn(1, 0, 100), turn(2, 1000, 1400)];
const LINE = lineOf(BEGAN, TURNS);

describe('the line of a call', () => {
  it('has each turn with the moment when its masked request was ready, and ends with the last turn', () => {
    expect(LINE).toEqual({
      lengthMs: 1400,
      turns: [
        { number: 1, startMs: 0, maskedMs: 4, endMs: 100 },
        { number: 2, startMs: 1000, maskedMs: 1004, endMs: 1400 },
      ],
    });
  });

  it('ends a turn without an end where its request was ready', () => {
    expect(lineOf(BEGAN, [turn(1, 10, null)]).turns[0]?.endMs).toBe(14);
  });

  it('has a length without any turn, so that shares of it are numbers', () => {
    expect(lineOf(BEGAN, [])).toEqual({ lengthMs: 1, turns: [] });
  });
});

describe('the turn of a moment', () => {
  it('is the one that ran, or the last one before', () => {
    expect([0, 500, 1000, 9000].map((ms) => turnAt(LINE, ms)?.number)).toEqual([1, 1, 2, 2]);
    expect(turnAt(lineOf(BEGAN, [turn(1, 10, 20)]), 5)).toBeNull();
  });
});

describe('the turns of a moment', () => {
  it('are those whose request was ready, as they were then', () => {
    expect(turnsAt(LINE, TURNS, 3)).toEqual([]);
    expect(turnsAt(LINE, TURNS, 50)).toMatchObject([
      { number: 1, status: 'forwarded', endedAt: null, addedMs: null, stageDurations: { upstream: null } },
    ]);
    expect(turnsAt(LINE, TURNS, 100)).toEqual([TURNS[0]]);
    expect(turnsAt(LINE, TURNS, 1200).map(({ status }) => status)).toEqual(['ok', 'forwarded']);
  });

  it('are all of them at the end', () => {
    expect(turnsAt(LINE, TURNS, null)).toBe(TURNS);
  });
});

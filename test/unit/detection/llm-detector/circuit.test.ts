import { beforeEach, describe, expect, it } from 'vitest';
import { Circuit } from '../../../../src/detection/llm-detector/circuit.ts';
import type { Attempt, CircuitState } from '../../../../src/detection/llm-detector/circuit.ts';

let now: number;
let changes: CircuitState[];
let circuit: Circuit;

beforeEach(() => {
  now = 1000;
  changes = [];
  circuit = new Circuit({
    now: () => now,
    failures: 3,
    windowMs: 100,
    openMs: 500,
    onChange: (state) => changes.push(state),
  });
});

function enter(): Attempt {
  const attempt = circuit.enter();
  if (attempt === null) throw new Error('the circuit lets nobody in');
  return attempt;
}

function fail(times: number): void {
  for (let n = 0; n < times; n += 1) enter().failed();
}

describe('a closed circuit', () => {
  it('lets everybody in, also while failures are few', () => {
    fail(2);
    expect(circuit.enter()).not.toBeNull();
    expect(circuit.state).toBe('closed');
  });

  it('opens with the last of the failures, and lets nobody in then', () => {
    fail(3);
    expect(circuit.state).toBe('open');
    expect(circuit.enter()).toBeNull();
    expect(changes).toEqual(['open']);
  });

  it('forgets failures that are longer ago than the window', () => {
    fail(2);
    now += 100;
    fail(2);
    expect(circuit.state).toBe('closed');
    now += 99;
    fail(1);
    expect(circuit.state).toBe('open');
  });

  it('forgets failures before a success', () => {
    fail(2);
    enter().succeeded();
    fail(2);
    expect(circuit.state).toBe('closed');
  });

  it('counts an attempt once', () => {
    const attempt = enter();
    for (let n = 0; n < 5; n += 1) attempt.failed();
    attempt.succeeded();
    fail(1);
    expect(circuit.state).toBe('closed');
    fail(1);
    expect(circuit.state).toBe('open');
  });
});

describe('an open circuit', () => {
  beforeEach(() => {
    fail(3);
  });

  it('lets one probe in after its time, and nobody beside it', () => {
    now += 499;
    expect(circuit.enter()).toBeNull();
    now += 1;
    expect(circuit.enter()).not.toBeNull();
    expect(circuit.state).toBe('half_open');
    expect([circuit.enter(), circuit.enter()]).toEqual([null, null]);
  });

  it('closes when the probe succeeds', () => {
    now += 500;
    enter().succeeded();
    expect(changes).toEqual(['open', 'half_open', 'closed']);
    fail(2);
    expect(circuit.state).toBe('closed');
  });

  it('stays open for its time again when the probe fails, however often', () => {
    for (let n = 0; n < 3; n += 1) {
      now += 500;
      enter().failed();
      now += 499;
      expect(circuit.enter()).toBeNull();
      now += 1;
    }
    expect(changes).toEqual(['open', 'half_open', 'open', 'half_open', 'open', 'half_open', 'open']);
    enter().succeeded();
    expect(circuit.state).toBe('closed');
  });
});

it('what was begun before a change of state says nothing of what came after', () => {
  const [early, earlier] = [enter(), enter()];
  fail(3);
  early.succeeded();
  expect(circuit.state).toBe('open');
  now += 500;
  const probe = enter();
  earlier.failed();
  expect(circuit.state).toBe('half_open');
  probe.succeeded();
  expect(circuit.state).toBe('closed');
});

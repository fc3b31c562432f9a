import { expect, test } from 'vitest';
import { readOptions } from '../../soak/options.ts';

test('without options it is thirty minutes of mixed load', () => {
  expect(readOptions([])).toEqual({
    minutes: 30,
    rate: 60,
    callers: 32,
    liveSessions: null,
    killSeed: null,
    nodes: 1,
    faults: false,
    throughput: false,
  });
});

test('options are read, fractions of a minute among them', () => {
  expect(readOptions(['--minutes', '0.5', '--rate', '10', '--callers=4'])).toEqual({
    minutes: 0.5,
    rate: 10,
    callers: 4,
    liveSessions: null,
    killSeed: null,
    nodes: 1,
    faults: false,
    throughput: false,
  });
  expect(readOptions(['--live-sessions', '10000']).liveSessions).toBe(10_000);
});

test('with kills it is five minutes, from the seed that is given', () => {
  expect(readOptions(['--kills', '7'])).toMatchObject({ minutes: 5, killSeed: 7 });
  expect(readOptions(['--kills', '7', '--minutes', '9'])).toMatchObject({ minutes: 9, killSeed: 7, nodes: 1 });
  expect(readOptions(['--kills', '7', '--nodes', '3', '--faults'])).toMatchObject({
    killSeed: 7,
    nodes: 3,
    faults: true,
  });
});

test.each(['1.5', '0', 'many'])('--nodes %s is refused with kills', (nodes) => {
  expect(() => readOptions(['--kills', '1', '--nodes', nodes])).toThrow();
});

test.each([
  ['--kills', '0'],
  ['--minutes', '0'],
  ['--rate', '-1'],
  ['--callers', 'many'],
  ['--live-sessions', '0'],
  ['--nodes', '3'],
  ['--kills=1', '--faults'],
  ['--hours', '1'],
  ['1'],
])('%s %s is refused', (...args) => {
  expect(() => readOptions(args)).toThrow();
});

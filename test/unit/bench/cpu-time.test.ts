import { describe, expect, test } from 'vitest';
import { parseStat, ticksOfTree } from '../../bench/cpu-time.ts';

/** pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority ... */
const line = (pid: number, name: string, parent: number, times: string): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194304 10 20 30 40 ${times} 20 0 1 0 100 0 0\n`;

describe('parseStat', () => {
  test('adds up user and kernel time, and that of ended children', () => {
    expect(parseStat(line(42, 'node', 7, '100 20 3 4'))).toEqual({ pid: 42, parent: 7, ticks: 127 });
  });

  test("a process's name may look like anything", () => {
    expect(parseStat(line(42, 'postgres: a) S 1 (b', 7, '1 1 1 1'))).toEqual({ pid: 42, parent: 7, ticks: 4 });
  });

  test('what is no such line is nothing', () => {
    expect(parseStat('')).toBeNull();
    expect(parseStat('42 (node) S 7')).toBeNull();
    expect(parseStat('42 node S 7 1 1 0 -1 0 0 0 0 0 1 1 1 1')).toBeNull();
  });
});

describe('ticksOfTree', () => {
  const processes = [
    { pid: 30, parent: 20, ticks: 100 }, // listed before its parent
    { pid: 1, parent: 0, ticks: 1 },
    { pid: 10, parent: 1, ticks: 10 },
    { pid: 20, parent: 10, ticks: 1000 },
    { pid: 40, parent: 1, ticks: 9999 },
  ];

  test('counts a process and all below it, in any order', () => {
    expect(ticksOfTree(10, processes)).toBe(1110);
    expect(ticksOfTree(30, processes)).toBe(100);
    expect(ticksOfTree(1, processes)).toBe(11_110);
  });

  test('a process that is gone has used nothing', () => {
    expect(ticksOfTree(77, processes)).toBe(0);
  });
});

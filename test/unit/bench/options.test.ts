import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../bench/options.ts';

describe('parseOptions', () => {
  test('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      seconds: 2,
      rounds: 3,
      connections: 32,
      targets: ['direct', 'raw', 'masker', 'portkey'],
      against: null,
      workers: null,
      stalls: true,
      onlyStalls: null,
      json: false,
      write: false,
    });
  });

  test('reads what is given', () => {
    expect(parseOptions(['--seconds', '0.5', '--rounds=1', '--connections', '8', '--json'])).toMatchObject({
      seconds: 0.5,
      rounds: 1,
      connections: 8,
      json: true,
    });
  });

  test('the hostile bodies alone are those of which a part of the name is given, or all', () => {
    expect(parseOptions(['--only-stalls', 'parts,calls'])).toMatchObject({ onlyStalls: ['parts', 'calls'] });
    expect(parseOptions(['--only-stalls', 'all'])).toMatchObject({ onlyStalls: [''] });
  });

  test('targets come in the order of the table, each once', () => {
    expect(parseOptions(['--targets', 'masker,raw'])).toMatchObject({ targets: ['raw', 'masker'] });
    expect(parseOptions(['--targets', 'raw,raw'])).toMatchObject({ targets: ['raw'] });
    expect(parseOptions(['--targets', 'masker', '--workers', '2'])).toMatchObject({
      targets: ['masker', 'workers'],
      workers: 2,
    });
    expect(() => parseOptions(['--workers', '1'])).toThrow('--workers must be a number from 2 to 64');
  });

  test('another build takes part where its checkout is named, and has one', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'masker-build-'));
    try {
      expect(() => parseOptions(['--against', folder])).toThrow(/no build in/);
      mkdirSync(path.join(folder, 'dist/cli'), { recursive: true });
      writeFileSync(path.join(folder, 'dist/cli/main.js'), '');
      expect(parseOptions(['--against', folder, '--targets', 'masker,portkey'])).toMatchObject({
        targets: ['masker', 'earlier', 'portkey'],
        against: folder,
      });
      expect(() => parseOptions(['--targets', 'earlier'])).toThrow(/--targets must be some of/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('help is asked for', () => {
    expect(parseOptions(['--help'])).toBe('help');
  });

  test.each([
    [['--seconds', '0'], '--seconds must be a number from 0.1 to 600'],
    [['--seconds', '1e3'], '--seconds must be'],
    [['--seconds', 'two'], '--seconds must be'],
    [['--rounds', '1.5'], '--rounds must be a whole number'],
    [['--rounds', '0'], '--rounds must be a number from 1 to 100'],
    [['--connections', '1001'], '--connections must be a number from 1 to 1000'],
    [['--targets', 'nginx'], '--targets must be some of direct, raw, masker, portkey'],
    [['--targets', ''], '--targets must be some of'],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  test('what nobody knows is refused', () => {
    expect(() => parseOptions(['--second', '1'])).toThrow('--second');
    expect(() => parseOptions(['fast'])).toThrow('fast');
  });
});

import { describe, expect, test } from 'vitest';
import { isTrainingData, OWN_SETS, parseOptions } from '../../eval/options.ts';

describe('the command line', () => {
  test('evaluates the own sets when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      data: OWN_SETS,
      set: null,
      model: null,
      seed: 1,
      json: false,
      peers: false,
      mode: 'evaluate',
      limit: 40,
      why: null,
    });
  });

  test('takes everything that is said', () => {
    expect(
      parseOptions(['--data', '../eval', '--set', 'mts', '--model', 'm.bin', '--seed', '9', '--json', '--peers']),
    ).toMatchObject({
      data: '../eval',
      set: 'mts',
      model: 'm.bin',
      seed: 9,
      json: true,
      peers: true,
      mode: 'evaluate',
    });
    expect(parseOptions(['--hostile', '--peers'])).toMatchObject({ mode: 'hostile', peers: true });
    expect(parseOptions(['--write', '--peers'])).toMatchObject({ mode: 'write' });
    expect(parseOptions(['--help', '--write', '--errors'])).toBe('help');
  });

  test('shows errors of one set of evaluation data for a reason only', () => {
    expect(parseOptions(['--errors', '--set', 'mts', '--why', 'dates', '--limit', '5'])).toMatchObject({
      mode: 'errors',
      why: 'dates',
      limit: 5,
    });
    expect(() => parseOptions(['--errors', '--why', 'dates'])).toThrow('--set');
    expect(() => parseOptions(['--errors', '--set', 'mts'])).toThrow('--why');
    expect(() => parseOptions(['--errors', '--set', 'mts', '--why', '  '])).toThrow('--why');
    expect(parseOptions(['--errors', '--set', 'mts', '--data', '../data/train'])).toMatchObject({
      mode: 'errors',
      why: null,
    });
  });

  test.each([
    ['--data', 'x'],
    ['--set', 'x'],
    ['--model', 'x'],
  ])('does not write what %s measured', (...option) => {
    expect(() => parseOptions(['--write', ...option])).toThrow('--write measures all of the own sets');
  });

  test.each([
    [['--seed', '-1']],
    [['--seed', '1.5']],
    [['--seed', '4294967296']],
    [['--seed', '']],
    [['--limit', '0']],
    [['--nonsense']],
    [['folder']],
    [['--write', '--errors']],
    [['--hostile', '--write']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });

  test('takes a folder named train for training data, and nothing like it', () => {
    expect(isTrainingData('/a/train/x.jsonl')).toBe(true);
    expect(isTrainingData('../data/train')).toBe(true);
    expect(isTrainingData('/a/training')).toBe(false);
    expect(isTrainingData('/a/eval/train.jsonl')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { correct, readBridge } from '../../../../src/detection/spoken/bridges.ts';
import { scanWords } from '../../../../src/detection/words.ts';

describe('readBridge', () => {
  it.each([
    ['no wait five', 2, true],
    ['and then five', 2, false],
    ['let me see five', 3, false],
    ["that's five", 2, false],
    ['sorry i mean five', 3, true],
    ['scratch that five', 2, true],
    ['no five', 1, true],
    ["no it's five", 3, true],
    ['let me start over five', 4, true],
    ['and the last four are five', 5, false],
  ])('%s', (text, next, corrects) => {
    expect(readBridge(scanWords(text), 0)).toEqual({ next, corrects });
  });

  it.each(['five', 'then', 'let me go', 'and five', 'not', ''])('reads none in %j', (text) => {
    expect(readBridge(scanWords(text), 0)).toBeNull();
  });
});

describe('correct', () => {
  it.each([
    ['said as a whole again', '123', '124567890', '124567890'],
    ['of the same length', '5551', '5552', '5552'],
    ['the end of a telephone number', '415555013', '0142', '4155550142'],
    ['the last digit of a social security number', '123456788', '9', '123456789'],
    ['a part of anything else', '12345', '99', '12399'],
  ])('%s', (_, said, again, meant) => {
    expect(correct(said, again)).toBe(meant);
  });
});

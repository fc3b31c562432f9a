import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/detection/tagger/model.ts';
import { decodeSecondTagger } from '../../../src/detection/tagger/second-tagger.ts';

// The real command, on little: what it writes must not depend on anything but its options, its data and the seed.
const folder = mkdtempSync(join(tmpdir(), 'masker-train-'));

const ROWS = [
  { id: '1', text: 'hi this is martha calling', spans: [{ start: 11, end: 17, label: 'NAME' }] },
  { id: '2', text: 'the year was 1999', spans: [{ start: 13, end: 17, label: 'DATE' }] },
  { id: '3', text: 'how are you feeling today', spans: [] },
];

/** The files of the two taggers. */
function train(name: string, seed: number, part = 'both'): readonly [Buffer, Buffer] {
  const out = join(folder, `${name}.bin`);
  const second = join(folder, `${name}-second.bin`);
  execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      'training/train.ts',
      '--generated',
      '150',
      '--epochs',
      '1',
      '--rows',
      '2000',
      '--seed',
      String(seed),
      '--data',
      join(folder, 'data'),
      '--out',
      out,
      '--second',
      second,
      '--part',
      part,
    ],
    { stdio: 'pipe' },
  );
  return [readFileSync(out), readFileSync(second)];
}

beforeAll(() => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'small.jsonl'), `${ROWS.map((row) => JSON.stringify(row)).join('\n')}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('npm run train', () => {
  let first: Buffer;
  let second: Buffer;
  beforeAll(() => {
    [first, second] = train('first', 7);
  });

  it('writes the same files for the same seed and data', () => {
    expect(decodeModel(first).version).toMatch(/^[0-9a-f]{12}$/);
    expect(decodeSecondTagger(second).first).toBe(decodeModel(first).version);
    const again = train('again', 7);
    expect(again[0].equals(first)).toBe(true);
    expect(again[1].equals(second)).toBe(true);
  });

  it('writes the same second tagger when it is trained alone', () => {
    expect(train('first', 7, 'second')[1].equals(second)).toBe(true);
  });

  it('writes other files for another seed', () => {
    const other = train('other', 8);
    expect(other[0].equals(first)).toBe(false);
    expect(other[1].equals(second)).toBe(false);
  });

  it('writes cards that name the data and the first tagger', () => {
    expect(readFileSync(join(folder, 'first.md'), 'utf8')).toContain('| small | 3 |');
    expect(readFileSync(join(folder, 'first-second.md'), 'utf8')).toContain(decodeModel(first).version);
  });
});

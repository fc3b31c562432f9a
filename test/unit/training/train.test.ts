import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/detection/tagger/model.ts';

// The real command, on little: what it writes must not depend on anything but its options, its data and the seed.
const folder = mkdtempSync(join(tmpdir(), 'masker-train-'));

const ROWS = [
  { id: '1', text: 'hi this is martha calling', spans: [{ start: 11, end: 17, label: 'NAME' }] },
  { id: '2', text: 'the year was 1999', spans: [{ start: 13, end: 17, label: 'DATE' }] },
  { id: '3', text: 'how are you feeling today', spans: [] },
];

function train(name: string, seed: number): Buffer {
  const out = join(folder, `${name}.bin`);
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
    ],
    { stdio: 'pipe' },
  );
  return readFileSync(out);
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
  beforeAll(() => {
    first = train('first', 7);
  });

  it('writes the same file for the same seed and data', () => {
    expect(decodeModel(first).version).toMatch(/^[0-9a-f]{12}$/);
    expect(train('second', 7).equals(first)).toBe(true);
  });

  it('writes another file for another seed', () => {
    expect(train('third', 8).equals(first)).toBe(false);
  });

  it('writes a card that names the data', () => {
    expect(readFileSync(join(folder, 'first.md'), 'utf8')).toContain('| small | 3 |');
  });
});

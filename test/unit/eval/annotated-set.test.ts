import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRow, parseSet, readSets } from '../../eval/annotated-set.ts';

const ROW = { id: 'a', text: 'call bob', spans: [{ start: 5, end: 8, label: 'NAME' }] };
const line = (change: object = {}): string => JSON.stringify({ ...ROW, ...change });
const ruleOf = (change: object): string | null => {
  const row = parseRow(line(change));
  return 'rule' in row ? row.rule : null;
};

describe('a row', () => {
  test('is read with its spans, and null for what it does not say', () => {
    expect(parseRow(line())).toEqual({
      id: 'a',
      text: 'call bob',
      spans: [{ start: 5, end: 8, label: 'NAME', orig: null }],
      form: null,
      call: null,
    });
  });

  test('of a call has its turn and its speaker', () => {
    const row = parseRow(line({ call: 'c1', turn: 3, speaker: 'agent', style: 'spoken' }));
    expect(row).toMatchObject({ form: 'spoken', call: { id: 'c1', turn: 3, speaker: 'agent' } });
    expect(parseRow(line({ call: 7, turn: 0 }))).toMatchObject({ call: { id: '7', turn: 0, speaker: null } });
  });

  test('may have the kinds of the detector as labels, as exported corrections do', () => {
    const spans = ['ADDRESS', 'HEALTH_PLAN', 'CREDIT_CARD'].map((label) => ({ start: 0, end: 4, label }));
    expect(parseRow(line({ spans }))).toMatchObject({
      spans: [{ label: 'GEO' }, { label: 'PLAN' }, { label: 'ACCT' }],
    });
  });

  test('of tweets is written, fields that are not known are allowed, doubt is NEUTRAL', () => {
    expect(parseRow(line({ style: 'tweet', part: 1 }))).toMatchObject({ form: 'written' });
    expect(parseRow(line({ spans: [{ start: 0, end: 4, label: '?ORG', orig: 'x' }] }))).toMatchObject({
      spans: [{ label: 'NEUTRAL', orig: 'x' }],
    });
  });

  test.each([
    ['no text', { text: undefined }, 'text'],
    ['no spans', { spans: undefined }, 'spans'],
    ['an unknown label', { spans: [{ start: 0, end: 4, label: 'NICKNAME' }] }, 'spans.0.label'],
    ['an empty span', { spans: [{ start: 4, end: 4, label: 'NAME' }] }, 'spans.0'],
    ['a span beyond the text', { spans: [{ start: 5, end: 9, label: 'NAME' }] }, 'spans.0'],
    ['a span before the text', { spans: [{ start: -1, end: 3, label: 'NAME' }] }, 'spans.0'],
    ['half an offset', { spans: [{ start: 0.5, end: 3, label: 'NAME' }] }, 'spans.0.start'],
    ['an unknown style', { style: 'sung' }, 'style'],
    ['a call without a turn', { call: 'c' }, 'turn'],
  ])('with %s is refused, and the field is named', (_, change, field) => {
    expect(ruleOf(change)).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}:`));
  });

  test('whatever a line holds, it is read or refused, and never quoted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const row = parseRow(text);
        if ('rule' in row && text.trim().length > 12) expect(row.rule).not.toContain(text);
      }),
    );
  });
});

describe('a file', () => {
  test('may have blank lines; bad rows are named by file and line and the others are read', () => {
    const { rows, problems } = parseSet('x/y.jsonl', `${line()}\n\n{"id":1}\n${line({ id: 'b' })}\r\nnonsense\n`);
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([
      { file: 'x/y.jsonl', line: 3 },
      { file: 'x/y.jsonl', line: 5, rule: 'line: must be one JSON object' },
    ]);
  });
});

describe('a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'masker-eval-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('is read with the folders in it, in the order of names; other files and files without rows are no sets', () => {
    mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
    writeFileSync(path.join(folder, 'deep/er/b.jsonl'), line());
    writeFileSync(path.join(folder, 'z.jsonl'), line());
    writeFileSync(path.join(folder, 'empty.jsonl'), '');
    writeFileSync(path.join(folder, 'README.md'), 'no rows');
    expect(readSets(folder).sets.map(({ name }) => name)).toEqual(['deep/er/b', 'z']);
  });

  test('may be one file', () => {
    writeFileSync(path.join(folder, 'one.jsonl'), `${line()}\n[]`);
    expect(readSets(path.join(folder, 'one.jsonl'))).toMatchObject({
      sets: [{ name: 'one', rows: [{ id: 'a' }] }],
      problems: [{ file: 'one.jsonl', line: 2 }],
    });
  });

  test('without a set is an error', () => {
    expect(() => readSets(folder)).toThrow('holds no *.jsonl');
  });
});

import { expect, test } from 'vitest';
import { RESTORE_ALL, SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { isWork, runAtOnce } from '../../../../src/platform/steps.ts';
import { NAME, PHONE, rehydrator } from './answers.ts';

test('Rehydrator restores a whole text, in which an unfinished token is text', () => {
  const counts = new RehydrationCounts();
  expect(rehydrator(counts).text(`${NAME}, ${PHONE.slice(0, 9)}`, SPEECH)).toBe(`Maria Müller, ${PHONE.slice(0, 9)}`);
  expect([...counts.exact]).toEqual([NAME]);
});

test('Rehydrator restores a long text in stretches, to the same', () => {
  const text = `${NAME} `.repeat(500);
  const restoring = rehydrator().restoring(text, SPEECH);
  expect(isWork(restoring) && runAtOnce(restoring)).toBe('Maria Müller '.repeat(500));
  expect(rehydrator().restoring(NAME, SPEECH)).toBe('Maria Müller');
  for (const each of [text, NAME])
    expect(runAtOnce(rehydrator().restoringWhole(each, SPEECH))).toBe(rehydrator().text(each, SPEECH));
});

test('Rehydrator restores JSON as JSON', () => {
  const quoted = JSON.stringify({ a: JSON.stringify({ b: NAME }) });
  expect(JSON.parse(rehydrator().text(quoted, SPEECH, 'json'))).toEqual({ a: '{"b":"Maria Müller"}' });
});

test('Rehydrator.beside has other rules and counts and the same tokens', () => {
  const [mine, other] = [new RehydrationCounts(), new RehydrationCounts()];
  const first = rehydrator(mine);
  const beside = first.beside({ restore: { ...RESTORE_ALL, speech: [] }, counts: other });
  expect([first.text(NAME, SPEECH), beside.text(NAME, SPEECH)]).toEqual(['Maria Müller', '[REDACTED:NAME]']);
  expect([mine.exact.size, mine.refused.length, other.exact.size, other.refused.length]).toEqual([1, 0, 0, 1]);
});

test('Rehydrator.tool names a tool as the client does where rules name tools, and counts nothing for it', () => {
  const counts = new RehydrationCounts();
  const ruled = rehydrator(counts, { ...RESTORE_ALL, tools: ['ask Maria Müller'], toolArguments: [] });
  expect(ruled.tool(`ask ${NAME}`)).toEqual({ to: 'tool', name: 'ask Maria Müller' });
  expect(ruled.tool(null)).toEqual({ to: 'tool', name: null });
  expect(rehydrator().tool(`ask ${NAME}`)).toEqual({ to: 'tool', name: `ask ${NAME}` });
  expect([counts.exact.size, counts.refused]).toEqual([0, []]);
});

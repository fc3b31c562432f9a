/**
 * Texts with one run of a million characters, for each place that looks for the end of such a run. Where a place takes
 * quadratic time, it takes hours: its test does not end.
 */
import { expect, test } from 'vitest';
import { askedTimes } from '../../../src/detection/calendar/asked-times.ts';
import { readDocuments } from '../../../src/detection/documents/documents.ts';
import { rewritingCutJson } from '../../../src/json/json-completion.ts';
import { findBeside } from '../../../src/masking/turn/cut-texts.ts';
import { knownWithin } from '../../../src/masking/turn/json-texts.ts';
import { inOneStep, runAtOnce } from '../../../src/platform/steps.ts';
import { saidDigest } from '../../../src/proxy/platforms/retell/retell-request.ts';
import { problemsOf } from '../policy/policies.ts';

const LENGTH = 1_000_000;
const run = (piece: string): string => piece.repeat(LENGTH / piece.length);
const rows = '<tr><td>Maria</td><td>415-555-0132</td></tr>';

test.each([
  [
    'a column of an HTML table with blanks in its name',
    `<table><tr><th>Name${run(' ')}x</th><th>Phone</th></tr>${rows}`,
  ],
  [
    'a column of an HTML table with marks in its name',
    `<table><tr><th>Name${run(':*')}x</th><th>Phone</th></tr>${rows}`,
  ],
  ['blanks beside an address of SIP', `sip:5551234@host.example ${run(' ')}x`],
  ['a line of a vCard with semicolons and no value', `BEGIN:VCARD\nN${run(';')}\nEND:VCARD`],
  ['a line of captions without an end', `1\n00:00:01.0 --> NaN${run('x')}\rx\nI am Maria\n`],
])('%s is read as a document', (_, text) => {
  expect(() => readDocuments(text)).not.toThrow();
});

test('a tool with a long name is asked for no times', () => {
  expect(askedTimes(`${run('_open')}_times`, '{"date":"2026-12-04"}').size).toBe(0);
});

test('JSON that is cut behind a word is completed after a long string of letters', () => {
  const cut = `{"a":"${run('a')}","b":tru`;
  const rewriter = {
    text: (text: string) => inOneStep(() => (text.length === LENGTH ? 'said' : text)),
    key: (key: string) => inOneStep(() => key),
    number: (source: string) => inOneStep(() => source),
  };
  expect(runAtOnce(rewritingCutJson(cut, rewriter))).toBe('{"a":"said","b":tru');
});

test('a part that is a long word is joined to the next part', () => {
  let searched = 0;
  const find = (joined: string) =>
    inOneStep(() => {
      searched += joined.length;
      return [];
    });
  runAtOnce(findBeside(`${run('a')} `, { before: '', after: 'x' }, find));
  expect(searched).toBe(LENGTH + 2);
});

test('a long number with a word behind it is no code of one word', () => {
  const span = { start: 0, end: 4, kind: 'OTHER_ID', pass: 'known', confidence: 1, validated: false } as const;
  const found = [{ ...span, recogniser: 'known' }];
  expect(knownWithin({ text: `${run('1')} x`, sense: { as: 'code' } }, found)).toEqual(found);
});

test('a cue with a control character behind many letters is refused', () => {
  const expression = `{ name: n, kind: MRN, regex: 'a1', cues: ["${'a'.repeat(200_000)}\\u0001"] }`;
  expect(problemsOf(`name: p\npatterns:\n  - ${expression}\n`).map(({ path }) => path)).toEqual(['patterns.0.cues.0']);
});

test('a transcript with many marks in front of its last word has a digest', () => {
  const asking = (content: string): string =>
    saidDigest({ type: 'response_required', responseId: 1, transcript: [{ role: 'user', content }] });
  expect(asking(`${run('.')} Yes.`)).toBe(asking(`${run('.')} yes`));
  expect(asking(`${run('.')} Yes.`)).not.toBe(asking('yes'));
});

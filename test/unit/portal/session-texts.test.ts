/** What the page of a session makes of redactions and kept payloads. */
import { describe, expect, test } from 'vitest';
import {
  isRefused,
  keptWords,
  nothingFoundWords,
  unloadedCount,
} from '../../../src/portal/app/pages/session/crossing.ts';
import { placesOf } from '../../../src/portal/app/pages/session/missed-places.ts';
import { cutAtTokens, isCorrectable, sortedTexts } from '../../../src/portal/app/pages/session/payload-text.ts';
import { cutAtSpans } from '../../../src/portal/app/parts/marked/pieces.ts';
import { placeOf } from '../../../src/portal/app/parts/places.ts';
import { comparePaths, textsOf } from '../../../src/portal/app/pages/session/spans.ts';
import type { Redaction } from '../../../src/portal/app/pages/session/session-view.ts';

function redaction(path: string, start: number, end: number, entityKind = 'NAME'): Redaction {
  return {
    eventId: `${path} ${start}`,
    seq: start,
    turn: 1,
    at: '2026-11-30T03:56:48.000Z',
    pass: 'ner',
    entityKind,
    span: { start, end },
    path,
    confidence: 1,
    action: 'tokenize',
    tokenKind: 'MSKV1',
    kid: 'K',
    speaker: null,
  };
}

describe('the places of missed words', () => {
  test('are all that no redaction covers, with the white space around the words left out', () => {
    const text = 'Maria called, and Maria will call again';
    expect(placesOf(text, ' Maria ', [{ start: 0, end: 5 }])).toEqual([{ start: 18, end: 23 }]);
    expect(placesOf(text, 'Maria', [{ start: 0, end: 3 }])).toHaveLength(2);
  });

  test('are none for no words, for words that are not there, and at most fifty', () => {
    expect(placesOf('abc', '  ', [])).toEqual([]);
    expect(placesOf('abc', 'x', [])).toEqual([]);
    expect(placesOf('a'.repeat(99), 'a', [])).toHaveLength(50);
  });
});

describe('the texts of a revealed turn', () => {
  const text = (path: string) => ({ path, text: 'said', masked: 'sent', found: [] });

  test('are the newest one and those with redactions first, and the others beside', () => {
    const all = ['/messages/0/content', '/messages/1/content', '/messages/2/content', '/metadata/note'].map(text);
    const { first, others } = sortedTexts([...all, text('/instructions')], new Set(['/messages/0/content']));
    expect(first.map(({ path }) => path)).toEqual(['/messages/0/content', '/messages/2/content']);
    expect(others.map(({ path }) => path)).toEqual(['/messages/1/content', '/metadata/note', '/instructions']);
  });

  test('can be corrected in the conversation and the instructions alone', () => {
    const paths = ['/messages/0/content', '/input', '/instructions', '/metadata/note', '/inputs'];
    expect(paths.filter(isCorrectable)).toEqual(['/messages/0/content', '/input', '/instructions']);
  });
});

describe('a turn without redactions on the screen', () => {
  const turn = (status: 'error' | 'forwarded' | 'ok' | 'partial', upstream: number | null, redactionCount = 0) => ({
    status,
    redactionCount,
    stageDurations: { upstream },
  });

  test('unloadedCount counts what the journal has and the page has not', () => {
    expect(unloadedCount(turn('ok', 4, 3), [])).toBe(3);
    expect(unloadedCount(turn('ok', 4, 3), [redaction('/input', 0, 4)])).toBe(2);
    expect(unloadedCount(turn('ok', 4, 0), [])).toBe(0);
  });

  test.each([
    ['forwarded', null, false],
    ['ok', 12, false],
    ['partial', 12, false],
    // The provider was asked, and did not answer.
    ['error', 12, false],
    ['error', null, true],
  ] as const)('status %s with %s ms at the model: refused is %s', (status, upstream, refused) => {
    expect(isRefused(turn(status, upstream))).toBe(refused);
    expect(nothingFoundWords(turn(status, upstream)).includes('It crossed as it is.')).toBe(!refused);
  });
});

test.each([
  [[], 'The texts of this call are not kept.'],
  [[3], 'The texts of this call are not kept.'],
  [[1], 'The texts of some turns are kept'],
  [[1, 2], 'The texts are kept for a time'],
])('keptWords says of two turns, of which %j are kept: %s', (kept, words) => {
  expect(keptWords([{ number: 1 }, { number: 2 }], kept)).toContain(words);
});

describe('textsOf', () => {
  test('orders texts as the request does, and a text by place, with gaps of the right length', () => {
    const found = [
      redaction('/messages/10/content', 4, 9),
      redaction('/messages/9/content', 20, 25, 'PHONE'),
      redaction('/messages/9/content', 3, 8),
    ];
    const texts = textsOf(found);
    expect(texts.map(({ path }) => path)).toEqual(['/messages/9/content', '/messages/10/content']);
    expect(texts[0]?.stretches.map((each) => (each.type === 'gap' ? each.length : each.redaction.entityKind))).toEqual([
      3,
      'NAME',
      12,
      'PHONE',
    ]);
  });

  test('draws no gap between identifiers that touch or begin the text', () => {
    const [text] = textsOf([redaction('/input', 0, 5), redaction('/input', 5, 8)]);
    expect(text?.stretches.every(({ type }) => type === 'found')).toBe(true);
  });
});

test.each([
  ['/messages/0/content', 'Message 1'],
  ['/messages/2/content/1/text', 'Message 3, part 2'],
  ['/messages/4/tool_calls/0/function/arguments', 'Message 5, tool call 1'],
  ['/input', 'Input'],
  ['/input/1/content/0/text', 'Input 2'],
  ['/instructions', 'Instructions'],
  ['/metadata/note', '/metadata/note'],
])('placeOf says which text %s is: %s', (path, words) => {
  expect(placeOf(path)).toBe(words);
});

test('comparePaths counts numbers as numbers', () => {
  expect(comparePaths('/messages/9/content', '/messages/10/content')).toBeLessThan(0);
});

describe('texts of kept payloads', () => {
  test('cutAtSpans keeps every character, and leaves out spans that overlap or lie outside', () => {
    const pieces = cutAtSpans('I am Maria Gonzalez.', [
      { start: 5, end: 19, kind: 'NAME' },
      { start: 8, end: 19, kind: 'ORG' },
      { start: 19, end: 99, kind: 'PHONE' },
    ]);
    expect(pieces).toEqual([
      { text: 'I am ', kind: null },
      { text: 'Maria Gonzalez', kind: 'NAME' },
      { text: '.', kind: null },
    ]);
  });

  test('cutAtTokens finds tokens and redacted places with their kinds', () => {
    const text = 'I am MSKV1.NAME.K_HEALTHCARE.W3QF2A-x, card [REDACTED:CREDIT_CARD].';
    expect(cutAtTokens(text).flatMap(({ kind }) => (kind === null ? [] : [kind]))).toEqual(['NAME', 'CREDIT_CARD']);
    expect(
      cutAtTokens(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});

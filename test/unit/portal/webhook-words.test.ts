/** Webhooks in words: what is not known is never good. */
import { describe, expect, test } from 'vitest';
import { momentOf } from '../../../src/portal/app/pages/webhook/window.ts';
import { attemptWords, hostOf, typesWords, webhookWords } from '../../../src/portal/app/parts/webhook/webhook-words.ts';
import type { AttemptFacts, WebhookFacts } from '../../../src/portal/app/parts/webhook/webhook-words.ts';

const AT = '2026-11-30T08:00:00.000Z';
const TAKEN: AttemptFacts = { at: AT, status: 204, error: null };
const REFUSED: AttemptFacts = { at: AT, status: 500, error: 'status' };

function webhook(last: AttemptFacts | null, facts: Partial<WebhookFacts> = {}): WebhookFacts {
  const edges = last === null ? [] : [{ node: last }];
  return { paused: false, failures: 0, retryAt: null, attempts: { edges }, ...facts };
}

describe('webhookWords', () => {
  test.each([
    ['an event was taken', webhook(TAKEN), 'good', 'Delivers'],
    ['nothing was sent', webhook(null), 'unknown', 'Not tried yet'],
    ['the last event was refused', webhook(REFUSED), 'warn', 'Refuses events'],
    ['it is paused, whatever was before', webhook(TAKEN, { paused: true }), 'unknown', 'Paused'],
    ['the receiver did not answer', webhook(TAKEN, { failures: 1 }), 'bad', 'Stalled'],
    ['the receiver is left alone', webhook(TAKEN, { retryAt: AT }), 'bad', 'Stalled'],
  ] as const)('where %s', (_name, facts, tone, label) => {
    expect(webhookWords(facts)).toMatchObject({ tone, label });
  });

  test('says how often the receiver failed, and when it is tried again', () => {
    expect(webhookWords(webhook(null, { failures: 1 })).meaning).toContain('once. Events wait.');
    expect(webhookWords(webhook(null, { failures: 3, retryAt: AT })).meaning).toMatch(/3 times in a row.*next try: /);
  });
});

test.each([
  [TAKEN, 'Taken, 204'],
  [REFUSED, 'Answered 500'],
  [{ status: null, error: 'timeout' }, 'No answer within 15 s'],
  [{ status: null, error: 'of a later version' }, 'of a later version'],
])('attemptWords of %o is %s', (attempt, label) => {
  expect(attemptWords(attempt).label).toBe(label);
});

test('typesWords and hostOf fit in a line', () => {
  expect([typesWords([]), typesWords(['a.b', 'c.d'])]).toEqual(['All events', 'a.b, c.d']);
  expect([hostOf('https://a.example:8443/x?y'), hostOf('none')]).toEqual(['a.example:8443', 'none']);
});

test('momentOf reads a local time, and nothing from what is not whole', () => {
  expect(momentOf('2026-11-30T08:00')).toBe(new Date(2026, 10, 30, 8).toISOString());
  expect([momentOf(''), momentOf('tomorrow')]).toEqual([null, null]);
});

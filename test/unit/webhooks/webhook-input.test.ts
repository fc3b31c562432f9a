import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { CallbackTargets } from '../../../src/platform/forbidden-address.ts';
import { checkReplay, checkWebhook } from '../../../src/webhooks/webhook-input.ts';

const OPEN = new CallbackTargets([]);
const PRIVATE = new CallbackTargets([{ address: '10.0.0.0', prefix: 8 }]);

function faults(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.details.map(({ path }) => path);
  }
}

describe('the address of a webhook', () => {
  test.each([
    ['https://hooks.example/in?key=1', OPEN],
    ['https://8.8.8.8/in', OPEN],
    ['https://10.1.2.3/in', PRIVATE],
    ['http://10.1.2.3/in', PRIVATE],
    ['http://hooks.internal/in', PRIVATE],
  ])('%s is taken', (url, targets) => {
    expect(checkWebhook({ url }, targets)).toEqual({ url });
  });

  test.each([
    ['http://hooks.example/in', OPEN],
    ['http://8.8.8.8/in', PRIVATE],
    ['http://127.0.0.1/in', PRIVATE],
    ['https://10.1.2.3/in', OPEN],
    ['https://169.254.169.254/in', PRIVATE],
    ['https://[::ffff:169.254.169.254]/in', PRIVATE],
    ['https://user:secret@hooks.example/', OPEN],
    ['https://hooks.example/#here', OPEN],
    ['ftp://hooks.example/', OPEN],
    ['hooks.example', OPEN],
    [`https://hooks.example/${'x'.repeat(2048)}`, OPEN],
  ])('%s is refused', (url, targets) => {
    expect(faults(() => checkWebhook({ url }, targets))).toEqual(['url']);
  });
});

test('all faults are named at once, and types are kept once each, in the order of the documents', () => {
  expect(faults(() => checkWebhook({ url: 'x', eventTypes: ['session.sealed', 'other'] }, OPEN))).toEqual([
    'eventTypes',
    'url',
  ]);
  expect(checkWebhook({ eventTypes: ['agent.changed', 'session.sealed', 'agent.changed'] }, OPEN)).toEqual({
    eventTypes: ['session.sealed', 'agent.changed'],
  });
  expect(checkWebhook({ url: null, eventTypes: null, paused: null }, OPEN)).toEqual({});
});

test('a window ends now by default, begins before its end, and is given with offsets', () => {
  const now = Date.parse('2026-11-30T08:00:00Z');
  expect(checkReplay('2026-11-30T08:00:00+01:00', null, now)).toEqual({ since: now - 3_600_000, until: now });
  expect(faults(() => checkReplay('yesterday', '2026-11-30T08:00:00', now))).toEqual(['since', 'until']);
  expect(faults(() => checkReplay('2026-11-30T08:00:00Z', null, now))).toEqual(['since']);
});

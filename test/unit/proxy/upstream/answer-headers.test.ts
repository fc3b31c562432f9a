/** The headers of an upstream's answer that go on to its caller, and the many that do not. */
import { describe, expect, test } from 'vitest';
import { toldHeaders } from '../../../../src/proxy/upstream/answer-headers.ts';

describe('a header that clients act on', () => {
  test.each([
    ['retry-after', '7'],
    ['retry-after', '0.01'],
    ['retry-after', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['retry-after-ms', '250'],
    ['x-should-retry', 'true'],
    ['x-should-retry', 'false'],
    ['x-ratelimit-limit-requests', '10000'],
    ['x-ratelimit-limit-tokens', '150000000'],
    ['x-ratelimit-remaining-requests', '0'],
    ['x-ratelimit-remaining-tokens', '149999984'],
    ['x-ratelimit-reset-requests', '8.64s'],
    ['x-ratelimit-reset-requests', '17ms'],
    ['x-ratelimit-reset-tokens', '6m0s'],
    ['x-ratelimit-reset-tokens', '1h30m0.5s'],
    ['openai-processing-ms', '412'],
    ['openai-version', '2020-10-01'],
  ])('%s: %s goes on', (name, value) => {
    expect(toldHeaders({ [name]: value })).toEqual({ [name]: value });
  });

  test.each([
    ['retry-after', 'when Maria Gonzalez calls'],
    ['retry-after', '4155550142'],
    ['retry-after', 'MSKV1.PHONE.K_DEFAULT.ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['retry-after-ms', '4155550142'],
    ['x-should-retry', 'yes'],
    ['x-ratelimit-limit-requests', '10000; maria.gonzalez@example.com'],
    ['x-ratelimit-reset-tokens', 'soon'],
    ['openai-processing-ms', '-'],
    ['openai-version', '2020-10-01, beta'],
  ])('%s: %s does not, for nothing of that form belongs there', (name, value) => {
    expect(toldHeaders({ [name]: value })).toEqual({});
  });

  test('that came twice goes on as it came first', () => {
    expect(toldHeaders({ 'x-should-retry': ['true', 'false'] })).toEqual({ 'x-should-retry': 'true' });
  });
});

describe("the provider's id of the request", () => {
  test.each([
    'req_1a2b3c4d5e6f708192a3b4c5d6e7f809',
    '1a2b3c4d5e6f708192a3b4c5d6e7f809',
    '0b6a5f0e-6f7d-4a52-9c0e-5a3f3b8f3a11',
  ])('%s goes on beside ours', (id) => {
    expect(toldHeaders({ 'x-request-id': id })).toEqual({ 'masker-upstream-request-id': id });
  });

  test.each(['415-555-0142', '4155550142', 'Maria Gonzalez', 'req_maria.gonzalez', 'a'.repeat(65), ''])(
    '%s is none',
    (id) => {
      expect(toldHeaders({ 'x-request-id': id })).toEqual({});
    },
  );
});

test('nothing else goes on', () => {
  const headers = {
    'set-cookie': ['__cf_bm=x'],
    'openai-organization': 'clinic-of-maria',
    'x-ratelimit-note': '1',
    server: 'x',
    via: 'y',
    location: '/z',
    'content-encoding': 'gzip',
    connection: 'close',
    'content-length': '3',
    'www-authenticate': 'Basic',
    'masker-session-id': 'sess_x',
    'server-timing': 'a;dur=1',
  };
  expect(toldHeaders(headers)).toEqual({});
});

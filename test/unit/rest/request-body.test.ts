import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { MAX_BODY_BYTES, readJsonBody } from '../../../src/rest/request-body.ts';

function request(body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }): Request {
  return new Request('https://masker.test/', {
    method: 'POST',
    body,
    headers,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
}

async function codeOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => new Error('it was read'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error.code;
  throw error;
}

describe('media types', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    '%s is read',
    async (type) => {
      expect(await readJsonBody(request('{"a":[1]}', { 'content-type': type }))).toEqual({ a: [1] });
    },
  );

  test.each(['', 'text/json', 'application/json; charset=utf-16', 'application/json, text/plain', 'application/jsonx'])(
    '%j is not',
    async (type) => {
      expect(await codeOf(readJsonBody(request('{}', { 'content-type': type })))).toBe('unsupported_media_type');
    },
  );
});

test('a body may have as many bytes as the limit says, and not one more, with or without a length', async () => {
  const text = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  const streamed = (bytes: number): Request => request(new Blob([text(bytes)]).stream());
  expect(await readJsonBody(streamed(MAX_BODY_BYTES))).toHaveLength(MAX_BODY_BYTES - 2);
  expect(await codeOf(readJsonBody(streamed(MAX_BODY_BYTES + 1)))).toBe('payload_too_large');
  const declared = request('{}', { 'content-type': 'application/json', 'content-length': String(MAX_BODY_BYTES + 1) });
  expect(await codeOf(readJsonBody(declared))).toBe('payload_too_large');
});

test('an endless body is not read to its end', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
  });
  expect(await codeOf(readJsonBody(request(endless)))).toBe('payload_too_large');
  expect(sent).toBeLessThan(2 * MAX_BODY_BYTES);
});

test.each(['', '{', '{"a":1,"a":2}', '{"a":1}{"b":2}', "{'a':1}", '\u{feff}{}'])('%j: bad_request', async (text) => {
  expect(await codeOf(readJsonBody(request(text)))).toBe('bad_request');
});

/** A REST client without a socket, and what it holds error answers against. */
import { expect } from 'vitest';
import type { Viewer } from '../src/accounts/viewer.ts';
import { isId } from '../src/platform/ids.ts';
import type { RestApp } from '../src/rest/app.ts';
import { ERROR } from '../src/rest/objects.ts';
import { by } from './api.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
}

/** Sends a request to the path below /api/v1. A body that is text is sent as it stands, any other as JSON. */
export async function send(
  app: RestApp,
  viewer: Viewer | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const init = {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
  const response = await app.request(`/api/v1${path}`, init, by(viewer));
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** The answer is the error envelope of the code, with exactly these fields at fault. */
export function expectFailure(
  { status, body }: Answer,
  expected: number,
  code: string,
  faults: readonly string[] = [],
): void {
  const { error } = ERROR.parse(body);
  expect([status, error.code]).toEqual([expected, code]);
  expect(isId('request', error.request_id)).toBe(true);
  expect((error.details ?? []).map(({ path }) => path).sort()).toEqual([...faults].sort());
  expect('details' in error).toBe(faults.length > 0);
}

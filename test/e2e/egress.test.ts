/** The last search of the outgoing bytes, through a real instance. A setting is a number and stays as it is: there a known value slips past masking. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables, headerText, writtenIn } from './everything.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({ MASKER_LOG_LEVEL: 'trace' });
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

/** A setting that masking leaves alone, with the digits of the caller's number. */
const SETTING = 212555.0187;
const PHONE = /555.?0187/g;
const SAID = saying('my number is (212) 555-0187');
const LEAKING = { ...SAID, temperature: SETTING };

async function refused(body: object, headers: Record<string, string> = {}): Promise<void> {
  calls.upstream.received.length = 0;
  const response = await calls.masker.chat(agent, body, headers);
  const text = await response.text();
  expect(response.status, text).toBe(422);
  expect((JSON.parse(text) as { error: { code: string } }).error.code).toBe('leak_blocked');
  expect(writtenIn(`${headerText(response)}${text}`, PHONE)).toEqual([]);
  expect(calls.upstream.received).toEqual([]);
}

async function leaksOnRecord(): Promise<string[]> {
  const tables = await allTables(calls.db.url);
  expect(writtenIn(tables, PHONE)).toEqual([]);
  return tables.match(/"leak_suspected"/g) ?? [];
}

describe('a request that still holds a value known in its call', () => {
  test('is refused, put on record, and never sent', async () => {
    const before = (await leaksOnRecord()).length;
    await refused(LEAKING);
    await refused({ ...LEAKING, stream: true });
    expect((await leaksOnRecord()).length).toBeGreaterThanOrEqual(before + 2);
    expect(writtenIn(calls.masker.logged.join(''), PHONE)).toEqual([]);
  });

  test('is refused in a later turn, and the call goes on', async () => {
    const headers = { 'x-call-id': 'egress-1' };
    const first = await calls.masker.chat(agent, SAID, headers);
    expect(first.status).toBe(200);
    await refused({ ...saying('hello'), temperature: SETTING }, headers);
    const next = await calls.masker.chat(agent, { ...SAID, seed: 7 }, headers);
    expect(next.status).toBe(200);
    expect(sessionOf(next)).toBe(sessionOf(first));
  });

  test.each(['max_tokens', 'max_completion_tokens', 'n', 'temperature'])(
    'is refused as %s though nobody knows it: it is too long for that',
    async (name) => {
      calls.upstream.received.length = 0;
      const response = await calls.masker.chat(agent, { ...saying('hello'), [name]: 4155550142 });
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({
        error: {
          message: `${name} must be a number below 1000000.`,
          type: 'invalid_request_error',
          param: name,
          code: 'validation_failed',
        },
      });
      expect(calls.upstream.received).toEqual([]);
    },
  );

  test('is sent where the policy lets the text pass that it stands in', async () => {
    const lenient = await calls.masker.createAgent({
      policy_yaml:
        'name: healthcare-default\nversion: 1\nkid: K_HEALTHCARE\npasses: [regex, ner]\nentities:\n  NAME: { action: tokenize }\n  EMAIL: { action: passthrough }\n',
    });
    const said = 'I am Margaret Whitfield, write to margaret.whitfield@example.com';
    for (const turn of [saying(said), saying(said, 'hello')]) {
      const response = await calls.masker.chat(lenient, turn, { 'x-call-id': 'egress-3' });
      expect(response.status, await response.text()).toBe(200);
    }
    expect(calls.upstream.everything()).toContain('margaret.whitfield@example.com');
    expect(calls.upstream.everything()).not.toContain('Margaret Whitfield');
  });

  test('is sent in another call, which does not know it', async () => {
    const response = await calls.masker.chat(
      agent,
      { ...saying('hello'), temperature: SETTING },
      { 'x-call-id': 'egress-2' },
    );
    expect(response.status).toBe(200);
  });
});

/** Every curl of the product's documents, run by curl as it is written: host, cookie and ids are put in, nothing else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

const CREATE_AGENT = `curl -X POST \\
  -H "Cookie: masker_session=ey..." \\
  -H "Content-Type: application/json" \\
  https://masker-voice.fly.dev/api/v1/agents \\
  -d '{
    "name": "appointment-bot-prod",
    "upstream": "openai:gpt-4o-mini",
    "tokenization": "vault-deterministic"
  }'`;

const GET_SESSION = `curl -H "Cookie: masker_session=ey..." \\
https://masker-voice.fly.dev/api/v1/sessions/sess_01HYZ...`;

const GET_REPORT = `curl -H "Cookie: masker_session=ey..." \\
  "https://masker-voice.fly.dev/api/v1/sessions/sess_01HYZ.../report?format=json"`;

/** The responses that the documents print below each command, as they are written there. */
const CREATED = `{
  "agent": {
    "id": "agt_01HYZ...",
    "name": "appointment-bot-prod",
    "upstream": "openai:gpt-4o-mini",
    "tokenization": "vault-deterministic",
    "policy_name": "healthcare-default",
    "policy_version": 1,
    "proxy_url": "https://masker-voice.fly.dev/proxy/agt_01HYZ.../v1/chat/completions",
    "webhook_url": "https://masker-voice.fly.dev/vapi/webhook/agt_01HYZ...",
    "created_at": "2026-05-03T21:14:32Z"
  }
}`;

const SESSION_SHOWN = `{
"session" : {
"id" : "sess_01HYZ..." ,
"agent_id" : "agt_01HYZ..." ,
"agent_name" : "appointment-bot-prod" ,
"started_at" : "2026-05-03T21:14:32Z" ,
"ended_at" : "2026-05-03T21:14:32.794Z" ,
"duration_ms" : 794 ,
"status" : "ok" ,
"upstream_model" : "gpt-4o-mini" ,
"policy_name" : "healthcare-default" ,
"policy_version" : 1 ,
"stage_durations_ms" : {
"detection" : 56 ,
"tokenize" : 4 ,
"upstream" : 728 ,
"rehydrate" : 6
},
"events" : [
{
"event_id" : "evt_01HYZ..." ,
"pass" : "gemma" ,
"entity_kind" : "NAME" ,
"span" : [ 142 , 156 ],
"confidence" : 0.94 ,
"token_kind" : "MSKV1" ,
"kid" : "K_HEALTHCARE"
}
],
"payloads" : {
"request" : null ,
"masked" : null ,
"response" : null
}
}
}`;

const REPORT_SHOWN = `{
  "report": {
    "id": "rep_01HYZ...",
    "scope": "session",
    "session_id": "sess_01HYZ...",
    "generated_at": "2026-05-03T21:30:11Z",
    "merkle_root_hex": "f3a2...",
    "redactions_by_kind": {"PHONE": 1, "NAME": 2, "DOB": 1},
    "policy_snapshot": "name: healthcare-default\\n...",
    "safe_harbor_coverage": {
      "A_names": "full",
      "B_geo": "full",
      "C_dates": "partial",
      "D_phone": "full"
    }
  }
}`;

const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const moment = z.iso.datetime();
const wholeMs = z.int().min(0);

/** The objects of the documents' examples. Further keys may be there; each of these must. */
const AGENT = z.object({
  id: z.string().regex(new RegExp(`^agt_${ULID}$`)),
  name: z.literal('appointment-bot-prod'),
  upstream: z.literal('openai:gpt-4o-mini'),
  tokenization: z.literal('vault-deterministic'),
  policy_name: z.literal('healthcare-default'),
  policy_version: z.literal(1),
  proxy_url: z.string(),
  webhook_url: z.string(),
  created_at: moment,
});
const EVENT = z.object({
  event_id: z.string().regex(new RegExp(`^evt_${ULID}$`)),
  pass: z.string(),
  entity_kind: z.string(),
  span: z.tuple([z.int(), z.int()]),
  confidence: z.number().min(0).max(1),
  token_kind: z.literal('MSKV1'),
  kid: z.literal('K_HEALTHCARE'),
});
const SESSION = z.object({
  id: z.string(),
  agent_id: z.string(),
  agent_name: z.string(),
  started_at: moment,
  ended_at: moment,
  duration_ms: wholeMs,
  status: z.literal('ok'),
  upstream_model: z.string(),
  policy_name: z.literal('healthcare-default'),
  policy_version: z.literal(1),
  stage_durations_ms: z.object({ detection: wholeMs, tokenize: wholeMs, upstream: wholeMs, rehydrate: wholeMs }),
  events: z.array(EVENT).min(1),
  payloads: z.object({ request: z.null(), masked: z.null(), response: z.null() }),
});
const REPORT = z.object({
  id: z.string().regex(new RegExp(`^rep_${ULID}$`)),
  scope: z.literal('session'),
  session_id: z.string(),
  generated_at: moment,
  merkle_root_hex: z.string().regex(/^[0-9a-f]{64}$/),
  redactions_by_kind: z.record(z.string(), z.int()),
  policy_snapshot: z.string().includes('name: healthcare-default'),
  safe_harbor_coverage: z.object({
    A_names: z.string(),
    B_geo: z.string(),
    C_dates: z.string(),
    D_phone: z.string(),
  }),
});

const run = promisify(execFile);

let instance: TestInstance;
let dropDatabase: () => Promise<void>;
let cookie: string;
let sessionId: string;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  dropDatabase = drop;
  instance = await startTestInstance(url);
  const { pathname, search } = new URL(await instance.signInLink());
  const signedIn = await fetch(`${instance.url}${pathname}${search}`, { redirect: 'manual' });
  cookie = /masker_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  const agent = await instance.createAgent({ upstream: 'stub' });
  const answer = await instance.chat(agent, {
    model: 'stub',
    messages: [
      { role: 'user', content: 'Hi, this is Maria Gonzalez, born on 03/12/1961, call me back on 415-555-0142.' },
    ],
  });
  await answer.text();
  sessionId = answer.headers.get('masker-session-id') ?? '';
});
afterAll(async () => {
  await instance.close();
  await dropDatabase();
});

/** Runs the command in a shell with this server's address, cookie and session in it. */
async function curl(command: string, session = sessionId): Promise<{ status: number; type: string; body: unknown }> {
  const script = command
    .replace('https://masker-voice.fly.dev', instance.url)
    .replace('masker_session=ey...', `masker_session=${cookie}`)
    .replace('sess_01HYZ...', session);
  const { stdout } = await run('bash', ['-euc', `${script} -sS -w '\\n%{http_code} %{content_type}'`]);
  const [, body = '', status = '', type = ''] = /^([\s\S]*)\n(\d{3}) (.*)$/.exec(stdout) ?? [];
  return { status: Number(status), type, body: JSON.parse(body) };
}

/** Objects whose keys are data, in no order. */
const MAPS: ReadonlySet<string> = new Set(['redactions_by_kind']);

/** The keys of a value in their order, each with its path and the type of JSON that it holds; of a list those of its first item. */
function keysOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : keysOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [];
  const keys = Object.entries(value).flatMap(([key, member]) => {
    const place = path === '' ? key : `${path}.${key}`;
    return [`${place}: ${typeOf(member)}`, ...keysOf(member, place)];
  });
  return MAPS.has(path.split('.').at(-1) ?? '') ? keys.sort() : keys;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

describe('the curl of the documents', () => {
  test.each([
    ['creates an agent', CREATE_AGENT.replace('appointment-bot-prod', 'appointment-bot'), CREATED],
    ['reads a session', GET_SESSION, SESSION_SHOWN],
    ['reads a report', GET_REPORT, REPORT_SHOWN],
  ])(
    'that %s answers the keys that are printed below it, as they are spelt, in their order and with their types',
    async (_what, command, printed) => {
      const { body } = await curl(command);
      const [expected, actual] = [keysOf(JSON.parse(printed)), keysOf(body)];
      expect(actual.filter((key) => expected.includes(key))).toEqual(expected);
    },
  );

  test('that creates an agent: 201 with the documented object, then 409 name_taken', async () => {
    const { status, type, body } = await curl(CREATE_AGENT);
    expect([status, type]).toEqual([201, 'application/json; charset=utf-8']);
    const { agent } = z.object({ agent: AGENT }).parse(body);
    expect(new URL(agent.proxy_url).pathname).toBe(`/proxy/${agent.id}/v1/chat/completions`);
    expect(new URL(agent.webhook_url).pathname).toBe(`/vapi/webhook/${agent.id}`);
    expect(await curl(CREATE_AGENT)).toMatchObject({ status: 409, body: { error: { code: 'name_taken' } } });
  });

  test('that creates an agent without the cookie: 401 unauthenticated', async () => {
    const bare = CREATE_AGENT.replace('  -H "Cookie: masker_session=ey..." \\\n', '');
    expect(await curl(bare)).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  });

  test('that reads a session: 200, each stage a whole number, together no longer than the session', async () => {
    const { status, type, body } = await curl(GET_SESSION);
    expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
    const { session } = z.object({ session: SESSION }).parse(body);
    expect(session.id).toBe(sessionId);
    expect(session.events.map(({ entity_kind: kind }) => kind).sort()).toEqual(['DOB', 'NAME', 'PHONE']);
    const stages = Object.values(session.stage_durations_ms);
    expect(stages.reduce((sum, stage) => sum + stage, 0)).toBeLessThanOrEqual(session.duration_ms);
  });

  test('that reads a report: 200 with the documented object', async () => {
    const { status, type, body } = await curl(GET_REPORT);
    expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
    const { report } = z.object({ report: REPORT }).parse(body);
    expect(report).toMatchObject({ session_id: sessionId, redactions_by_kind: { DOB: 1, NAME: 1, PHONE: 1 } });
  });

  test.each([
    ['a session', GET_SESSION],
    ['a report', GET_REPORT],
  ])('that reads %s that is not there: 404 session_not_found', async (_what, command) => {
    expect(await curl(command, 'sess_01HYZ0000000000000000000AA')).toMatchObject({
      status: 404,
      body: { error: { code: 'session_not_found' } },
    });
  });
});

/** Vapi's webhook, from a call that begins to one that is over, with payloads as Vapi sends them. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { startUpstream } from '../upstream.ts';
import type { Received, TestUpstream } from '../upstream.ts';
import { answerOf, lastSeen, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables, disguises, headerText } from './everything.ts';

const PUBLIC_URL = 'https://voice.clinic.example';
/** Planted in the fixtures, whole and in parts. */
const PHI = [
  'Marisol',
  'Quintanilla',
  '536-22-8145',
  '536228145',
  '+14155550173',
  '415-555-0173',
  '4155550173',
  'MRN-40218876',
  '1957-02-11',
  'AC0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  'f0e1d2c3b4a5968778695a4b3c2d1e0f',
  'xi-9f8e7d6c5b4a39281706',
  'marisol-quintanilla',
  '019ae2f7-30ab-7c11-9d8e-8a0b1c2d3e4f',
];

let calls: Calls;
let masker: TestInstance;
let agent: CreatedAgent;
/** The customer's own server. */
let clinic: TestUpstream;

beforeAll(async () => {
  [calls, clinic] = await Promise.all([
    startCalls({ MASKER_PUBLIC_URL: PUBLIC_URL, MASKER_LOG_LEVEL: 'trace' }),
    startUpstream(),
  ]);
  ({ masker } = calls);
});
afterAll(async () => {
  await calls.close();
  await clinic.close();
});
beforeEach(async () => {
  agent = await masker.createAgent();
  clinic.received.length = 0;
  calls.upstream.received.length = 0;
});

const webhookOf = (of: CreatedAgent): string => `${masker.url}/vapi/webhook/${of.id}`;

function post(body: string | object, headers: Record<string, string> = {}, url = webhookOf(agent)): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function fixture(name: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, 'fixtures/vapi', `${name}.json`), 'utf8');
}

async function answer(response: Response): Promise<unknown> {
  expect(response.status, await response.clone().text()).toBe(200);
  return response.json();
}

interface Problem {
  readonly error: {
    readonly code: string;
    readonly request_id: string;
    readonly details?: readonly { readonly path: string }[];
  };
}

async function failure(response: Response): Promise<string> {
  const { error } = (await response.json()) as Problem;
  expect(error.request_id).toBe(response.headers.get('x-request-id'));
  return [response.status, error.code, ...(error.details ?? []).map(({ path: field }) => field)].join(' ');
}

async function set(settings: object): Promise<void> {
  const response = await masker.api('PATCH', `/agents/${agent.id}`, settings);
  expect(response.status, await response.clone().text()).toBe(200);
}

const modelOf = (of: CreatedAgent): object => ({
  provider: 'custom-llm',
  url: `${PUBLIC_URL}/proxy/${of.id}/v1`,
  model: 'gpt-4o-mini',
});
/** What is said to Vapi with each assistant: no summary and no evaluation by a model of its own. */
const analysisPlan = {
  summaryPlan: { enabled: false },
  structuredDataPlan: { enabled: false },
  successEvaluationPlan: { enabled: false },
};
/** What every assistant that is handed out has. */
const QUIET = { analysisPlan, monitorPlan: { listenEnabled: false } };
const beginning = (id: string, number: string | null = '+14155550122'): object => ({
  message: { type: 'assistant-request', call: { id, ...(number === null ? {} : { customer: { number } }) } },
});

/** The entries of the agent's sessions, oldest first. */
async function entries(): Promise<{ session_id: string; kind: string; [member: string]: unknown }[]> {
  const { rows } = await calls.pool.query<{ body: string }>(
    'SELECT e.body FROM entries e JOIN sessions s ON s.id = e.session_id WHERE s.agent_id = $1 ORDER BY s.id, e.seq',
    [agent.id],
  );
  return rows.map(({ body }) => JSON.parse(body) as { session_id: string; kind: string });
}

async function kinds(): Promise<string[]> {
  return (await entries()).map(({ kind }) => kind);
}

describe('a call that begins', () => {
  test('gets an assistant whose model is the proxy, where the agent has none of its own', async () => {
    expect(await answer(await post(beginning('c-1')))).toEqual({ assistant: { model: modelOf(agent), ...QUIET } });
  });

  test('gets the agent’s assistant, behind the proxy', async () => {
    const assistant = {
      firstMessage: 'Hi!',
      voice: { provider: '11labs', voiceId: 'v' },
      model: { provider: 'openai', model: 'gpt-4o', temperature: 0.3, fallbackModels: ['gpt-4o'] },
    };
    await set({ assistant });
    expect(await answer(await post(beginning('c-1')))).toEqual({
      assistant: { ...assistant, ...QUIET, model: { temperature: 0.3, ...modelOf(agent) } },
    });
  });

  test('is announced in either form, with or without a number, with or without an id', async () => {
    const forms = [
      { type: 'assistant-request', call: { id: 'c-1' } },
      { type: 'assistant-request' },
      { message: { type: 'assistant-request', call: { id: 'c-2' }, customer: { number: '+14155550122' } } },
      beginning('c-3', null),
    ];
    for (const form of forms)
      expect(await answer(await post(form))).toEqual({ assistant: { model: modelOf(agent), ...QUIET } });
    expect(
      (await entries()).filter(({ kind }) => kind === 'call_started').map(({ platform, caller }) => [platform, caller]),
    ).toEqual([
      ['vapi', null],
      ['vapi', 'masked'],
      ['vapi', null],
    ]);
  });

  test('is on record before its first turn, in the session of its turns', async () => {
    await answer(await post(await fixture('assistant-request')));
    expect(await kinds()).toEqual(['session_started', 'call_started']);
    const response = await masker.chat(agent, JSON.parse(await fixture('chat-completions')) as object);
    expect(response.status, await response.clone().text()).toBe(200);
    const all = await entries();
    expect(new Set(all.map(({ session_id: id }) => id))).toEqual(new Set([sessionOf(response)]));
    expect(all.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['call_started', 'redaction', 'turn_forwarded']),
    );
  });

  test('has a caller whose number is masked in whatever way it is said, and comes back', async () => {
    await answer(await post(beginning('c-1', '+14155550122')));
    const response = await masker.chat(agent, {
      ...saying('You can reach me on the number 4155550122 that you see.'),
      call: { id: 'c-1' },
    });
    expect(await answerOf(response)).toContain('4155550122');
    const [said = ''] = lastSeen(calls.upstream);
    expect(said).not.toContain('4155550122');
    expect(tokensIn(said).map((token) => token.split('.')[1])).toEqual(['PHONE']);
  });

  test('that is announced again is recorded once', async () => {
    for (let n = 0; n < 3; n += 1) await answer(await post(beginning('c-1')));
    expect(await kinds()).toEqual(['session_started', 'call_started']);
  });
});

describe('an assistant that would ask other models', () => {
  const assistant = {
    firstMessage: 'Hi!',
    analysisPlan: { summaryPlan: { enabled: true }, outcomeIds: ['o-1'] },
    artifactPlan: { recordingEnabled: false, structuredOutputIds: ['s-1'] },
    model: {
      fallbackModels: ['gpt-4o'],
      tools: [{ type: 'endCall' }, { type: 'query', knowledgeBases: [{ provider: 'google', fileIds: ['f-1'] }] }],
    },
  };
  const paths = [
    '/assistant/analysisPlan/summaryPlan',
    '/assistant/analysisPlan/outcomeIds',
    '/assistant/artifactPlan/structuredOutputIds',
    '/assistant/model/fallbackModels',
    '/assistant/model/tools/1',
  ];
  const underPolicy = async (bypass: string): Promise<void> => {
    await set({ assistant, policy_yaml: `extends: healthcare-default\nname: p\nplatform: { bypass: ${bypass} }\n` });
  };

  test('is handed out without them, and the journal names each by its path', async () => {
    await set({ assistant });
    expect(await answer(await post(beginning('c-1')))).toEqual({
      assistant: {
        firstMessage: 'Hi!',
        ...QUIET,
        artifactPlan: { recordingEnabled: false },
        model: { tools: [{ type: 'endCall' }], ...modelOf(agent) },
      },
    });
    expect((await entries()).find(({ kind }) => kind === 'call_started')).toMatchObject({ bypass_removed: paths });
  });

  test('is handed out with them under the policy `warn`, but for other models in the place of its own', async () => {
    await underPolicy('warn');
    const { fallbackModels: _, ...model } = assistant.model;
    expect(await answer(await post(beginning('c-1')))).toEqual({
      assistant: { ...assistant, model: { ...model, ...modelOf(agent) } },
    });
    expect((await entries()).find(({ kind }) => kind === 'call_started')).toMatchObject({
      bypass_removed: ['/assistant/model/fallbackModels'],
      bypass_kept: paths.filter((path) => !path.endsWith('fallbackModels')),
    });
  });

  test('is not handed out under the policy `refuse`', async () => {
    await underPolicy('refuse');
    expect(await answer(await post(beginning('c-1')))).toEqual({
      error: 'Sorry, this call cannot be answered right now. Please try again later.',
    });
    expect((await entries()).find(({ kind }) => kind === 'call_started')).toMatchObject({ bypass_refused: paths });
  });
});

describe('a callback', () => {
  const asked = (): Received => {
    const [received] = clinic.received;
    if (received === undefined) throw new Error('nobody was asked');
    return received;
  };
  const says = (status: number, body: string): void => {
    clinic.respond((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', location: `${clinic.url}/elsewhere` });
      response.end(body);
    });
  };
  const secretOf = async (): Promise<string> =>
    ((await (await masker.api('POST', `/agents/${agent.id}/assistant-callback-secret`)).json()) as { secret: string })
      .secret;

  test('is given the event as it came, signed, and what it answers goes behind the proxy', async () => {
    says(
      200,
      JSON.stringify({
        assistant: { firstMessage: 'Hi Marisol!', model: { provider: 'openai', model: 'gpt-4o', messages: [] } },
      }),
    );
    await set({ assistant_callback_url: `${clinic.url}/assistant?clinic=1`, assistant: { firstMessage: 'static' } });
    const secret = await secretOf();
    const event = await fixture('assistant-request');
    expect(await answer(await post(event))).toEqual({
      assistant: { firstMessage: 'Hi Marisol!', ...QUIET, model: { messages: [], ...modelOf(agent) } },
    });
    const { method, url, headers, body } = asked();
    expect([method, url, body.toString('utf8'), headers['content-type']]).toEqual([
      'POST',
      '/assistant?clinic=1',
      event,
      'application/json',
    ]);
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(`${id}.${timestamp}.${event}`)
      .digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(Math.abs(Number(timestamp) * 1000 - Date.now())).toBeLessThan(60_000);
  });

  test.each([
    ['an error', 500, '{"assistant":{"firstMessage":"wrong"}}'],
    ['a redirect', 302, '{"assistant":{"firstMessage":"wrong"}}'],
    ['no JSON', 200, 'Marisol Quintanilla'],
    ['JSON with a key twice', 200, '{"assistant":{},"assistant":{}}'],
    ['no assistant', 200, '{"squad":{"members":[]}}'],
    ['too much', 200, JSON.stringify({ assistant: { firstMessage: 'x'.repeat(300_000) } })],
  ])(
    'that answers with %s falls back to the static assistant, or to words for the caller',
    async (_name, status, body) => {
      says(status, body);
      await set({ assistant_callback_url: `${clinic.url}/assistant` });
      expect(await answer(await post(beginning('c-1')))).toEqual({
        error: 'Sorry, this call cannot be answered right now. Please try again later.',
      });
      await set({ assistant: { firstMessage: 'static' } });
      expect(await answer(await post(beginning('c-2')))).toEqual({
        assistant: { firstMessage: 'static', ...QUIET, model: modelOf(agent) },
      });
      expect(clinic.received).toHaveLength(2);
    },
  );

  test('that is not there, or that breaks off, falls back likewise', async () => {
    clinic.respond((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"assi');
      response.destroy();
    });
    const gone = await startUpstream();
    await gone.close();
    for (const url of [clinic.url, gone.url, 'http://no-such-host.invalid/']) {
      await set({ assistant_callback_url: url, assistant: { firstMessage: 'static' } });
      expect(await answer(await post(beginning('c-1')))).toEqual({
        assistant: { firstMessage: 'static', ...QUIET, model: modelOf(agent) },
      });
    }
  });

  test('that leads back to Masker ends there', async () => {
    await set({ assistant_callback_url: webhookOf(agent), assistant: { firstMessage: 'static' } });
    expect(await answer(await post(beginning('c-1')))).toEqual({
      assistant: { firstMessage: 'static', ...QUIET, model: modelOf(agent) },
    });
    const reasons = masker.logged
      .filter((line) => line.includes(agent.id))
      .flatMap((line) => (JSON.parse(line) as { reason?: string }).reason ?? []);
    expect(reasons).toEqual(['status_400']);
  });
});

describe('a call that is over', () => {
  test.each(['status-update', 'end-of-call-report'])('%s seals its session', async (name) => {
    await answer(await post(await fixture('assistant-request')));
    const response = await masker.chat(agent, JSON.parse(await fixture('chat-completions')) as object);
    await answerOf(response);
    expect(await answer(await post(await fixture(name)))).toEqual({});
    expect((await entries()).at(-1)).toMatchObject({
      kind: 'session_sealed',
      reason: 'ended',
      status: 'ok',
      session_id: sessionOf(response),
    });
    // What comes after it, and what comes again, changes nothing.
    expect(await answer(await post(await fixture('end-of-call-report')))).toEqual({});
    expect((await kinds()).filter((kind) => kind === 'session_sealed')).toHaveLength(1);
  });

  test('goes on in a new session when a turn comes late', async () => {
    const body = JSON.parse(await fixture('chat-completions')) as object;
    const first = await masker.chat(agent, body);
    await answerOf(first);
    await answer(await post(await fixture('status-update')));
    const late = await masker.chat(agent, body);
    await answerOf(late);
    expect(sessionOf(late)).not.toBe(sessionOf(first));
    expect(
      (await entries()).find(({ kind, session_id: id }) => kind === 'session_started' && id === sessionOf(late)),
    ).toMatchObject({ continues: sessionOf(first) });
  });

  test('is nobody else’s: the same id of another agent stays open', async () => {
    await answer(await post(beginning('c-1')));
    const other = await masker.createAgent();
    expect(await answer(await post({ type: 'end-of-call-report', call: { id: 'c-1' } }, {}, webhookOf(other)))).toEqual(
      {},
    );
    expect(await kinds()).not.toContain('session_sealed');
  });

  test('without ever a turn is sealed, too', async () => {
    await answer(await post(beginning('c-1')));
    await answer(await post({ message: { type: 'status-update', status: 'ended', call: { id: 'c-1' } } }));
    expect(await kinds()).toEqual(['session_started', 'call_started', 'session_sealed']);
  });
});

describe('any other event', () => {
  test.each(['tool-calls', 'transcript'])('%s is taken and forgotten', async (name) => {
    expect(await answer(await post(await fixture(name)))).toEqual({});
    expect(await entries()).toEqual([]);
  });

  test.each([
    ['{"message":{"type":"new-kind"}}', '422 unsupported_event'],
    ['{"message":{"call":{}}}', '422 validation_failed message.type'],
    ['{"type":"hang","call":{"id":7}}', '422 validation_failed call.id'],
    ['[]', '400 bad_request'],
    ['{"type":"hang","type":"hang"}', '400 bad_request'],
    ['', '400 bad_request'],
  ])('%s: %s', async (body, expected) => {
    expect(await failure(await post(body))).toBe(expected);
  });

  test('is asked for at its address, by POST, as JSON', async () => {
    expect(await failure(await post({ type: 'hang' }, { 'content-type': 'text/plain' }))).toBe(
      '415 unsupported_media_type',
    );
    for (const id of ['agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 'nonsense', '%00'])
      expect(await failure(await post({ type: 'hang' }, {}, `${masker.url}/vapi/webhook/${id}`))).toBe(
        '404 agent_not_found',
      );
    for (const below of ['/vapi/webhook/', '/vapi/other', `/vapi/webhook/${agent.id}/x`])
      expect(await failure(await post({ type: 'hang' }, {}, masker.url + below))).toBe('404 not_found');
    const read = await fetch(webhookOf(agent));
    expect([await failure(read), read.headers.get('allow')]).toEqual(['405 method_not_allowed', 'POST']);
    expect(await failure(await post({ type: 'hang', filler: 'x'.repeat(11_000_000) }))).toMatch(
      /^413 payload_too_large/,
    );
  });

  test('of an agent that is gone is nobody’s', async () => {
    await masker.api('DELETE', `/agents/${agent.id}`);
    expect(await failure(await post(beginning('c-1')))).toBe('404 agent_not_found');
  });
});

describe('who may send events', () => {
  const SECRET = 'secret-of-the-server-url';

  test('is who the agent admits', async () => {
    await set({ caller_auth: { signature: { secret: SECRET } } });
    const body = JSON.stringify(beginning('c-1'));
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    for (const headers of [
      {},
      { 'x-vapi-secret': SECRET },
      { 'x-vapi-signature': `${signature.slice(0, -1)}0` === signature ? '0' : `${signature.slice(0, -1)}x` },
    ]) {
      expect(await failure(await post(body, headers as Record<string, string>))).toBe('401 bad_signature');
    }
    // Nobody's body is parsed.
    expect(await failure(await post('{', {}))).toBe('401 bad_signature');
    expect(await entries()).toEqual([]);
    await answer(await post(body, { 'x-vapi-signature': signature }));
  });

  test('is who knows the secret of the instance, where an agent has none of its own', async () => {
    const node = await calls.anotherNode({ MASKER_VAPI_WEBHOOK_SECRET: SECRET });
    const url = `${node.url}/vapi/webhook/${agent.id}`;
    const body = JSON.stringify({ type: 'hang' });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    expect(await failure(await post(body, {}, url))).toBe('401 bad_signature');
    expect(await failure(await post(body, { 'x-vapi-secret': 'guess' }, url))).toBe('401 bad_signature');
    for (const headers of [
      { 'x-vapi-secret': SECRET },
      { authorization: `Bearer ${SECRET}` },
      { 'x-vapi-signature': signature },
    ]) {
      expect(await answer(await post(body, headers as Record<string, string>, url))).toEqual({});
    }
    // The proxy is another matter, and so is an agent that says itself whom it admits.
    expect((await fetch(`${node.url}/proxy/${agent.id}/v1/models`)).status).toBe(200);
    await set({ caller_auth: { shared_secret: { secret: 'the agent’s own'.replace('’', '') } } });
    await expect.poll(async () => (await post(body, { 'x-vapi-secret': SECRET }, url)).status).toBe(401);
    expect(await answer(await post(body, { 'x-vapi-secret': 'the agents own' }, url))).toEqual({});
  });
});

describe('Bolna', () => {
  const RUN = 'b7140255-af33-4608-8e97-04dd944b8e48';
  const bolna = (body: object, headers: Record<string, string> = {}, url = masker.url): Promise<Response> =>
    post(body, headers, `${url}/bolna/webhook/${agent.id}`);

  test('has its calls sealed when it says that they are over', async () => {
    await answerOf(await masker.chat(agent, { ...saying('hello'), user: `${RUN}#1` }));
    expect(await answer(await bolna({ id: RUN, status: 'in-progress' }))).toEqual({});
    expect(await kinds()).not.toContain('session_sealed');
    expect(
      await answer(
        await bolna({
          id: RUN.toUpperCase(),
          status: 'call-disconnected',
          transcript: 'Marisol Quintanilla',
          telephony_data: { to_number: '+14155550173' },
        }),
      ),
    ).toEqual({});
    expect((await entries()).at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'ended' });
    expect(await answer(await bolna({ id: RUN, status: 'completed' }))).toEqual({});
  });

  test('is refused where it says nothing of use, or has no secret', async () => {
    expect(await failure(await bolna({ status: 'completed' }))).toBe('422 validation_failed id');
    expect(await failure(await bolna({ id: 'Marisol', status: 'completed' }))).toBe('422 validation_failed id');
    expect(await failure(await bolna({ id: RUN }))).toBe('422 validation_failed status');
    const node = await calls.anotherNode({ MASKER_BOLNA_WEBHOOK_SECRET: 'secret-for-bolna' });
    expect(await failure(await bolna({ id: RUN, status: 'completed' }, {}, node.url))).toBe('401 bad_signature');
    expect(
      await answer(await bolna({ id: RUN, status: 'completed' }, { 'x-bolna-secret': 'secret-for-bolna' }, node.url)),
    ).toEqual({});
  });
});

describe('a whole call', () => {
  test('leaves nothing of its caller anywhere', async () => {
    await set({
      assistant_callback_url: 'http://127.0.0.1:1/',
      assistant: { firstMessage: 'Front desk, how can I help you?' },
    });
    for (const name of ['assistant-request', 'transcript', 'tool-calls']) await answer(await post(await fixture(name)));
    const body = JSON.parse(await fixture('chat-completions')) as object;
    expect(await answerOf(await masker.chat(agent, body))).toContain('Marisol Quintanilla');
    await (await masker.chat(agent, { ...body, stream: true })).text();
    for (const name of ['status-update', 'end-of-call-report']) await answer(await post(await fixture(name)));
    const refused = [
      await post((await fixture('transcript')).replace('"transcript"', '"Marisol Quintanilla"')),
      await post(`${await fixture('transcript')}}`),
      await post((await fixture('transcript')).replace('{ "id"', '{ "id": 5, "was"')),
    ];
    const said = await Promise.all(
      refused.map(async (response) => `${response.status} ${headerText(response)} ${await response.text()}`),
    );

    const places = {
      tables: await allTables(calls.db.url),
      log: masker.logged.join('\n'),
      upstream: calls.upstream.everything(),
      answers: said.join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      const found = PHI.filter((value) =>
        disguises(value).some((form) => text.toLowerCase().includes(form.toLowerCase())),
      );
      expect(found, place).toEqual([]);
    }
  });
});

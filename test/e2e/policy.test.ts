/** Policies on a running instance: an agent's own, one that extends the default, and the file read again during calls. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { POLICY_CHANNEL } from '../../src/agents/agent-changes.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import { startServer } from '../server-process.ts';
import { answerWith, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

const FIRST = `name: clinic
version: 1
patterns:
  - { name: chart, kind: MRN, regex: 'zq-[a-f]{4}' }
`;

let folder: string;
let file: string;
let db: TestDatabase;
let upstream: TestUpstream;
let masker: TestInstance;
let other: TestInstance;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'masker-policy-'));
  file = path.join(folder, 'policy.yaml');
  await writeFile(file, FIRST);
  db = await createTestDatabase();
  upstream = await startUpstream();
  const env = { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk', MASKER_POLICY_PATH: file };
  masker = await startTestInstance(db.url, env);
  other = await startTestInstance(db.url, env);
});
afterAll(async () => {
  await other.close();
  await masker.close();
  await upstream.close();
  await db.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await writeFile(file, FIRST);
  await masker.api('POST', '/admin/policy/reload');
});

/** What left for the model when this was said through the agent. */
async function leaves(
  text: string,
  agent: CreatedAgent,
  through: TestInstance = masker,
  headers: Record<string, string> = {},
): Promise<string> {
  upstream.received.length = 0;
  const response = await through.chat(
    { ...agent, proxy_url: `${through.url}/proxy/${agent.id}/v1/chat/completions` },
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] },
    headers,
  );
  expect(response.status, await response.text()).toBe(200);
  return upstream.everything();
}

async function reload(): Promise<{ status: number; body: unknown }> {
  const response = await masker.api('POST', '/admin/policy/reload');
  return { status: response.status, body: await response.json() };
}

const SAID = 'my chart is zq-abcd and I read example.com';

describe("an agent's own policy", () => {
  test('may extend that of the instance: its patterns hold, and what it says on top', async () => {
    const agent = await masker.createAgent({
      policy_yaml: 'extends: healthcare-default\nentities: { URL: { action: passthrough } }',
    });
    const sent = await leaves(SAID, agent);
    expect(sent).not.toContain('zq-abcd');
    expect(sent).toContain('MSKV1.MRN.');
    expect(sent).toContain('example.com');
  });

  test('may stand alone: then it has no pattern of the instance', async () => {
    const agent = await masker.createAgent({
      policy_yaml: 'name: own\npasses: [regex]\nentities: { MRN: { enabled: false }, OTHER_ID: { enabled: false } }',
    });
    expect(await leaves('my chart is zq-abcd', agent)).toContain('zq-abcd');
  });

  test('holds from the next turn on, once it is changed over REST or GraphQL', async () => {
    const agent = await masker.createAgent();
    expect(await leaves(SAID, agent)).not.toContain('example.com');
    const changed = await masker.api('PATCH', `/agents/${agent.id}`, {
      policy_yaml: 'extends: clinic\nname: desk\nallow: [example.com]',
    });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ agent: { policy_name: 'desk', policy_version: 2 } });
    expect(await leaves(SAID, agent)).toContain('example.com');
    const { updateAgent } = await masker.graphql<{
      updateAgent: { agent: { inlinePolicyYaml: string; policyYaml: string; policyVersion: number } };
    }>(
      'mutation ($id: ID!, $yaml: String!) { updateAgent(id: $id, input: { policyYaml: $yaml }) { ... on UpdateAgentSuccess { agent { inlinePolicyYaml policyYaml policyVersion } } } }',
      { id: agent.id, yaml: 'extends: clinic\nentities: { URL: { action: redact } }' },
    );
    expect(updateAgent.agent).toMatchObject({
      inlinePolicyYaml: 'extends: clinic\nentities: { URL: { action: redact } }',
      policyVersion: 3,
    });
    expect(updateAgent.agent.policyYaml).toContain('zq-[a-f]{4}');
    expect(await leaves(SAID, agent)).toContain('[REDACTED:URL]');
  });

  test('has the policy of a call in its report as one text that says all of it', async () => {
    const agent = await masker.createAgent({ policy_yaml: 'extends: clinic\nname: desk\nsensitivity: 0.5' });
    await leaves(SAID, agent);
    const { agent: detail } = (await (await masker.api('GET', `/agents/${agent.id}`)).json()) as {
      agent: { policy_yaml: string };
    };
    const { data } = (await (await masker.api('GET', `/agents/${agent.id}/sessions`)).json()) as {
      data: { id: string }[];
    };
    const { report } = (await (await masker.api('GET', `/sessions/${data[0]?.id ?? ''}/report`)).json()) as {
      report: { policy_snapshot: string };
    };
    expect(report.policy_snapshot).toBe(detail.policy_yaml);
    expect(report.policy_snapshot).toContain('name: desk');
    expect(report.policy_snapshot).toContain('zq-[a-f]{4}');
    expect(report.policy_snapshot).toContain('sensitivity: 0.5');
  });

  test('is refused with every problem and its place, over REST and GraphQL', async () => {
    const yaml = 'extends: clinic\nsensitivity: 2\npatterns: [{ name: x, kind: MRN, regex: "(" }]';
    const response = await masker.api('POST', '/agents', { name: 'faulty', upstream: 'stub', policy_yaml: yaml });
    expect(response.status).toBe(422);
    const { error } = (await response.json()) as { error: unknown };
    const details = [
      { path: 'sensitivity', code: 'invalid_value', message: '2:14: must be a number from 0 to 1' },
      { path: 'patterns.0.regex', code: 'invalid_regex', message: "3:41: is not in RE2's syntax: missing closing )" },
    ];
    expect(error).toMatchObject({ code: 'policy_yaml_invalid', details });
    const { createAgent } = await masker.graphql<{ createAgent: unknown }>(
      'mutation ($yaml: String!) { createAgent(input: { name: "faulty", upstream: "stub", policyYaml: $yaml }) { ... on Error { code details { path code message } } } }',
      { yaml },
    );
    expect(createAgent).toEqual({ code: 'policy_yaml_invalid', details });
  });
});

describe('reading the policy file again', () => {
  test('puts it in force for every agent that names or extends it, on every node', async () => {
    const named = await masker.createAgent();
    const extending = await masker.createAgent({ policy_yaml: 'extends: healthcare-default\nallow: [nothing]' });
    for (const agent of [named, extending]) expect(await leaves(SAID, agent, other)).not.toContain('example.com');
    await writeFile(file, `${FIRST.replace('version: 1', 'version: 2')}entities: { URL: { action: passthrough } }\n`);
    expect(await reload()).toMatchObject({
      status: 200,
      body: {
        policies: [
          { name: 'healthcare-default', version: 2 },
          { name: 'clinic', version: 2 },
        ],
      },
    });
    expect(await reload()).toMatchObject({ status: 200, body: { changed: false } });
    expect(await (await masker.api('GET', `/agents/${named.id}`)).json()).toMatchObject({
      agent: { policy_yaml: await readFile(file, 'utf8'), policy_version: 2 },
    });
    for (const agent of [named, extending]) {
      expect(await leaves(SAID, agent)).toContain('example.com');
      await vi.waitFor(async () => {
        expect(await leaves(SAID, agent, other)).toContain('example.com');
      }, PATIENCE);
    }
  });

  test('leaves a turn under way on the policy that it began with; the call goes on under the new one', async () => {
    const agent = await masker.createAgent();
    const call = { 'masker-session-id': 'a call across a reload' };
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      upstream.respond((request, response) => {
        resolve();
        answer = () => {
          answerWith('yes', request, response);
        };
      });
    });
    const held = masker.chat(agent, { model: 'gpt-4o-mini', messages: [{ role: 'user', content: SAID }] }, call);
    await arrived;
    await writeFile(file, `${FIRST.replace('version: 1', 'version: 7')}entities: { URL: { action: redact } }\n`);
    expect((await reload()).status).toBe(200);
    answer?.();
    const first = await held;
    expect(first.status).toBe(200);
    await first.text();
    upstream.respond((request, response) => {
      answerWith('yes', request, response);
    });
    expect(await leaves(SAID, agent, masker, call)).toContain('[REDACTED:URL]');

    const id = first.headers.get('masker-session-id') ?? '';
    const report = (await (await masker.api('GET', `/sessions/${id}/report?format=bundle`)).json()) as {
      entries: { turn: number; kind: string; policy_version: number }[];
      report: { policy_snapshot: string };
    };
    const versions = (turn: number): Set<number> =>
      new Set(
        report.entries
          .filter((entry) => entry.turn === turn && entry.kind !== 'turn_completed')
          .map(({ policy_version: version }) => version),
      );
    expect([...versions(1)]).toEqual([1]);
    expect([...versions(2)]).toEqual([7]);
    expect(report.report.policy_snapshot).toBe(FIRST);
  });

  test('keeps the policy in force where the file has problems, and names them to the caller and in the log, without values', async () => {
    const agent = await masker.createAgent();
    const secret = 'Maria Gonzalez';
    await writeFile(file, `name: clinic\nversion: 0\nspekers: ["${secret}"]\ntokenization: "${secret}"\n`);
    const { status, body } = await reload();
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: {
        code: 'policy_yaml_invalid',
        details: [
          { path: 'version', message: '2:10: must be a whole number from 1 to 2147483647' },
          { path: 'spekers', message: '3:1: unknown key; did you mean speakers?' },
          { path: 'tokenization' },
        ],
      },
    });
    const log = masker.logged.join('');
    expect(log).toContain('3:1 spekers unknown_key');
    expect(log + JSON.stringify(body)).not.toContain(secret);
    const sent = await leaves(SAID, agent);
    expect(sent).toContain('MSKV1.MRN.');
    expect(sent).not.toContain('zq-abcd');
  });

  test('on one node, as SIGHUP does it, puts the file in force there and notifies no other node', async () => {
    const client = new pg.Client(db.url);
    await client.connect();
    try {
      const heard: (string | undefined)[] = [];
      client.on('notification', ({ payload }) => heard.push(payload));
      await client.query(`LISTEN ${POLICY_CHANNEL}`);
      await writeFile(file, FIRST.replace('version: 1', 'version: 3'));
      // A notification of an earlier test may arrive now and read the file first. So the log is looked at, not the result.
      await other.reloadPolicy();
      expect(other.logged.join('')).toContain('"version":3,');
      expect(await other.reloadPolicy()).toBe(false);
      await writeFile(file, 'name: [');
      expect(await other.reloadPolicy()).toBe(false);
      // Notifications arrive in the order in which they were sent: nothing came before this one.
      await client.query('SELECT pg_notify($1, $2)', [POLICY_CHANNEL, 'the end']);
      await expect.poll(() => heard).toEqual(['the end']);
    } finally {
      await client.end();
    }
  });

  test('happens on SIGHUP', async () => {
    const server = await startServer(folder, { MASKER_DATABASE_URL: db.url, MASKER_POLICY_PATH: file });
    try {
      await writeFile(file, FIRST.replace('version: 1', 'version: 41'));
      server.child.kill('SIGHUP');
      await vi.waitFor(() => {
        expect(server.printed()).toMatch(/"version":41,.*the policy file was read again/);
      }, PATIENCE);
      await writeFile(file, 'name: [');
      server.child.kill('SIGHUP');
      await vi.waitFor(() => {
        expect(server.printed()).toContain('the policy in force stays');
      }, PATIENCE);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    } finally {
      await server.end('SIGTERM');
    }
  });

  test('is there in GraphQL, with the texts', async () => {
    const { reloadPolicies } = await masker.graphql<{ reloadPolicies: unknown }>(
      'mutation { reloadPolicies { ... on ReloadPoliciesSuccess { reload { changed policies { name yaml } } } ... on Error { code } } }',
    );
    expect(reloadPolicies).toEqual({
      reload: { changed: false, policies: ['healthcare-default', 'clinic'].map((name) => ({ name, yaml: FIRST })) },
    });
  });

  test('is for those who are signed in', async () => {
    expect((await fetch(`${masker.url}/api/v1/admin/policy/reload`, { method: 'POST' })).status).toBe(401);
  });
});

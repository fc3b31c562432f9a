/** `masker apply` with the built command: plan, apply, apply again, faults, secrets, deletions. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masker } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

interface Step {
  readonly action: string;
  readonly kind: string;
  readonly name: string;
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}
interface Document {
  readonly steps: readonly Step[];
  readonly secrets: readonly { readonly kind: string; readonly name: string; readonly secret: string }[];
}

let db: TestDatabase;
let instance: TestInstance;
let folder: string;
let files: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  db = await createTestDatabase();
  instance = await startTestInstance(db.url);
});
afterAll(async () => {
  await instance.close();
  await db.drop();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  masker(['apply', '-f', files, ...args], {
    cwd: folder,
    env: { HOME: folder, MASKER_SERVER: instance.url, MASKER_TOKEN: BOOTSTRAP_TOKEN, ...env },
  });
async function json(args: readonly string[], env: Record<string, string> = {}): Promise<Document> {
  const ran = await run([...args, '--json'], env);
  expect(ran, ran.errors).toMatchObject({ code: 0, errors: '' });
  return JSON.parse(ran.output) as Document;
}
const actions = ({ steps }: Document): string[] => steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const list = async (what: string): Promise<Record<string, unknown>[]> =>
  ((await (await instance.api('GET', `/${what}?limit=100`)).json()) as { data: Record<string, unknown>[] }).data;

async function write(name: string, documents: Record<string, string>): Promise<void> {
  files = path.join(folder, name);
  await mkdir(files, { recursive: true });
  for (const [file, text] of Object.entries(documents)) await writeFile(path.join(files, file), text);
}

const POLICY = `kind: Policy
metadata: { name: clinic }
spec:
  description: Of the clinic
  entities:
    PHONE: { action: redact }
`;
const AGENT = `kind: Agent
metadata: { name: front desk }
spec:
  upstream: stub
  policy_name: clinic
  caller_auth:
    proxy_key: true
    shared_secret: { secret_env: DESK_SECRET, header: x-desk }
`;
const WEBHOOK = `kind: Webhook
metadata: { name: billing }
spec:
  url: http://127.0.0.1:9/hook
  event_types: [session.sealed, agent.changed]
  paused: true
`;
const SECRET = { DESK_SECRET: 'the-secret-of-the-desk' };

// Each test continues with the account that the one before left.
describe('masker apply', { shuffle: false }, () => {
  test('plans without a change, creates, shows each secret once, and has nothing to do the second time', async () => {
    await write('first', { 'a.yaml': `${AGENT}---\n${WEBHOOK}`, 'b.yaml': POLICY, 'notes.txt': 'not read' });
    const planned = await run(['--plan'], SECRET);
    expect(planned, planned.errors).toMatchObject({ code: 0, errors: '' });
    expect(planned.output).toContain('+ Policy clinic (create)');
    expect(planned.output).toContain('3 to create, 0 to update, 0 to delete, 0 unchanged.');
    expect(await list('agents')).toEqual([]);
    const first = await json([], SECRET);
    expect(actions(first)).toEqual(['create Policy clinic', 'create Agent front desk', 'create Webhook billing']);
    expect(first.secrets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Agent front desk', 'Webhook billing']);
    const key = first.secrets[0]?.secret ?? '';
    const [agent] = await list('agents');
    const call = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${instance.url}/proxy/${String(agent?.['id'])}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: 'call 415-555-0142' }] }),
      });
    expect((await call({ authorization: `Bearer ${key}` })).status).toBe(200);
    const bySecret = await call({ 'x-desk': SECRET.DESK_SECRET });
    expect(await bySecret.text()).toContain('[REDACTED:PHONE]');
    const again = await json([], SECRET);
    expect(again.steps.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(again.secrets).toEqual([]);
    expect(JSON.stringify(again) + planned.output).not.toContain(SECRET.DESK_SECRET);
  });

  test('shows the fields that differ and writes only these; objects without a document stay', async () => {
    const other = AGENT.replace('front desk', 'lab').replace('x-desk', 'x-lab');
    await write('first', {
      'a.yaml': `${AGENT.replace('policy_name: clinic', 'policy_name: clinic\n  tokenization: vault-random')}---\n${other}`,
      'b.yaml': POLICY.replace('redact', 'tokenize'),
    });
    const plan = await json(['--plan'], SECRET);
    expect(plan.steps).toMatchObject([
      {
        action: 'update',
        kind: 'Policy',
        changes: [{ field: 'entities.PHONE.action', before: 'redact', after: 'tokenize' }],
      },
      {
        action: 'update',
        kind: 'Agent',
        name: 'front desk',
        changes: [{ field: 'tokenization', before: 'vault-deterministic', after: 'vault-random' }],
      },
      { action: 'create', kind: 'Agent', name: 'lab' },
    ]);
    const secrets = path.join(folder, 'secrets.jsonl');
    const applied = await run(['--secrets-file', secrets], SECRET);
    expect(applied, applied.errors).toMatchObject({ code: 0 });
    expect(applied.output).not.toMatch(/mpk_/);
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(secrets, 'utf8'))).toMatchObject({
      name: 'lab',
      secret: expect.stringMatching(/^mpk_/) as string,
    });
    expect((await run(['--secrets-file', secrets], SECRET)).code).toBe(64);
    expect((await json([], SECRET)).steps.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(await list('webhooks')).toHaveLength(1);
  });

  test('deletes what has no document only with --prune, and only with --yes without a terminal', async () => {
    await write('pruned', { 'a.yaml': AGENT });
    expect(actions(await json([], SECRET))).toEqual(['unchanged Agent front desk']);
    const refused = await run(['--prune'], SECRET);
    expect([refused.code, refused.errors]).toEqual([64, expect.stringContaining('add --yes')]);
    expect(actions(await json(['--prune', '--yes'], SECRET))).toEqual([
      'unchanged Agent front desk',
      'delete Agent lab',
    ]);
    expect((await list('agents')).map(({ name }) => name)).toEqual(['front desk']);
    expect(await list('webhooks')).toHaveLength(1);
  });

  test('names file, document, line and field of every fault, and writes nothing', async () => {
    await write('faulty', {
      'a.yaml': `${AGENT.replace('front desk', 'new one')}---\nkind: Agent\nmetadata: { name: x }\nspec:\n  upstrem: stub\n  upstream: 7\n`,
      'b.yaml': `kind: Agnt\nmetadata: { name: y }\nspec: {}\n---\n${WEBHOOK}---\n${WEBHOOK}`,
      'c.yaml': 'kind: Policy\nmetadata: { name: z }\nspec: { policy_file: gone.yaml }\n',
      'd.yaml': 'kind: [\n',
    });
    const ran = await run([], SECRET);
    expect([ran.code, ran.output]).toEqual([2, '']);
    const lines = ran.errors.replaceAll(`${files}/`, '').trimEnd().split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringMatching(/^a\.yaml:14: document 2, spec\.upstream: /),
      expect.stringMatching(/^a\.yaml:13: document 2, spec\.upstrem: is not a field of this kind$/),
      expect.stringMatching(/^b\.yaml:1: document 1, kind: /),
      expect.stringMatching(/^c\.yaml:3: document 1, spec\.policy_file: the file cannot be read \(ENOENT\)$/),
      expect.stringMatching(/^d\.yaml:\d: document 1: not YAML/),
      expect.stringMatching(/^b\.yaml:12: document 3, metadata\.name: is declared before: .*b\.yaml:5$/),
    ]);
    expect((await list('agents')).map(({ name }) => name)).toEqual(['front desk']);
  });

  test('refuses a policy that is invalid with 3, an unknown policy name with 2, and a missing secret with 2', async () => {
    await write('invalid', {
      'a.yaml': `${POLICY.replace('PHONE', 'PHNE')}---\n${AGENT.replace('front desk', 'never')}`,
    });
    const invalid = await run([], SECRET);
    expect([invalid.code, invalid.errors]).toEqual([3, expect.stringMatching(/a\.yaml:1: document 1, spec\.entities/)]);
    await write('unknown', { 'a.yaml': AGENT.replace('policy_name: clinic', 'policy_name: nowhere') });
    const unknown = await run([], SECRET);
    expect([unknown.code, unknown.errors]).toEqual([
      2,
      expect.stringContaining('spec.policy_name: there is no policy'),
    ]);
    const unset = await run([]);
    expect([unset.code, unset.errors]).toEqual([
      2,
      expect.stringContaining('spec.caller_auth.shared_secret: its secret'),
    ]);
    expect((await list('agents')).map(({ name }) => name)).toEqual(['front desk']);
  });

  test('refuses an alias with its line, and with 3 an invalid text of an existing policy or agent', async () => {
    await write('alias', { 'a.yaml': `${POLICY}  x: &x { action: redact }\n  y: *x\n` });
    const alias = await run([], SECRET);
    expect([alias.code, alias.errors]).toEqual([
      2,
      expect.stringMatching(/a\.yaml:8: document 1: \*x is an alias: write its value here\n$/),
    ]);
    for (const text of ['a: [', 'a: 1\na: 2', 'entities: { PHNE: {} }']) {
      const policy = `kind: Policy\nmetadata: { name: clinic }\nspec: { policy_yaml: ${JSON.stringify(text)} }\n`;
      await write('texts', { 'a.yaml': policy });
      expect((await run([], SECRET)).code, text).toBe(3);
      const own = AGENT.replace('policy_name: clinic', `policy_yaml: ${JSON.stringify(text)}`);
      await write('texts', { 'a.yaml': own });
      const agent = await run([], SECRET);
      expect([agent.code, agent.errors], text).toEqual([3, expect.stringContaining('nothing was written')]);
    }
  });

  test('makes a key for an agent that is to ask for one and has none, so that it can be called', async () => {
    const open = 'kind: Agent\nmetadata: { name: switching }\nspec:\n  upstream: stub\n  caller_auth: null\n';
    await write('key', { 'a.yaml': open });
    expect((await json([])).secrets).toEqual([]);
    await write('key', { 'a.yaml': open.replace('null', '{ proxy_key: true }') });
    const plan = await json(['--plan']);
    expect(plan.steps[0]?.changes).toContainEqual({ field: 'proxy_keys', before: 0, after: 1 });
    const [made] = (await json([])).secrets;
    expect(made).toMatchObject({ name: 'switching', secret: expect.stringMatching(/^mpk_/) as string });
    const agent = (await list('agents')).find(({ name }) => name === 'switching');
    const answer = await fetch(`${instance.url}/proxy/${String(agent?.['id'])}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${made?.secret ?? ''}` },
      body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(answer.status).toBe(200);
    expect(actions(await json([]))).toEqual(['unchanged Agent switching']);
  });

  test('says how far it came where the server refuses an object, and continues from there', async () => {
    const fine = AGENT.replace('front desk', 'before');
    await write('refused', {
      'a.yaml': `${fine}---\n${AGENT.replace('front desk', 'later').replace('stub', 'no-such:model')}`,
    });
    const refused = await run([], SECRET);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/Secret of Agent before, shown once: mpk_/);
    expect(refused.errors).toMatch(/a\.yaml:10: document 2, Agent later: .*upstream/);
    expect(refused.errors).toContain('1 objects were written before this.');
    await write('refused', { 'a.yaml': `${fine}---\n${AGENT.replace('front desk', 'later')}` });
    expect(actions(await json([], SECRET))).toEqual(['unchanged Agent before', 'create Agent later']);
  });

  test('sets how long the account keeps payloads and metadata, once, and refuses a second such document', async () => {
    const document = 'kind: Retention\nmetadata: { name: all }\nspec: { payload_days: 30 }\n';
    await write('retention', { 'a.yaml': document });
    expect((await json(['--plan'])).steps).toMatchObject([
      { action: 'update', changes: [{ field: 'payload_days', before: 0, after: 30 }] },
    ]);
    expect(actions(await json([]))).toEqual(['update Retention all']);
    expect(actions(await json(['--prune', '--yes']))).toEqual(['unchanged Retention all']);
    const { retention } = (await (await instance.api('GET', '/retention')).json()) as { retention: unknown };
    expect(retention).toMatchObject({ payload_days: 30, session_metadata_days: 90, instance_payload_days: 0 });
    await write('retention', { 'a.yaml': `${document}---\n${document.replace('all', 'other')}` });
    expect((await run([])).errors).toMatch(/a\.yaml:5: document 2, metadata\.name: is declared before: .*a\.yaml:1$/m);
    await write('retention', { 'a.yaml': document.replace('30', '-1') });
    expect((await run([])).errors).toMatch(/a\.yaml:3: document 1, spec\.payload_days: /);
    files = path.join(folder, 'nowhere');
    expect((await run([])).code).toBe(64);
  });
});

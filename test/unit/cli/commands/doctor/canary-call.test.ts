/** The canary call of `masker doctor` against a scripted server. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { canaryCall } from '../../../../../src/cli/commands/doctor/canary-call.ts';
import { SAID } from '../../../../../src/cli/commands/doctor/canary-text.ts';
import type { Finding } from '../../../../../src/cli/commands/doctor/check.ts';

/** Status and body by method and beginning of the path; null for an answer that never comes. */
type Script = Readonly<Record<string, readonly [number, unknown] | null>>;

const MADE = { agent: { id: 'agt_1', policy_name: 'p' }, proxy_key: { key: 'mpk_1' } };
const chat = (content: string): unknown => ({ choices: [{ message: { content } }] });
const refusal = (code: string, message: string): unknown => ({ error: { code, message, request_id: 'req_1' } });
const SOUND: Script = {
  'POST /api/v1/agents': [201, MADE],
  'POST /proxy/': [200, chat(`You said: ${SAID}\n(The model was shown: <NAME>)`)],
  'DELETE /api/v1/agents/agt_1': [204, undefined],
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function call(script: Script, callMs?: number): Promise<{ finding: Finding; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    asked.push(line);
    const rule = Object.keys(script).find((start) => line.startsWith(start));
    const answer = rule === undefined ? ([404, refusal('not_found', 'Nothing here.')] as const) : script[rule];
    if (answer === null || answer === undefined) return;
    response.writeHead(answer[0], { 'content-type': 'application/json' });
    response.end(answer[1] === undefined ? undefined : JSON.stringify(answer[1]));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { finding: await canaryCall({ server: url, token: 'msk_x' }, callMs), asked };
}

test('a call of which nothing was readable is ok, and the agent is deleted', async () => {
  const { finding, asked } = await call(SOUND);
  expect(finding).toMatchObject({ status: 'ok', found: expect.stringContaining('all were restored') as string });
  expect(asked).toContain('DELETE /api/v1/agents/agt_1');
});

test('a call in which everything was redacted is ok: the stub shows no token then', async () => {
  const { finding } = await call({ ...SOUND, 'POST /proxy/': [200, chat('You said: My name is [REDACTED:NAME].')] });
  expect(finding).toMatchObject({ status: 'ok', found: expect.stringContaining('were not restored') as string });
});

test('a value that the model was shown in part is a failure', async () => {
  const shown = chat(`You said: ${SAID}\n(The model was shown: My name is <NAME> Whitfield)`);
  const { finding } = await call({ ...SOUND, 'POST /proxy/': [200, shown] });
  expect(finding).toMatchObject({ status: 'fail', found: 'NAME reached the upstream, whole or in part' });
});

test('a call in which nothing was replaced is a failure that names every kind', async () => {
  const { finding } = await call({ ...SOUND, 'POST /proxy/': [200, chat(`You said: ${SAID}`)] });
  expect(finding).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^NAME, PHONE, EMAIL, SSN, DOB/) as string,
  });
});

test('a leak is a warning where the policy of the agent passes exactly these kinds on', async () => {
  const passing = (kinds: string): Script => ({
    ...SOUND,
    'POST /proxy/': [200, chat(`You said: ${SAID}\n(The model was shown: <NAME> 415-555-0142)`)],
    'GET /api/v1/policies/p': [200, { policy: { policy_yaml: `name: p\nkid: K_X\nentities:\n  ${kinds}\n` } }],
  });
  expect((await call(passing('PHONE: { action: passthrough }'))).finding.status).toBe('warn');
  expect((await call(passing('DOB: { action: passthrough }'))).finding).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^PHONE reached/) as string,
  });
});

test('a call without an answer is a failure, and its agent is deleted', async () => {
  const { finding, asked } = await call({ ...SOUND, 'POST /proxy/': null }, 20);
  expect(finding).toMatchObject({ status: 'fail', found: 'the call failed: no answer in time' });
  expect(asked).toContain('DELETE /api/v1/agents/agt_1');
});

test('an agent that cannot be deleted is a failure that names its ID, even after a sound call', async () => {
  const { finding } = await call({
    ...SOUND,
    'DELETE /api/v1/agents/agt_1': [500, refusal('internal_error', 'Out of order.')],
  });
  expect(finding).toMatchObject({ status: 'fail', fix: 'Run: masker agents delete agt_1' });
  expect(finding.found).toMatch(/agt_1.*Out of order/);
  const leaking = { ...SOUND, 'POST /proxy/': [200, chat(`You said: ${SAID}`)] as const };
  const both = await call({ ...leaking, 'DELETE /api/v1/agents/agt_1': [500, refusal('internal_error', 'Out.')] });
  expect(both.finding.found).toMatch(/^NAME, .*; the agent agt_1 /);
});

test('a token without the permission is skipped; any other refusal is a failure with its reason', async () => {
  const refused = await call({ ...SOUND, 'POST /api/v1/agents': [403, refusal('forbidden', 'Not you.')] });
  expect(refused.finding).toMatchObject({ status: 'skipped', found: 'no agent can be made with this token' });
  const broken = await call({
    ...SOUND,
    'POST /api/v1/agents': [503, refusal('unavailable', 'The database is away.')],
  });
  expect(broken.finding).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^no agent could be made: The database is away/) as string,
    fix: expect.stringMatching(/Delete the agent masker-doctor-[0-9a-f]{8} if there is one/) as string,
  });
  const foreign = await call({ ...SOUND, 'POST /api/v1/agents': [200, { hello: 'world' }] });
  expect(foreign.finding.status).toBe('fail');
});

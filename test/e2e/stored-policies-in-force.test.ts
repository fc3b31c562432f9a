/** Stored policies in force: what publishing and rolling back do to calls on two nodes. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import { answerWith, echo, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

const FIRST = 'name: clinic\nentities: { URL: { action: passthrough } }\n';
const SECOND = 'name: clinic\ndescription: Second.\nentities: { URL: { action: redact } }\n';

describe('a stored policy on two nodes', () => {
  let db: TestDatabase;
  let upstream: TestUpstream;
  let masker: TestInstance;
  let other: TestInstance;

  beforeAll(async () => {
    db = await createTestDatabase();
    upstream = await startUpstream();
    const env = { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk' };
    masker = await startTestInstance(db.url, env);
    other = await startTestInstance(db.url, env);
  });
  afterAll(async () => {
    await other.close();
    await masker.close();
    await upstream.close();
    await db.drop();
  });

  const SAID = 'I read example.com today';

  /** What left for the model when this was said through the agent. */
  async function leaves(agent: CreatedAgent, through: TestInstance, call: string): Promise<string> {
    upstream.received.length = 0;
    const response = await through.chat(
      { ...agent, proxy_url: `${through.url}/proxy/${agent.id}/v1/chat/completions` },
      { model: 'gpt-4o-mini', messages: [{ role: 'user', content: SAID }] },
      { 'masker-session-id': call },
    );
    expect(response.status, await response.text()).toBe(200);
    return upstream.everything();
  }

  test('publishing and rolling back change the next request on both, and sessions keep what they ran under', async () => {
    expect((await masker.api('POST', '/policies', { policy_yaml: FIRST })).status).toBe(201);
    const agent = await masker.createAgent({ policy_name: 'clinic' });
    for (const node of [masker, other]) expect(await leaves(agent, node, 'before')).toContain('example.com');
    await masker.api('PUT', '/policies/clinic', { policy_yaml: SECOND });
    expect(await leaves(agent, masker, 'draft')).toContain('example.com');
    await masker.api('POST', '/policies/clinic/publish');
    expect(await leaves(agent, masker, 'after')).toContain('[REDACTED:URL]');
    await vi.waitFor(async () => {
      expect(await leaves(agent, other, 'after elsewhere')).toContain('[REDACTED:URL]');
    }, PATIENCE);
    const snapshots = (await (await masker.api('GET', `/agents/${agent.id}/sessions`)).json()) as {
      data: { id: string }[];
    };
    const policies = new Set<string>();
    for (const { id } of snapshots.data) {
      const { report } = (await (await masker.api('GET', `/sessions/${id}/report`)).json()) as {
        report: { policy_snapshot: string };
      };
      policies.add(report.policy_snapshot);
    }
    expect(policies).toEqual(new Set([FIRST, SECOND]));
    await other.api('POST', '/policies/clinic/rollback', { version: 1 });
    expect(await leaves(agent, other, 'back')).toContain('example.com');
    await vi.waitFor(async () => {
      expect(await leaves(agent, masker, 'back elsewhere')).toContain('example.com');
    }, PATIENCE);
  });

  test('a request that is under way ends on the version that it began with', async () => {
    expect(
      (await masker.api('POST', '/policies', { name: 'desk', policy_yaml: FIRST.replace('clinic', 'desk') })).status,
    ).toBe(201);
    const agent = await masker.createAgent({ policy_name: 'desk' });
    let answer = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      upstream.respond((request, response) => {
        resolve();
        answer = () => {
          answerWith('yes', request, response);
        };
      });
    });
    const held = leaves(agent, masker, 'under way');
    await arrived;
    await masker.api('PUT', '/policies/desk', { policy_yaml: SECOND.replace('clinic', 'desk') });
    expect((await masker.api('POST', '/policies/desk/publish')).status).toBe(200);
    answer();
    expect(await held).toContain('example.com');
    upstream.respond(echo);
    expect(await leaves(agent, masker, 'next')).toContain('[REDACTED:URL]');
  });
});

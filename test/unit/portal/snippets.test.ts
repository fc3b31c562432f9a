/** The snippets that connect an agent to a platform. */
import { expect, test } from 'vitest';
import { snippetsFor } from '../../../src/portal/app/parts/connect/snippets.ts';
import type { Connection } from '../../../src/portal/app/parts/connect/snippets.ts';

const OPEN: Connection = {
  agentId: 'agt_1',
  upstream: 'openai:gpt-4o-mini',
  proxyUrl: 'https://masker.example/proxy/agt_1/v1/chat/completions',
  baseUrl: 'https://masker.example/proxy/agt_1/v1',
  webhookUrl: 'https://masker.example/vapi/webhook/agt_1',
  needsKey: false,
  proxyKey: null,
};
const textOf = (connection: Connection, name: string): string =>
  snippetsFor(connection).find((each) => each.name === name)?.text ?? '';

test('the snippets cover every platform', () => {
  expect(snippetsFor(OPEN).map(({ name }) => name)).toEqual([
    'curl',
    'Vapi',
    'ElevenLabs',
    'Bolna',
    'Retell',
    'OpenAI SDK, JavaScript',
    'OpenAI SDK, Python',
  ]);
});

test('a snippet has the key where the agent was just made, and its place where the key is not known', () => {
  const asking = { ...OPEN, needsKey: true };
  expect(textOf({ ...asking, proxyKey: 'mpk_secret' }, 'curl')).toContain('Bearer mpk_secret');
  expect(textOf(asking, 'curl')).toContain('Bearer mpk_…');
  expect(textOf(OPEN, 'curl')).not.toContain('authorization');
  expect(textOf(OPEN, 'curl')).not.toContain('Bearer');
});

test('the snippet for Retell is a WebSocket address with the key in it', () => {
  expect(textOf(OPEN, 'Retell')).toBe('wss://masker.example/retell/agt_1');
  expect(textOf({ ...OPEN, needsKey: true, proxyKey: 'mpk_a' }, 'Retell')).toBe(
    'wss://masker.example/retell/agt_1?key=mpk_a',
  );
});

test('the snippet for Vapi is JSON with the base URL and the model', () => {
  expect(JSON.parse(textOf(OPEN, 'Vapi'))).toEqual({
    model: { provider: 'custom-llm', url: OPEN.baseUrl, model: 'gpt-4o-mini' },
    server: { url: OPEN.webhookUrl },
  });
});

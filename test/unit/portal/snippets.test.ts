/** The snippets that connect an agent to a platform. */
import { expect, test } from 'vitest';
import { modelOf, snippetsFor } from '../../../src/portal/app/parts/connect/snippets.ts';
import type { Connection } from '../../../src/portal/app/parts/connect/snippets.ts';

const OPEN: Connection = {
  agentId: 'agt_1',
  upstream: 'openai:gpt-4o-mini',
  proxyUrl: 'https://masker.example/proxy/agt_1/v1/chat/completions',
  baseUrl: 'https://masker.example/proxy/agt_1/v1',
  webhookUrl: 'https://masker.example/vapi/webhook/agt_1',
  proof: 'none',
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
  const asking = { ...OPEN, proof: 'key' as const };
  expect(textOf({ ...asking, proxyKey: 'mpk_secret' }, 'curl')).toContain('Bearer mpk_secret');
  expect(textOf(asking, 'curl')).toContain('Bearer mpk_…');
  expect(textOf(OPEN, 'curl')).not.toContain('authorization');
  expect(textOf(OPEN, 'curl')).not.toContain('Bearer');
});

test('the snippet for Retell is a WebSocket address with the key in it', () => {
  expect(textOf(OPEN, 'Retell')).toBe('wss://masker.example/retell/agt_1');
  expect(textOf({ ...OPEN, proof: 'key', proxyKey: 'mpk_a' }, 'Retell')).toBe(
    'wss://masker.example/retell/agt_1?key=mpk_a',
  );
});

test('the snippet for Vapi is JSON with the base URL and the model', () => {
  expect(JSON.parse(textOf(OPEN, 'Vapi'))).toEqual({
    model: { provider: 'custom-llm', url: OPEN.baseUrl, model: 'gpt-4o-mini' },
    server: { url: OPEN.webhookUrl },
  });
});

test('the snippet for ElevenLabs sends the conversation ID in a header, which Masker takes for the ID of the call', () => {
  const { conversation_config: config } = JSON.parse(textOf(OPEN, 'ElevenLabs')) as {
    conversation_config: { agent: { prompt: object } };
  };
  expect(config.agent.prompt).toEqual({
    llm: 'custom-llm',
    custom_llm: {
      url: OPEN.baseUrl,
      model_id: 'gpt-4o-mini',
      request_headers: { 'X-Call-Id': { variable_name: 'system__conversation_id' } },
    },
  });
});

test('the snippet for Bolna is the llm_config of a custom model', () => {
  expect(JSON.parse(textOf(OPEN, 'Bolna'))).toEqual({
    llm_config: { provider: 'custom', model: 'gpt-4o-mini', base_url: OPEN.baseUrl },
  });
});

test('a model whose name has a colon is named whole', () => {
  expect(['openai:gpt-4o-mini', 'local:llama3:8b', 'stub'].map(modelOf)).toEqual(['gpt-4o-mini', 'llama3:8b', 'stub']);
  expect(textOf({ ...OPEN, upstream: 'local:llama3:8b' }, 'curl')).toContain('"model":"llama3:8b"');
});

test('every snippet of an agent that asks for another proof than a key says so, and none says that it asks for none', () => {
  for (const { name, steps } of snippetsFor({ ...OPEN, proof: 'other' })) {
    expect(steps.join(' '), name).toMatch(/make a proxy key/);
    expect(steps.join(' '), name).not.toContain('asks for none');
  }
});

test('each snippet has a name of its own in addresses', () => {
  const ids = snippetsFor(OPEN).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z-]+$/.test(id))).toEqual([]);
});

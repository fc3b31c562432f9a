import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { maskResponsesRequest } from './mask-request.ts';

const masked = (
  tool: JsonValue,
  mask: (text: string) => string = (text) => text.replaceAll('Maria', 'TOKEN'),
): JsonValue | undefined => {
  const result = maskResponsesRequest({ model: 'm', tools: [tool] }, mask, { binaryContent: 'block' });
  return result.ok ? result.body['tools'] : undefined;
};

test('a tool keeps its settings and has its texts masked', () => {
  expect(
    masked({
      type: 'mcp',
      server_label: 'Maria',
      server_url: 'https://tools.example.org/mcp',
      require_approval: 'never',
      server_description: 'of Maria',
      headers: { Authorization: 'Bearer sk-abcdefghij0123456789' },
    }),
  ).toEqual([
    {
      type: 'mcp',
      server_label: 'TOKEN',
      server_url: 'https://tools.example.org/mcp',
      require_approval: 'never',
      server_description: 'of TOKEN',
      headers: { Authorization: 'Bearer sk-abcdefghij0123456789' },
    },
  ]);
});

test('a container that is an object keeps its IDs and keywords, and has other texts masked', () => {
  const container = {
    type: 'auto',
    file_ids: ['file_68af4030592c81938ec0a5fbab4a3e9f'],
    memory_limit: '4g',
    network_policy: { type: 'disabled' },
  };
  const tool = { type: 'code_interpreter', container };
  expect(masked(tool, () => 'TOKEN')).toEqual([tool]);
  expect(masked({ ...tool, container: { ...container, memory_limit: 'Maria' } })).toEqual([
    { type: 'code_interpreter', container: { ...container, memory_limit: 'TOKEN' } },
  ]);
});

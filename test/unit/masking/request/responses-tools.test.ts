import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { maskResponsesRequest } from '../../../../src/masking/request/responses-request.ts';

const masked = (tool: JsonValue): JsonValue | undefined => {
  const result = maskResponsesRequest({ model: 'm', tools: [tool] }, (text) => text.replaceAll('Maria', 'TOKEN'), {
    binaryContent: 'block',
  });
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

test('a container that is an object is masked field by field', () => {
  const container = { type: 'auto', file_ids: ['file_1'], memory_limit: '4g', network_policy: { type: 'disabled' } };
  expect(masked({ type: 'code_interpreter', container })).toEqual([{ type: 'code_interpreter', container }]);
  expect(masked({ type: 'code_interpreter', container: { ...container, memory_limit: 'Maria' } })).toEqual([
    { type: 'code_interpreter', container: { ...container, memory_limit: 'TOKEN' } },
  ]);
});

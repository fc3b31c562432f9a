import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { maskResponsesRequest } from './mask-request.ts';

/** Returns the speaker of each text of the item. */
function speakers(item: JsonValue): (string | null)[] {
  const said: (string | null)[] = [];
  const result = maskResponsesRequest(
    { model: 'm', input: [item] },
    (text, { speaker }) => {
      said.push(speaker);
      return text;
    },
    { binaryContent: 'block' },
  );
  expect(result.ok).toBe(true);
  return said;
}

test.each([
  ['the role of a message', { type: 'message', role: 'system', content: 'x y' }, 'system'],
  ['the role of a message without a type', { role: 'assistant', content: 'x y' }, 'assistant'],
  ['assistant for a call of a tool', { type: 'custom_tool_call', call_id: 'call_1', input: 'x y' }, 'assistant'],
  ['tool for the result of a tool', { type: 'function_call_output', call_id: 'call_1', output: 'x y' }, 'tool'],
  ['user for an approval', { type: 'mcp_approval_response', approve: true, reason: 'x y' }, 'user'],
  ['null for an item of an unknown type', { type: 'new_item', text: 'x y' }, null],
])('the speaker of an item of `input` is %s', (_, item, speaker) => {
  expect(speakers(item)).toContain(speaker);
});

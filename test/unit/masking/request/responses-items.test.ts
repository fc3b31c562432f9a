import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { maskResponsesRequest } from '../../../../src/masking/request/responses-request.ts';

/** Who each text of the item is said by. */
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
  ['a message by its role', { type: 'message', role: 'system', content: 'x y' }, 'system'],
  ['a message without a type by its role', { role: 'assistant', content: 'x y' }, 'assistant'],
  ['a call of a tool by the assistant', { type: 'custom_tool_call', call_id: 'call_1', input: 'x y' }, 'assistant'],
  ['what a tool returned by the tool', { type: 'function_call_output', call_id: 'call_1', output: 'x y' }, 'tool'],
  ['an approval by the user', { type: 'mcp_approval_response', approve: true, reason: 'x y' }, 'user'],
  ['an item of an unknown type by nobody', { type: 'new_item', text: 'x y' }, null],
])('an item of input is said: %s', (_, item, speaker) => {
  expect(speakers(item)).toContain(speaker);
});

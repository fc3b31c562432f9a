/** The treatment of each field of an item of `input`, in a request to the Responses API. */
import { PART_FIELDS } from './request-fields.ts';
import { binary, binaryAware, id, opaque, type } from './responses-forms.ts';
import { environment, tools } from './responses-tools.ts';
import {
  deep,
  drop,
  jsonText,
  keyword,
  list,
  name,
  object,
  schema,
  setting,
  spoken,
  SPEAKERS,
  text,
  toolArguments,
  type Fields,
  type Treatment,
} from './treatment.ts';

const annotation = object({
  type: type('file_citation', 'url_citation', 'container_file_citation', 'file_path'),
  file_id: id,
  container_id: id,
  filename: text,
  title: text,
  url: text,
  index: setting,
  start_index: setting,
  end_index: setting,
});

/** The fields of one part of a content list. */
const PARTS: Fields = {
  ...PART_FIELDS,
  type: type('input_text', 'output_text', 'refusal', 'reasoning_text', 'summary_text', 'text'),
  annotations: list(annotation),
  // Log probabilities repeat the text in pieces, in which detection finds no identifier.
  logprobs: drop,
};
/** Content: a string or a list of parts. */
export const said = binaryAware(PARTS);

const item: Fields = {
  id,
  status: keyword(
    ['in_progress', 'completed', 'incomplete', 'searching', 'generating', 'interpreting', 'calling', 'failed'],
    setting,
  ),
  call_id: id,
  caller: object({ type: type('direct', 'program'), caller_id: id }),
};
const itemOf = (kind: string, fields: Fields): Treatment => object({ ...item, type: type(kind), ...fields });

const safetyChecks = list(object({ id, code: text, message: text }));

const computerAction = object({
  type: type('click', 'double_click', 'drag', 'keypress', 'move', 'screenshot', 'scroll', 'type', 'wait'),
  button: keyword(['left', 'right', 'wheel', 'back', 'forward']),
  x: setting,
  y: setting,
  scroll_x: setting,
  scroll_y: setting,
  path: list(object({ x: setting, y: setting })),
  keys: list(text),
  text,
});

const message: Treatment = {
  as: 'message',
  fields: {
    ...item,
    type: type('message'),
    role: keyword(SPEAKERS),
    content: said,
    phase: keyword(['commentary', 'final_answer'], setting),
  },
};

/** The items of `input`, by their `type`. A call by the model has the speaker `assistant`, its result the speaker `tool`. */
const ITEM_FIELDS: Readonly<Record<string, Treatment>> = {
  message,
  function_call: spoken('assistant', itemOf('function_call', { name, namespace: name, arguments: toolArguments })),
  function_call_output: spoken('tool', itemOf('function_call_output', { output: said })),
  custom_tool_call: spoken('assistant', itemOf('custom_tool_call', { name, namespace: name, input: text })),
  custom_tool_call_output: spoken('tool', itemOf('custom_tool_call_output', { output: said })),
  reasoning: spoken('assistant', itemOf('reasoning', { summary: said, content: said, encrypted_content: opaque })),
  compaction: itemOf('compaction', { encrypted_content: opaque }),
  compaction_trigger: itemOf('compaction_trigger', {}),
  item_reference: itemOf('item_reference', {}),
  file_search_call: spoken(
    'tool',
    itemOf('file_search_call', {
      queries: list(text),
      results: list(object({ attributes: deep, file_id: id, filename: text, score: setting, text })),
    }),
  ),
  web_search_call: spoken(
    'assistant',
    itemOf('web_search_call', {
      action: object({
        type: type('search', 'open_page', 'find_in_page'),
        query: text,
        queries: list(text),
        sources: list(object({ type: type('url'), url: text })),
        url: text,
        pattern: text,
      }),
    }),
  ),
  computer_call: spoken(
    'assistant',
    itemOf('computer_call', {
      action: computerAction,
      actions: list(computerAction),
      pending_safety_checks: safetyChecks,
    }),
  ),
  // The output is a screenshot.
  computer_call_output: spoken(
    'tool',
    itemOf('computer_call_output', { output: binary, acknowledged_safety_checks: safetyChecks }),
  ),
  tool_search_call: spoken(
    'assistant',
    itemOf('tool_search_call', { arguments: jsonText, execution: keyword(['server', 'client']) }),
  ),
  tool_search_output: itemOf('tool_search_output', { execution: keyword(['server', 'client']), tools }),
  additional_tools: itemOf('additional_tools', { role: keyword(['developer']), tools }),
  image_generation_call: itemOf('image_generation_call', { result: binary }),
  code_interpreter_call: spoken(
    'tool',
    itemOf('code_interpreter_call', {
      code: text,
      container_id: id,
      outputs: binaryAware({ type: type('logs'), logs: jsonText }),
    }),
  ),
  local_shell_call: spoken(
    'assistant',
    itemOf('local_shell_call', {
      action: object({
        type: type('exec'),
        command: list(text),
        env: deep,
        timeout_ms: setting,
        user: text,
        working_directory: text,
      }),
    }),
  ),
  local_shell_call_output: spoken('tool', itemOf('local_shell_call_output', { output: jsonText })),
  shell_call: spoken(
    'assistant',
    itemOf('shell_call', {
      action: object({ commands: list(text), max_output_length: setting, timeout_ms: setting }),
      environment,
    }),
  ),
  shell_call_output: spoken(
    'tool',
    itemOf('shell_call_output', {
      max_output_length: setting,
      output: list(
        object({
          stdout: jsonText,
          stderr: jsonText,
          outcome: object({ type: type('timeout', 'exit'), exit_code: setting }),
        }),
      ),
    }),
  ),
  apply_patch_call: spoken(
    'assistant',
    itemOf('apply_patch_call', {
      operation: object({ type: type('create_file', 'delete_file', 'update_file'), path: text, diff: text }),
    }),
  ),
  apply_patch_call_output: spoken('tool', itemOf('apply_patch_call_output', { output: jsonText })),
  mcp_list_tools: itemOf('mcp_list_tools', {
    server_label: name,
    tools: list(object({ name, description: text, input_schema: schema, annotations: deep })),
    error: text,
  }),
  mcp_approval_request: spoken(
    'assistant',
    itemOf('mcp_approval_request', { name, server_label: name, arguments: jsonText }),
  ),
  mcp_approval_response: spoken(
    'user',
    itemOf('mcp_approval_response', { approval_request_id: id, approve: setting, reason: text }),
  ),
  mcp_call: spoken(
    'tool',
    itemOf('mcp_call', {
      name,
      server_label: name,
      approval_request_id: id,
      arguments: jsonText,
      output: jsonText,
      error: text,
    }),
  ),
  program: spoken('assistant', itemOf('program', { code: text, fingerprint: opaque })),
  program_output: spoken('tool', itemOf('program_output', { result: jsonText })),
};

/** An item of `input`. */
export const inputItem: Treatment = { as: 'variant', of: ITEM_FIELDS, absent: message, other: spoken(null, said) };

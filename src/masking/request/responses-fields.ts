/**
 * What becomes of each field of a request to the Responses API: the one table that says what is covered. A field that is
 * not in it is masked deep, keys included. See docs/proxy.md; the fields are those of `ResponseCreateParams` (openai 6.49).
 */
import { withoutNumber } from './grouped-number.ts';
import { ID_FORM, PART_FIELDS, PLATFORM_FIELDS } from './request-fields.ts';
import {
  amount,
  deep,
  drop,
  form,
  jsonText,
  keyword,
  list,
  name,
  object,
  schema,
  setting,
  SPEAKERS,
  text,
  verbatim,
  type Fields,
  type Treatment,
  toolArguments,
} from './treatment.ts';

/** An id that the API gave: it must come back to it as it is. */
const id = form(ID_FORM);
/** What only its maker can read: ciphertext and digests. */
const opaque = form(withoutNumber(/^[A-Za-z0-9+/_-]{64,}={0,2}$/));
/** A key for some server. Words and numbers are none. */
const credential = form(withoutNumber(/^(?:(?:Bearer|Basic) )?(?=[^ ]*\d)(?=[^ ]*[A-Za-z])[\w.~+/=-]{20,}$/));
const domain = form(withoutNumber(/^(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}$/));
/** The address of a tool server: nothing of a caller stands in one that has no more than these words behind the host. */
const endpoint = form(withoutNumber(/^https:\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}(?:\/(?:api|mcp|sse|v\d))*\/?$/));
const binary: Treatment = { as: 'binary' };
const binaryAware = (parts: Fields): Treatment => ({ as: 'content', parts });
const by = (speaker: 'assistant' | 'tool' | 'system' | 'user' | null, of: Treatment): Treatment => ({
  as: 'spoken',
  by: speaker,
  of,
});
const type = (...words: readonly string[]): Treatment => keyword(words);

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

/** One part of what somebody says. */
const PARTS: Fields = {
  ...PART_FIELDS,
  type: type('input_text', 'output_text', 'refusal', 'reasoning_text', 'summary_text', 'text'),
  annotations: list(annotation),
  // They spell the text out piece by piece, so that no piece is an identifier any more.
  logprobs: drop,
};
const said = binaryAware(PARTS);

const allowedCallers = list(keyword(['direct', 'programmatic']));
const inherited: Fields = {
  name,
  description: text,
  strict: setting,
  defer_loading: setting,
  allowed_callers: allowedCallers,
};

const customFormat = object({ type: type('text', 'grammar'), syntax: type('lark', 'regex'), definition: text });

const networkPolicy = object({
  type: type('disabled', 'allowlist'),
  allowed_domains: list(domain),
  domain_secrets: list(object({ domain, name: text, value: credential })),
});

/** Where commands run. The files in a container were given to the provider before and are not seen here. */
const environment = object({
  type: type('auto', 'container_auto', 'local', 'container_reference'),
  container_id: id,
  file_ids: list(id),
  memory_limit: keyword(['1g', '4g', '16g', '64g'], setting),
  network_policy: networkPolicy,
  skills: list(
    object({
      type: type('skill_reference', 'inline'),
      skill_id: id,
      version: text,
      name: text,
      description: text,
      path: text,
      source: binary,
    }),
  ),
});

/** Of all kinds of tools: none gives a name another meaning. */
const TOOL_FIELDS: Fields = {
  type: type(
    ...[
      'function',
      'custom',
      'namespace',
      'tool_search',
      'file_search',
      'web_search',
      'web_search_2025_08_26',
      'web_search_preview',
    ],
    ...[
      'web_search_preview_2025_03_11',
      'mcp',
      'code_interpreter',
      'programmatic_tool_calling',
      'image_generation',
      'computer',
    ],
    ...['computer_use_preview', 'local_shell', 'shell', 'apply_patch'],
  ),
  ...inherited,
  parameters: schema,
  output_schema: schema,
  format: customFormat,
  execution: keyword(['server', 'client']),
  // Of a namespace.
  tools: list(
    object({
      ...inherited,
      type: type('function', 'custom'),
      parameters: schema,
      output_schema: schema,
      format: customFormat,
    }),
  ),
  // Searching.
  vector_store_ids: list(id),
  filters: object({
    type: type('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'and', 'or'),
    key: text,
    value: deep,
    filters: deep,
    allowed_domains: list(domain),
  }),
  max_num_results: amount(),
  ranking_options: object({
    ranker: keyword(['auto', 'default-2024-11-15']),
    score_threshold: amount(),
    hybrid_search: object({ embedding_weight: amount(), text_weight: amount() }),
  }),
  search_context_size: keyword(['low', 'medium', 'high']),
  search_content_types: list(keyword(['text', 'image'])),
  user_location: object({ type: type('approximate'), city: text, country: text, region: text, timezone: text }),
  // Of an MCP server.
  server_label: name,
  server_description: text,
  server_url: endpoint,
  connector_id: form(/^connector_[a-z]{3,24}$/),
  tunnel_id: id,
  authorization: credential,
  headers: { as: 'map', of: credential },
  allowed_tools: list(name),
  require_approval: keyword(['always', 'never'], deep),
  // Of a computer, a shell or an interpreter.
  container: form(ID_FORM, environment),
  environment: keyword(['windows', 'mac', 'linux', 'ubuntu', 'browser'], environment),
  display_width: amount(),
  display_height: amount(),
  // Of a painter.
  action: keyword(['auto', 'generate', 'edit']),
  background: keyword(['auto', 'transparent', 'opaque']),
  input_fidelity: keyword(['low', 'high'], setting),
  input_image_mask: binary,
  model: form(
    /^(?:gpt|chatgpt)-image-(?:[a-z]{1,12}|\d{1,2}(?:\.\d{1,2})?)(?:-[a-z]{1,12})?(?:-20[2-9]\d-\d{2}-\d{2})?$/,
  ),
  moderation: keyword(['low', 'auto']),
  output_compression: amount(),
  output_format: keyword(['png', 'webp', 'jpeg']),
  partial_images: amount(),
  quality: keyword(['low', 'medium', 'high', 'auto']),
  size: form(/^(?:auto|\d{2,4}x\d{2,4})$/),
};
const tools = list(object(TOOL_FIELDS));

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

/** The items of `input`, by their `type`. What a model said or did is the assistant's, what came of it the tool's. */
export const ITEM_FIELDS: Readonly<Record<string, Treatment>> = {
  message,
  function_call: by('assistant', itemOf('function_call', { name, namespace: name, arguments: toolArguments })),
  function_call_output: by('tool', itemOf('function_call_output', { output: said })),
  custom_tool_call: by('assistant', itemOf('custom_tool_call', { name, namespace: name, input: text })),
  custom_tool_call_output: by('tool', itemOf('custom_tool_call_output', { output: said })),
  reasoning: by('assistant', itemOf('reasoning', { summary: said, content: said, encrypted_content: opaque })),
  compaction: itemOf('compaction', { encrypted_content: opaque }),
  compaction_trigger: itemOf('compaction_trigger', {}),
  item_reference: itemOf('item_reference', {}),
  file_search_call: by(
    'tool',
    itemOf('file_search_call', {
      queries: list(text),
      results: list(object({ attributes: deep, file_id: id, filename: text, score: setting, text })),
    }),
  ),
  web_search_call: by(
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
  computer_call: by(
    'assistant',
    itemOf('computer_call', {
      action: computerAction,
      actions: list(computerAction),
      pending_safety_checks: safetyChecks,
    }),
  ),
  // What it holds is a picture of a screen.
  computer_call_output: by(
    'tool',
    itemOf('computer_call_output', { output: binary, acknowledged_safety_checks: safetyChecks }),
  ),
  tool_search_call: by(
    'assistant',
    itemOf('tool_search_call', { arguments: jsonText, execution: keyword(['server', 'client']) }),
  ),
  tool_search_output: itemOf('tool_search_output', { execution: keyword(['server', 'client']), tools }),
  additional_tools: itemOf('additional_tools', { role: keyword(['developer']), tools }),
  image_generation_call: itemOf('image_generation_call', { result: binary }),
  code_interpreter_call: by(
    'tool',
    itemOf('code_interpreter_call', {
      code: text,
      container_id: id,
      outputs: binaryAware({ type: type('logs'), logs: jsonText }),
    }),
  ),
  local_shell_call: by(
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
  local_shell_call_output: by('tool', itemOf('local_shell_call_output', { output: jsonText })),
  shell_call: by(
    'assistant',
    itemOf('shell_call', {
      action: object({ commands: list(text), max_output_length: setting, timeout_ms: setting }),
      environment,
    }),
  ),
  shell_call_output: by(
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
  apply_patch_call: by(
    'assistant',
    itemOf('apply_patch_call', {
      operation: object({ type: type('create_file', 'delete_file', 'update_file'), path: text, diff: text }),
    }),
  ),
  apply_patch_call_output: by('tool', itemOf('apply_patch_call_output', { output: jsonText })),
  mcp_list_tools: itemOf('mcp_list_tools', {
    server_label: name,
    tools: list(object({ name, description: text, input_schema: schema, annotations: deep })),
    error: text,
  }),
  mcp_approval_request: by(
    'assistant',
    itemOf('mcp_approval_request', { name, server_label: name, arguments: jsonText }),
  ),
  mcp_approval_response: by(
    'user',
    itemOf('mcp_approval_response', { approval_request_id: id, approve: setting, reason: text }),
  ),
  mcp_call: by(
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
  program: by('assistant', itemOf('program', { code: text, fingerprint: opaque })),
  program_output: by('tool', itemOf('program_output', { result: jsonText })),
};

const inputItem: Treatment = { as: 'variant', of: ITEM_FIELDS, absent: message, other: by(null, said) };
const toolChoice = object({
  type: type(
    ...[
      'function',
      'custom',
      'mcp',
      'allowed_tools',
      'file_search',
      'computer',
      'computer_use_preview',
      'computer_use',
      'code_interpreter',
    ],
    ...[
      'image_generation',
      'web_search_preview',
      'web_search_preview_2025_03_11',
      'programmatic_tool_calling',
      'apply_patch',
      'shell',
    ],
  ),
  name,
  server_label: name,
  mode: keyword(['auto', 'required']),
  tools: list(object({ type: TOOL_FIELDS['type'] ?? text, name, server_label: name })),
});
const moderationMode = object({ mode: keyword(['score', 'block']) });

/** The fields that OpenAI gives a request; a response repeats most of them. */
export const OPENAI_RESPONSES_FIELDS: Fields = {
  model: verbatim,

  // what is said
  instructions: by('system', text),
  input: by('user', keyword([], list(inputItem))),
  prompt: object({ id, version: text, variables: { as: 'map', of: said } }),
  previous_response_id: id,
  conversation: form(ID_FORM, object({ id })),

  // how to answer
  stream: setting,
  stream_options: object({ include_obfuscation: setting }),
  background: setting,
  store: setting,
  temperature: amount(),
  top_p: amount(),
  top_logprobs: amount(),
  max_output_tokens: amount(),
  max_tool_calls: amount(),
  parallel_tool_calls: setting,
  truncation: keyword(['auto', 'disabled'], setting),
  service_tier: keyword(['auto', 'default', 'flex', 'scale', 'priority'], setting),
  include: list(
    keyword([
      'file_search_call.results',
      'web_search_call.results',
      'web_search_call.action.sources',
      'message.input_image.image_url',
      'computer_call_output.output.image_url',
      'code_interpreter_call.outputs',
      'reasoning.encrypted_content',
      'message.output_text.logprobs',
    ]),
  ),
  reasoning: object({
    effort: keyword(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], setting),
    summary: keyword(['auto', 'concise', 'detailed'], setting),
    generate_summary: keyword(['auto', 'concise', 'detailed'], setting),
    context: keyword(['auto', 'current_turn', 'all_turns'], setting),
    mode: keyword(['standard', 'pro']),
  }),
  text: object({
    verbosity: keyword(['low', 'medium', 'high'], setting),
    format: object({
      type: type('text', 'json_object', 'json_schema'),
      name,
      description: text,
      strict: setting,
      schema,
    }),
  }),
  // Contexts have a million tokens and more.
  context_management: list(object({ type: type('compaction'), compact_threshold: amount(10_000_000) })),
  moderation: object({
    model: keyword(['omni-moderation-latest', 'omni-moderation-2024-09-26']),
    policy: object({ input: moderationMode, output: moderationMode }),
  }),

  // what it may call
  tools,
  tool_choice: keyword(['none', 'auto', 'required'], toolChoice),

  // who asks
  metadata: deep,
  user: text,
  safety_identifier: text,
  prompt_cache_key: text,
  prompt_cache_retention: keyword(['in_memory', 'in-memory', '24h'], setting),
  prompt_cache_options: object({ mode: keyword(['implicit', 'explicit']), ttl: keyword(['30m']) }),
};

/** The fields of a request body. */
export const RESPONSES_FIELDS: Fields = {
  ...OPENAI_RESPONSES_FIELDS,
  ...Object.fromEntries(PLATFORM_FIELDS.map((field) => [field, drop])),
};

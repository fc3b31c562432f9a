/**
 * The treatment of each field of a request to the Responses API; items of `input` and tools have tables of their own. A field
 * in none of them is masked deep, keys included. See docs/proxy.md; the fields are those of `ResponseCreateParams` (openai 6.49).
 */
import { ID, PLATFORM_FIELDS } from './request-fields.ts';
import { id, type } from './responses-forms.ts';
import { inputItem, said } from './responses-items.ts';
import { TOOL_FIELDS, tools } from './responses-tools.ts';
import {
  amount,
  deep,
  drop,
  form,
  keyword,
  list,
  name,
  object,
  schema,
  setting,
  spoken,
  text,
  verbatim,
  type Fields,
} from './treatment.ts';

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
  instructions: spoken('system', text),
  input: spoken('user', keyword([], list(inputItem))),
  prompt: object({ id, version: text, variables: { as: 'map', of: said } }),
  previous_response_id: id,
  conversation: form(ID, object({ id })),

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

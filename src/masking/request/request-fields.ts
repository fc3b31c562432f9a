/**
 * What becomes of each field of a chat-completions request: the one table that says what is covered.
 * A field that is not in it is masked deep, keys included. See docs/proxy.md; the fields are those of OpenAI's API.
 */
import {
  amount,
  anyNumber,
  content,
  deep,
  drop,
  form,
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
  toolArguments,
} from './treatment.ts';
import { shortForm } from './grouped-number.ts';

const namedFunction = object({ name });
const namedTool = object({ name, description: text });

const toolReference: Fields = {
  type: keyword(['function', 'custom']),
  function: namedFunction,
  custom: namedTool,
};

/** What stands before an id of the API: one of its words, or letters that are nobody's name. */
const ID_PREFIX =
  '(?:(?:resp|call|conv|file|item|tool|toolu|audio|voice|skill|tunnel|chatcmpl|func|prog|run|req|ig|ci|cu|ap|apc|mcpa|[bcdfghjklmnpqrstvwxz]{2,5})[_-]){1,2}';

/**
 * Ids as the API gives them: a prefix and long letters and digits, `resp_67cc...`, `call_Zb4k...`, or a UUID. They name
 * things that the provider keeps, so it must get them back as they are. No number of a person is that long.
 */
export const ID_FORM = new RegExp(
  `^(?:${ID_PREFIX}(?:(?=\\d*[a-f])[0-9a-f]{24,64}|(?!.*[0-9]{7})[A-Za-z0-9]{16,64})|(?:${ID_PREFIX})?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$`,
);

/** The form of these ids. None has as many characters. */
export const ID = shortForm(ID_FORM, 256);

/** Another id is masked like any text: one text has one masking, so a call and its result still match. */
const id = form(ID);

const call = object({ name, arguments: toolArguments });

/** One item of `messages`. */
export const MESSAGE_FIELDS: Fields = {
  role: keyword(SPEAKERS),
  content,
  name,
  refusal: text,
  tool_call_id: id,
  tool_calls: list(
    object({
      id,
      index: setting,
      type: keyword(['function', 'custom']),
      function: call,
      custom: object({ name, input: text }),
    }),
  ),
  function_call: call,
  audio: object({ id }),
};

/** One part of a message's content that is not binary. */
export const PART_FIELDS: Fields = {
  type: keyword(['text', 'refusal', 'input_text', 'output_text']),
  text,
  refusal: text,
  prompt_cache_breakpoint: object({ mode: keyword(['explicit']) }),
};

/** Fields of a part that make it binary, whatever its `type` says. */
export const BINARY_PART_FIELDS: readonly string[] = [
  'image_url',
  'input_image',
  'image',
  'input_audio',
  'audio_url',
  'audio',
  'video_url',
  'input_video',
  'video',
  'file',
  'input_file',
  'file_data',
  'document',
  'source',
];

/** Types of parts that are binary. */
export const BINARY_PART_TYPE = /image|audio|video|file|document|media/i;

/** The API's own types of binary parts: wherever an object says to be one, it is one. */
export const BINARY_PART_TYPES: ReadonlySet<string> = new Set([
  'image_url',
  'input_image',
  'input_audio',
  'input_file',
  'input_video',
  'computer_screenshot',
]);

const moderationMode = object({ mode: keyword(['score', 'block']) });

const OPENAI_FIELDS: Fields = {
  messages: list({ as: 'message', fields: MESSAGE_FIELDS }),
  model: verbatim,

  // how to answer
  n: amount(),
  stream: setting,
  stream_options: object({ include_usage: setting, include_obfuscation: setting }),
  temperature: amount(),
  top_p: amount(),
  max_tokens: amount(),
  max_completion_tokens: amount(),
  frequency_penalty: amount(),
  presence_penalty: amount(),
  logit_bias: { as: 'bias' },
  logprobs: setting,
  top_logprobs: amount(),
  seed: anyNumber,
  store: setting,
  stop: deep,
  reasoning_effort: keyword(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], setting),
  verbosity: keyword(['low', 'medium', 'high'], setting),
  service_tier: keyword(['auto', 'default', 'flex', 'scale', 'priority'], setting),
  modalities: list(keyword(['text', 'audio'])),
  audio: object({
    // An own voice is named by an object.
    voice: keyword(
      [
        'alloy',
        'ash',
        'ballad',
        'cedar',
        'coral',
        'echo',
        'fable',
        'marin',
        'nova',
        'onyx',
        'sage',
        'shimmer',
        'verse',
      ],
      object({ id }),
    ),
    format: keyword(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16']),
  }),
  prediction: object({ type: keyword(['content']), content }),
  moderation: object({
    model: keyword(['omni-moderation-latest', 'omni-moderation-2024-09-26']),
    policy: object({ input: moderationMode, output: moderationMode }),
  }),
  response_format: object({
    type: keyword(['text', 'json_object', 'json_schema']),
    json_schema: object({ name, description: text, strict: setting, schema }),
  }),
  web_search_options: object({
    search_context_size: keyword(['low', 'medium', 'high']),
    user_location: object({
      type: keyword(['approximate']),
      approximate: object({ city: text, country: text, region: text, timezone: text }),
    }),
  }),

  // what it may call
  tools: list(
    object({
      type: keyword(['function', 'custom']),
      function: object({ name, description: text, parameters: schema, strict: setting }),
      custom: object({
        name,
        description: text,
        format: object({
          type: keyword(['text', 'grammar']),
          grammar: object({ syntax: keyword(['lark', 'regex']), definition: text }),
        }),
      }),
    }),
  ),
  functions: list(object({ name, description: text, parameters: schema })),
  tool_choice: keyword(
    ['none', 'auto', 'required'],
    object({
      type: keyword(['function', 'custom', 'allowed_tools']),
      function: namedFunction,
      custom: namedTool,
      name,
      allowed_tools: object({ mode: keyword(['auto', 'required']), tools: list(object(toolReference)) }),
    }),
  ),
  function_call: keyword(['none', 'auto'], namedFunction),
  parallel_tool_calls: setting,

  // who asks
  metadata: deep,
  user: text,
  safety_identifier: text,
  prompt_cache_key: text,
  prompt_cache_retention: keyword(['in_memory', 'in-memory', '24h'], setting),
  prompt_cache_options: object({ mode: keyword(['implicit', 'explicit']), ttl: keyword(['30m']) }),
};

/**
 * What voice platforms add about the call, the caller and their own accounts: Vapi sends the caller's number and its
 * carrier's credentials here. It serves to find the session and never goes on.
 */
export const PLATFORM_FIELDS: readonly string[] = [
  // Vapi
  'call',
  'chat',
  'customer',
  'customerId',
  'phoneNumber',
  'phoneNumberId',
  'assistant',
  'assistantId',
  'assistantOverrides',
  'squad',
  'squadId',
  'workflow',
  'workflowId',
  'artifact',
  'credential',
  'credentials',
  'credentialIds',
  'transport',
  'timestamp',
  // ElevenLabs, Bolna, Retell, carriers
  'elevenlabs_extra_body',
  'user_id',
  'phone_number',
  'call_id',
  'call_sid',
  'callSid',
  'CallSid',
  'stream_sid',
  'run_id',
  'agent_id',
  'session_id',
  'from_number',
  'to_number',
  'user_number',
  'agent_number',
  'caller_id',
  'recipient_phone_number',
  'retell_llm_dynamic_variables',
  'interaction_type',
  'response_id',
  'custom_llm_extra_body',
  'dynamic_variables',
  'conversation_id',
  'conversationId',
  'callId',
  'orgId',
  'telephony_identifier',
  'from_phone_number',
  'to_phone_number',
  'AccountSid',
  'StreamSid',
  'streamSid',
  'From',
  'To',
];

/** The fields of a request body. */
export const REQUEST_FIELDS: Fields = {
  ...OPENAI_FIELDS,
  ...Object.fromEntries(PLATFORM_FIELDS.map((field) => [field, drop])),
};

/** Words of JSON Schema: as keys and as names of types they tell nothing of a person and stay. */
export const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set([
  '$defs',
  '$id',
  '$ref',
  '$schema',
  'additionalProperties',
  'allOf',
  'anyOf',
  'array',
  'boolean',
  'const',
  'default',
  'definitions',
  'description',
  'enum',
  'examples',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'integer',
  'items',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'not',
  'null',
  'number',
  'object',
  'oneOf',
  'pattern',
  'patternProperties',
  'prefixItems',
  'properties',
  'required',
  'string',
  'title',
  'type',
  'uniqueItems',
]);

/** Keywords of JSON Schema whose number is a bound of the schema and stays. */
export const SCHEMA_BOUNDS: ReadonlySet<string> = new Set([
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
]);

/** Keywords of JSON Schema below which stand values, not schemas: a bound in there is data. */
export const SCHEMA_VALUES: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples']);

/** Keywords of JSON Schema below which stand schemas by the names of properties. */
export const SCHEMA_PROPERTIES: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
]);

/** Keywords of JSON Schema below which stand further schemas of the same value, or of the items of it. */
export const SCHEMA_ITEMS: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
  'allOf',
  'additionalProperties',
]);

/** The dialects that generators of schemas name in `$schema`. */
export const SCHEMA_DIALECTS: ReadonlySet<string> = new Set([
  'http://json-schema.org/draft-04/schema#',
  'http://json-schema.org/draft-06/schema#',
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-07/schema',
  'https://json-schema.org/draft/2019-09/schema#',
  'https://json-schema.org/draft/2019-09/schema',
  'https://json-schema.org/draft/2020-12/schema#',
  'https://json-schema.org/draft/2020-12/schema',
]);

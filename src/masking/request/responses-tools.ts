/** The treatment of each field of a tool that a request to the Responses API gives to the model. */
import { shortForm } from './grouped-number.ts';
import { ID } from './request-fields.ts';
import { binary, credential, domain, endpoint, id, type } from './responses-forms.ts';
import { amount, deep, form, keyword, list, name, object, schema, setting, text, type Fields } from './treatment.ts';

/** Words that the API knows are shorter. */
const SHORT = 64;

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

/** The place where commands run. The files of a container went to the provider earlier and are not in the request. */
export const environment = object({
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

/** The fields of all kinds of tools in one table: no field name has two meanings. */
export const TOOL_FIELDS: Fields = {
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
  // A namespace.
  tools: list(
    object({
      ...inherited,
      type: type('function', 'custom'),
      parameters: schema,
      output_schema: schema,
      format: customFormat,
    }),
  ),
  // Search.
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
  // An MCP server.
  server_label: name,
  server_description: text,
  server_url: endpoint,
  connector_id: form(shortForm(/^connector_[a-z]{3,24}$/, SHORT)),
  tunnel_id: id,
  authorization: credential,
  headers: { as: 'map', of: credential },
  allowed_tools: list(name),
  require_approval: keyword(['always', 'never'], deep),
  // A computer, a shell or an interpreter.
  container: form(ID, environment),
  environment: keyword(['windows', 'mac', 'linux', 'ubuntu', 'browser'], environment),
  display_width: amount(),
  display_height: amount(),
  // Image generation.
  action: keyword(['auto', 'generate', 'edit']),
  background: keyword(['auto', 'transparent', 'opaque']),
  input_fidelity: keyword(['low', 'high'], setting),
  input_image_mask: binary,
  model: form(
    shortForm(
      /^(?:gpt|chatgpt)-image-(?:[a-z]{1,12}|\d{1,2}(?:\.\d{1,2})?)(?:-[a-z]{1,12})?(?:-20[2-9]\d-\d{2}-\d{2})?$/,
      SHORT,
    ),
  ),
  moderation: keyword(['low', 'auto']),
  output_compression: amount(),
  output_format: keyword(['png', 'webp', 'jpeg']),
  partial_images: amount(),
  quality: keyword(['low', 'medium', 'high', 'auto']),
  size: form(shortForm(/^(?:auto|\d{2,4}x\d{2,4})$/, SHORT)),
};
/** A list of tools. */
export const tools = list(object(TOOL_FIELDS));

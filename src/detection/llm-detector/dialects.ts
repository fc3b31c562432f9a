/** The two ways of asking a model server: OpenAI's chat completions (vLLM, llama.cpp, ...) and Ollama's own API. */
import { ANSWER_SCHEMA } from './prompt.ts';
import { withoutEnd } from '../../platform/text-end.ts';

/** How a server is asked, and where in its answer the model's words are. */
export interface Dialect {
  readonly name: 'openai' | 'ollama';
  readonly request: (model: string, prompt: string) => object;
  /** What the model wrote, whole; null where the body is of another form or the model was cut off. Never throws. */
  readonly content: (body: string) => string | null;
}

/** Tokens that an answer may have. */
const ANSWER_TOKENS = 2048;
/** Tokens of instructions, texts and answer together, with room to spare. Ollama's default cuts prompts without a word. */
const CONTEXT_TOKENS = 8192;

/** POST /v1/chat/completions with structured output (platform.openai.com/docs/guides/structured-outputs). */
export const OPENAI: Dialect = {
  name: 'openai',
  request: (model, prompt) => ({
    model,
    messages: [{ role: 'user', content: prompt }],
    temperature: 0,
    max_tokens: ANSWER_TOKENS,
    stream: false,
    response_format: { type: 'json_schema', json_schema: { name: 'entities', strict: true, schema: ANSWER_SCHEMA } },
  }),
  content: (body) => {
    const choice = at(at(parse(body), 'choices'), 0);
    return at(choice, 'finish_reason') === 'length' ? null : text(at(at(choice, 'message'), 'content'));
  },
};

/** POST /api/chat (Ollama, docs/api.md), which takes the schema as `format`. */
export const OLLAMA: Dialect = {
  name: 'ollama',
  request: (model, prompt) => ({
    model,
    messages: [{ role: 'user', content: prompt }],
    stream: false,
    format: ANSWER_SCHEMA,
    options: { temperature: 0, num_ctx: CONTEXT_TOKENS, num_predict: ANSWER_TOKENS },
    // Loading a model takes longer than any call can wait: it stays for an hour after its last use.
    keep_alive: '1h',
  }),
  content: (body) => {
    const answer = parse(body);
    return at(answer, 'done_reason') === 'length' ? null : text(at(at(answer, 'message'), 'content'));
  },
};

/** Where a server is asked: a path that ends in /api or /api/chat is Ollama's, anything else OpenAI's. */
export function endpointOf(url: URL): { readonly dialect: Dialect; readonly path: string } {
  const given = withoutEnd(url.pathname, /\//);
  if (/\/api(?:\/chat)?$/.test(given)) return { dialect: OLLAMA, path: `${given.replace(/\/chat$/, '')}/chat` };
  return { dialect: OPENAI, path: `${given.replace(/(?:\/v1)?(?:\/chat\/completions)?$/, '')}/v1/chat/completions` };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The member of an object or array that is its own; undefined where there is none. */
function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

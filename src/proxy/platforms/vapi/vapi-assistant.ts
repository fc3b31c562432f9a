/** Assistants for Vapi whose model is the agent's proxy, whatever they said before. docs.vapi.ai, Custom LLM. */
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';

/** What Vapi is told to call in place of a model. */
export interface ProxyModel {
  /** Base URL up to `/v1`: Vapi gives it to an OpenAI client, which adds `/chat/completions`. */
  readonly url: string;
  /** The only model of the agent's upstream; null where any name goes. */
  readonly model: string | null;
  /** The model where neither the upstream nor the assistant names one. */
  readonly anyModel: string;
}

// Models that Vapi would ask past the proxy.
const BYPASSES: ReadonlySet<string> = new Set(['fallbackModels', 'numFastTurns']);

/** The model with the same prompts and tools, asked through the proxy and through nothing else. */
function proxiedModel(given: JsonValue | undefined, { url, model, anyModel }: ProxyModel): JsonObject {
  const before = isJsonObject(given) ? given : {};
  const kept = Object.entries(before).filter(
    ([key, value]) => !BYPASSES.has(key) && !(key === 'metadataSendMode' && value === 'off'),
  );
  const named = own(before, 'model');
  // Without metadata Vapi sends no call id, and the turns of a call would not be told from others.
  return {
    ...Object.fromEntries(kept),
    provider: 'custom-llm',
    url,
    model: model ?? (typeof named === 'string' ? named : anyModel),
  };
}

/** The assistant with its model behind the proxy. */
export function proxiedAssistant(assistant: JsonObject, proxy: ProxyModel): JsonObject {
  return { ...assistant, model: proxiedModel(own(assistant, 'model'), proxy) };
}

/**
 * The answer of a callback as Vapi may have it: every assistant in it asks its model through the proxy. Null for what is
 * no answer to an assistant-request, and for squads: the models of their members cannot all be reached from here.
 */
export function proxiedAnswer(answer: JsonValue, proxy: ProxyModel): JsonObject | null {
  if (!isJsonObject(answer)) return null;
  const assistant = own(answer, 'assistant');
  const overrides = own(answer, 'assistantOverrides');
  if (isJsonObject(assistant)) {
    const over = isJsonObject(overrides)
      ? { assistantOverrides: Object.hasOwn(overrides, 'model') ? proxiedAssistant(overrides, proxy) : overrides }
      : {};
    return { assistant: proxiedAssistant(assistant, proxy), ...over };
  }
  const assistantId = own(answer, 'assistantId');
  // A stored assistant has a model of its own, at Vapi; the override takes its place.
  if (typeof assistantId === 'string') {
    return { assistantId, assistantOverrides: proxiedAssistant(isJsonObject(overrides) ? overrides : {}, proxy) };
  }
  const destination = own(answer, 'destination');
  if (isJsonObject(destination)) return { destination };
  const error = own(answer, 'error');
  return typeof error === 'string' ? { error } : null;
}

/**
 * Masks the body of a request to the Responses API: every position that can carry text, platform envelopes removed,
 * binary parts refused. What becomes of which field says `responses-fields.ts`. See docs/proxy.md.
 */
import { refuse, walkingBody, type ChatMaskingOptions, type ChatMaskingResult } from './chat-request.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { RESPONSES_FIELDS } from './responses-fields.ts';
import type { Walking } from './text-slot.ts';

/**
 * Walks a body, and returns it with the texts that it got for its own. The input is not changed; what masking leaves alone
 * is shared with it.
 */
export function* walkingResponsesRequest(body: JsonValue, options: ChatMaskingOptions): Walking<ChatMaskingResult> {
  if (!isJsonObject(body)) return refuse('bad_request', null, 'The body must be a JSON object.');
  const input = own(body, 'input') ?? null;
  if (input !== null && typeof input !== 'string' && !Array.isArray(input)) {
    return refuse('validation_failed', 'input', 'input must be a string or an array.');
  }
  const faulty = Array.isArray(input) ? (input as readonly JsonValue[]).findIndex((item) => !isJsonObject(item)) : -1;
  if (faulty !== -1) {
    const param = `input[${(options.history?.skipped ?? 0) + faulty}]`;
    return refuse('validation_failed', param, 'An item of input must be an object.');
  }
  // It would be fetched later from a route that restores nothing: the caller would read tokens.
  if (own(body, 'background') === true && own(body, 'stream') !== true) {
    return refuse('validation_failed', 'background', 'background is supported with stream only.');
  }
  return yield* walkingBody(RESPONSES_FIELDS, 'input', body, options);
}

/** Whether the answer to this request is to be JSON in its text: then restored values are escaped for it. */
export function asksForJsonText(body: JsonObject): boolean {
  const text = own(body, 'text');
  const format = isJsonObject(text) ? own(text, 'format') : undefined;
  const type = isJsonObject(format) ? own(format, 'type') : undefined;
  return type === 'json_object' || type === 'json_schema';
}

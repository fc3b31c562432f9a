/**
 * Masks the body of a request to the Responses API: every position that can carry text, platform envelopes removed,
 * binary parts refused. What becomes of which field says `responses-fields.ts`. See docs/proxy.md.
 */
import { maskingBody, refuse, type ChatMaskingOptions, type ChatMaskingResult, type MaskText } from './chat-request.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { runAtOnce } from '../../platform/steps.ts';
import { RESPONSES_FIELDS } from './responses-fields.ts';

/**
 * The body with every text masked. The input is not changed; what masking leaves alone is shared with it.
 * Throws only what `mask` throws.
 */
export function maskResponsesRequest(body: JsonValue, mask: MaskText, options: ChatMaskingOptions): ChatMaskingResult {
  return runAtOnce(maskingResponsesRequest(body, mask, options));
}

/** Does the same, to be run in stretches: yields wherever it may be interrupted. */
export function* maskingResponsesRequest(
  body: JsonValue,
  mask: MaskText,
  options: ChatMaskingOptions,
): Generator<void, ChatMaskingResult> {
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
  return yield* maskingBody(RESPONSES_FIELDS, 'input', body, mask, options);
}

/** Whether the answer to this request is to be JSON in its text: then restored values are escaped for it. */
export function asksForJsonText(body: JsonObject): boolean {
  const text = own(body, 'text');
  const format = isJsonObject(text) ? own(text, 'format') : undefined;
  const type = isJsonObject(format) ? own(format, 'type') : undefined;
  return type === 'json_object' || type === 'json_schema';
}

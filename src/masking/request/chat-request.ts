/**
 * Masks the body of a chat-completions request: every position that can carry text, platform envelopes removed,
 * binary parts refused. What becomes of which field says `request-fields.ts`. See docs/proxy.md.
 */
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { WHOLE, type HistoryField, type HistoryWalk } from './history.ts';
import { REQUEST_FIELDS } from './request-fields.ts';
import { RequestWalk } from './request-walk.ts';
import type { Walking } from './text-slot.ts';
import type { Fields } from './treatment.ts';

export type { Speaker, TextPosition } from './text-slot.ts';
export type { TextNeighbours } from './text-neighbours.ts';

/** What a policy says of masking beyond detection. */
export interface ChatMaskingOptions {
  /** Whether image, audio and file parts, which nothing here can inspect, go on. */
  readonly binaryContent: 'block' | 'allow';
  /** Of which part of the request this is; the whole where it is absent. */
  readonly history?: HistoryWalk;
}

/** Why a body was refused. */
export interface ChatRequestProblem {
  readonly code: 'bad_request' | 'validation_failed' | 'uninspectable_content';
  /** The faulty field as OpenAI spells it, `messages[2].content`; null for the body itself. */
  readonly param: string | null;
  /** Names the field and the rule, never the value. */
  readonly message: string;
}

export type ChatMaskingResult =
  | {
      readonly ok: true;
      /** The body for the upstream. */
      readonly body: JsonObject;
      /** How many binary parts go on, by the policy's leave: each is to be recorded. */
      readonly binaryParts: number;
    }
  | { readonly ok: false; readonly problem: ChatRequestProblem };

/**
 * Walks a body, and returns it with the texts that it got for its own. The input is not changed; what masking leaves alone
 * is shared with it.
 */
export function* walkingChatRequest(body: JsonValue, options: ChatMaskingOptions): Walking<ChatMaskingResult> {
  if (!isJsonObject(body)) return refuse('bad_request', null, 'The body must be a JSON object.');
  const messages = own(body, 'messages');
  if (messages === undefined) return refuse('validation_failed', 'messages', 'messages is required.');
  if (!Array.isArray(messages)) return refuse('validation_failed', 'messages', 'messages must be an array.');
  const faulty = (messages as readonly JsonValue[]).findIndex((message) => !isJsonObject(message));
  if (faulty !== -1) {
    const param = `messages[${(options.history?.skipped ?? 0) + faulty}]`;
    return refuse('validation_failed', param, 'A message must be an object.');
  }
  return yield* walkingBody(REQUEST_FIELDS, 'messages', body, options);
}

/**
 * Walks the fields of a body as the table says. Returns the masked body, or the refusal of its first binary part, or of a
 * number that is too long for its field.
 */
export function* walkingBody(
  fields: Fields,
  history: HistoryField,
  body: JsonObject,
  options: ChatMaskingOptions,
): Walking<ChatMaskingResult> {
  const walk = new RequestWalk(options.binaryContent === 'allow', history, options.history ?? WHOLE);
  const masked = yield* walk.body(fields, withoutPlatformMetadata(body));
  if (walk.uninspectable !== null) {
    const param = paramOf(walk.uninspectable);
    return refuse(
      'uninspectable_content',
      param,
      'Image, audio and file parts cannot be inspected and are not allowed.',
    );
  }
  if (walk.excessive !== null) {
    const { pointer, below } = walk.excessive;
    const param = paramOf(pointer);
    return refuse('validation_failed', param, `${param} must be a number below ${below}.`);
  }
  return { ok: true, body: masked, binaryParts: walk.binaryParts };
}

/**
 * The body without Vapi's `metadata`, where that is more than OpenAI's: there its values are strings, and a provider refuses
 * the request otherwise. Vapi's holds what the assistant was given, and comes with a `call`. It has served to find the session.
 */
function withoutPlatformMetadata(body: JsonObject): JsonObject {
  const metadata = own(body, 'metadata');
  if (!isJsonObject(own(body, 'call')) || !isJsonObject(metadata)) return body;
  if (Object.values(metadata).every((value) => typeof value === 'string')) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'metadata'));
}

/** Whether the answer to this request is to be JSON in its content: then restored values are escaped for it. */
export function asksForJson(body: JsonObject): boolean {
  const format = own(body, 'response_format');
  const type = isJsonObject(format) ? own(format, 'type') : undefined;
  return type === 'json_object' || type === 'json_schema';
}

/** OpenAI's way to name a place: `/messages/2/content/0` is `messages[2].content[0]`. */
function paramOf(pointer: string): string {
  const [first = '', ...path] = pointer.slice(1).split('/');
  return first + path.map((segment) => (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`)).join('');
}

/** A refusal of the request. `message` names the field and the rule, never the value. */
export function refuse(code: ChatRequestProblem['code'], param: string | null, message: string): ChatMaskingResult {
  return { ok: false, problem: { code, param, message } };
}

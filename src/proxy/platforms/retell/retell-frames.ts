/**
 * The messages of Retell's custom LLM WebSocket, as text frames of JSON. Retell speaks with `interaction_type`, we with
 * `response_type` (docs.retellai.com/api-references/llm-websocket).
 */
import { parsingJsonBytes } from '../../../json/json-bytes.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';

/** One piece of what was said so far. */
export interface Utterance {
  readonly role: 'agent' | 'user';
  readonly content: string;
}

/** Retell asks for something to say: the caller has spoken, or has said nothing for a while. */
export interface ResponseRequest {
  readonly type: 'response_required' | 'reminder_required';
  /** Grows with every request of a call. Retell takes an answer to the newest one only. */
  readonly responseId: number;
  /** The whole call so far. */
  readonly transcript: readonly Utterance[];
}

/** A message of Retell's that matters here. `update_only`, `call_details` and types yet to come are `notice`. */
export type RetellEvent =
  ResponseRequest | { readonly type: 'ping_pong'; readonly timestamp: number } | { readonly type: 'notice' };

/** What Retell does once the words of an answer are spoken. It does one of them at most. */
export interface CallAction {
  readonly end_call?: true;
  readonly transfer_number?: string;
  readonly digit_to_press?: string;
}

/** A piece of an answer. Retell drops what has another type than these, or the id of an older request, without a word. */
export interface ResponseFrame extends CallAction {
  readonly response_type: 'response';
  readonly response_id: number;
  readonly content: string;
  /** True on the last piece only: from then on Retell takes nothing more for this id. */
  readonly content_complete: boolean;
}

export type RetellFrame =
  | ResponseFrame
  | { readonly response_type: 'ping_pong'; readonly timestamp: number }
  | {
      readonly response_type: 'config';
      readonly config: Readonly<Record<'auto_reconnect' | 'call_details' | 'transcript_with_tool_calls', boolean>>;
    };

/**
 * What Masker asks of Retell. Pings and a new connection when one is lost, yes; the details of the call, no: they hold
 * the caller's number and whatever else is known of the person, and nothing here needs them.
 */
export const CONFIG: RetellFrame = {
  response_type: 'config',
  config: { auto_reconnect: true, call_details: false, transcript_with_tool_calls: false },
};

/**
 * Returns the event of a frame; null if it is not JSON, or lacks a field that its type must have. Yields where it may be
 * interrupted: a transcript of 2 MB has tens of thousands of utterances.
 */
export function* readingEvent(bytes: Uint8Array): Generator<undefined, RetellEvent | null> {
  const parsed = yield* parsingJsonBytes(bytes);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const type = own(parsed.value, 'interaction_type');
  switch (type) {
    case 'ping_pong': {
      const timestamp = own(parsed.value, 'timestamp');
      return typeof timestamp === 'number' ? { type, timestamp } : null;
    }
    case 'response_required':
    case 'reminder_required':
      return yield* readingRequest(type, parsed.value);
    default:
      return typeof type === 'string' ? { type: 'notice' } : null;
  }
}

function* readingRequest(
  type: ResponseRequest['type'],
  frame: JsonObject,
): Generator<undefined, ResponseRequest | null> {
  const responseId = own(frame, 'response_id');
  const transcript = own(frame, 'transcript');
  if (typeof responseId !== 'number' || !Number.isSafeInteger(responseId) || !Array.isArray(transcript)) return null;
  const utterances: Utterance[] = [];
  for (const value of transcript as readonly JsonValue[]) {
    const utterance = readUtterance(value);
    if (utterance !== null) utterances.push(utterance);
    yield;
  }
  return { type, responseId, transcript: utterances };
}

/** Returns an utterance of the caller or the agent; null for others, such as those of the target of a transfer. */
function readUtterance(value: JsonValue): Utterance | null {
  if (!isJsonObject(value)) return null;
  const role = own(value, 'role');
  const content = own(value, 'content');
  return (role === 'agent' || role === 'user') && typeof content === 'string' ? { role, content } : null;
}

/** What Vapi tells its server of a call, as far as it is read here. docs.vapi.ai, Server events. */
import type { PlatformRecord } from '../../../completeness/platform-record.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import { Failure } from '../../../platform/failure.ts';
import { malformedEvent } from '../platform-webhook.ts';
import { readVapiRecord } from './vapi-record.ts';

export interface VapiEvent {
  /** What is to be done about it: Vapi waits for an assistant, the call goes on, the call is over, or nothing. */
  readonly kind: 'assistant-request' | 'update' | 'ended' | 'other';
  /** Null where the event belongs to no call, or does not say to which. */
  readonly callId: string | null;
  /** As the platform writes it, of `assistant-request` only; null for a call without a number, say from a browser. */
  readonly callerNumber: string | null;
  /** What Vapi says was said in the call; null where the event does not say. */
  readonly record: PlatformRecord | null;
}

// All other messages that Vapi's OpenAPI document names, older ones and those of client libraries included: type ServerMessage, and the
// lists of `serverMessages` and `clientMessages`.
const INFORMATIONAL: ReadonlySet<string> = new Set([
  'assistant.speechStarted',
  'assistant.started',
  'call.artifact.upload',
  'call.delete.failed',
  'call.deleted',
  'call.endpointing.request',
  'campaign.predial',
  'chat.created',
  'chat.deleted',
  'function-call',
  'function-call-result',
  'handoff-destination-request',
  'hang',
  'knowledge-base-request',
  'language-change-detected',
  'language-changed',
  'metadata',
  'model-output',
  'phone-call-control',
  'session.created',
  'session.deleted',
  'session.updated',
  'speech-update',
  'status-update',
  'tool-calls',
  'tool-calls-result',
  'tool.completed',
  'transcript',
  'transcript[transcriptType="final"]',
  'transfer-destination-request',
  'transfer-update',
  'user-interrupted',
  'voice-input',
  'voice-request',
  'workflow.node.started',
]);

/** A longer id is none that Vapi gives; session keys have the same bound. */
const LONGEST_ID = 1024;
const LONGEST_NUMBER = 64;
/**
 * Digits of the shortest number that is somebody's. Carriers write "anonymous" or "restricted" where a number is withheld:
 * taken for one, the word would be masked wherever it stands, in the agent's prompt too.
 */
const FEWEST_DIGITS = 3;

/**
 * The event of a body, `{"message":{"type":...}}` or the message alone. Throws Failure `validation_failed` that names a
 * malformed field, and `unsupported_event` for a type that is not known. Nothing of the body is repeated.
 */
export function readVapiEvent(body: JsonObject): VapiEvent {
  const wrapped = Object.hasOwn(body, 'message');
  const message = wrapped ? own(body, 'message') : body;
  const root = wrapped ? 'message.' : '';
  if (!isJsonObject(message)) throw malformedEvent('message', 'must be an object');
  const type = own(message, 'type');
  if (typeof type !== 'string') throw malformedEvent(`${root}type`, 'must be the name of an event');
  const call = own(message, 'call') ?? null;
  if (call !== null && !isJsonObject(call)) throw malformedEvent(`${root}call`, 'must be an object');
  const id = call === null ? null : (own(call, 'id') ?? null);
  if (id !== null && (typeof id !== 'string' || id.length === 0 || id.length > LONGEST_ID))
    throw malformedEvent(`${root}call.id`, 'must be the id of a call');
  switch (type) {
    case 'assistant-request':
      return {
        kind: 'assistant-request',
        callId: id,
        callerNumber: numberOf(own(message, 'customer')) ?? numberOf(call === null ? null : own(call, 'customer')),
        record: null,
      };
    case 'end-of-call-report':
      return { kind: 'ended', callId: id, callerNumber: null, record: readVapiRecord(message, type) };
    case 'conversation-update':
      return { kind: 'update', callId: id, callerNumber: null, record: readVapiRecord(message, type) };
    case 'status-update': {
      const kind = own(message, 'status') === 'ended' ? 'ended' : 'other';
      return { kind, callId: id, callerNumber: null, record: null };
    }
    default:
      if (!INFORMATIONAL.has(type)) throw new Failure('unsupported_event', 'The type of this event is not known.');
      return { kind: 'other', callId: id, callerNumber: null, record: null };
  }
}

function numberOf(customer: JsonValue | undefined): string | null {
  const number = isJsonObject(customer) ? own(customer, 'number') : null;
  if (typeof number !== 'string' || number.length > LONGEST_NUMBER) return null;
  return number.replace(/\P{Nd}/gu, '').length >= FEWEST_DIGITS ? number : null;
}

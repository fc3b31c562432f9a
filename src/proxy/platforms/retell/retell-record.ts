/** Retell's own record of a call: the webhook `call_ended`. docs.retellai.com, Webhook overview. */
import { MOST_MESSAGES } from '../../../completeness/platform-record.ts';
import type { RecordedMessage } from '../../../completeness/platform-record.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import { callId } from '../../../sessions/correlation.ts';
import type { EndedCall } from '../ended-call.ts';
import { malformedEvent } from '../platform-webhook.ts';

const SPEAKERS: ReadonlyMap<string, 'caller' | 'agent'> = new Map([
  ['user', 'caller'],
  ['agent', 'agent'],
]);

/** Returns the call that ended; null for another event. Throws Failure `validation_failed`. */
export function readRetellEvent(event: JsonObject): EndedCall | null {
  const name = own(event, 'event');
  if (typeof name !== 'string') throw malformedEvent('event', 'must be the name of an event');
  // `call_analyzed` follows with the same transcript.
  if (name !== 'call_ended') return null;
  const call = own(event, 'call');
  const id = isJsonObject(call) ? callId(own(call, 'call_id')) : null;
  if (!isJsonObject(call) || id === null) throw malformedEvent('call.call_id', 'must be the ID of a call');
  const transcript = own(call, 'transcript_object');
  const list: readonly JsonValue[] = Array.isArray(transcript) ? (transcript as readonly JsonValue[]) : [];
  const read = list.slice(0, MOST_MESSAGES);
  return {
    names: [{ by: 'key', key: id }],
    record:
      list.length === 0
        ? null
        : {
            platform: 'retell',
            source: 'call_ended',
            messages: read.map(recordedMessage),
            unread: list.length - read.length,
            models: null,
          },
  };
}

function recordedMessage(message: JsonValue): RecordedMessage {
  const [role, text] = isJsonObject(message) ? [own(message, 'role'), own(message, 'content')] : [];
  if (typeof role !== 'string') return { speaker: 'unknown' };
  const speaker = SPEAKERS.get(role);
  if (speaker === undefined) return { speaker: 'aside' }; // calls of tools, transfers and pressed keys
  return typeof text === 'string' ? { speaker, text } : { speaker: 'unknown' };
}

/** ElevenLabs' own record of a conversation: the webhook `post_call_transcription`. elevenlabs.io/docs, Post-call webhooks. */
import { MOST_MESSAGES } from '../../completeness/platform-record.ts';
import type { RecordedMessage } from '../../completeness/platform-record.ts';
import { isJsonObject, own } from '../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../json/json-text.ts';
import { callId } from '../../sessions/correlation.ts';
import type { EndedCall } from './ended-call.ts';
import { malformedEvent } from './platform-webhook.ts';

const SPEAKERS: ReadonlyMap<string, 'caller' | 'agent'> = new Map([
  ['user', 'caller'],
  ['agent', 'agent'],
]);

/** Returns the conversation that ended; null for another event. Throws Failure `validation_failed`. */
export function readElevenLabsEvent(event: JsonObject): EndedCall | null {
  const type = own(event, 'type');
  if (typeof type !== 'string') throw malformedEvent('type', 'must be the type of an event');
  if (type !== 'post_call_transcription') return null;
  const data = own(event, 'data');
  const id = isJsonObject(data) ? callId(own(data, 'conversation_id')) : null;
  if (!isJsonObject(data) || id === null)
    throw malformedEvent('data.conversation_id', 'must be the ID of a conversation');
  const transcript = own(data, 'transcript');
  const list: readonly JsonValue[] = Array.isArray(transcript) ? (transcript as readonly JsonValue[]) : [];
  const read = list.slice(0, MOST_MESSAGES);
  return {
    // In the extra body, or in the header X-Call-Id.
    names: [
      { by: 'key', key: `elevenlabs/${id}` },
      { by: 'key', key: id },
    ],
    record:
      list.length === 0
        ? null
        : {
            platform: 'elevenlabs',
            source: 'post_call_transcription',
            messages: read.map(recordedMessage),
            unread: list.length - read.length,
            models: null,
          },
  };
}

function recordedMessage(message: JsonValue): RecordedMessage {
  const [role, text] = isJsonObject(message) ? [own(message, 'role'), own(message, 'message')] : [];
  const speaker = typeof role === 'string' ? SPEAKERS.get(role) : undefined;
  if (speaker === undefined) return { speaker: 'unknown' };
  // A step that only calls a tool, or has its result, has no message.
  if (text === null || text === undefined) return { speaker: 'aside' };
  return typeof text === 'string' ? { speaker, text } : { speaker: 'unknown' };
}

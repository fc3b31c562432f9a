/** Bolna's own record of a call: the transcript of an execution. bolna.ai/docs, Execution payload reference. */
import { MOST_MESSAGES } from '../../completeness/platform-record.ts';
import type { PlatformRecord, RecordedMessage } from '../../completeness/platform-record.ts';
import { own } from '../../json/json-text.ts';
import type { JsonObject } from '../../json/json-text.ts';

const LINE = /^\s*(assistant|user)\s*:/i;

/** Reads the record of an execution; null while it has no transcript: that comes after the end of the call. */
export function readBolnaRecord(execution: JsonObject): PlatformRecord | null {
  const transcript = own(execution, 'transcript');
  if (typeof transcript !== 'string' || transcript.trim() === '') return null;
  const messages: { speaker: 'caller' | 'agent'; text: string }[] = [];
  let unread = 0;
  for (const line of transcript.split('\n')) {
    const role = LINE.exec(line);
    const last = messages.at(-1);
    if (role !== null && messages.length >= MOST_MESSAGES) unread += 1;
    else if (role !== null) {
      const speaker = role[1]?.toLowerCase() === 'user' ? 'caller' : 'agent';
      messages.push({ speaker, text: line.slice(role[0].length) });
    } else if (last !== undefined && unread === 0) last.text += ` ${line}`;
  }
  const read: readonly RecordedMessage[] = messages.length === 0 ? [{ speaker: 'unknown' }] : messages;
  return { platform: 'bolna', source: 'execution', messages: read, unread, models: null };
}

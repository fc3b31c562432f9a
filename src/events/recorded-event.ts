/** Reads events from what the journals and the account log record. */
import { z } from 'zod';
import type { EventObject, EventType } from './event.ts';

/** A row of the queue with the record that it names; without a record where that is gone. */
export interface QueuedRecord {
  /** A 64-bit number, as the database writes it. */
  readonly id: string;
  /** The session of an entry or of a seal; the ID of any other leaf. */
  readonly ref: string | null;
  readonly kind: string | null;
  /** RFC 8785 text of the entry or leaf. */
  readonly body: string | null;
}

/** What a record says that becomes an event. */
export interface RecordedEvent {
  readonly type: EventType;
  readonly at: Date;
  readonly object: EventObject;
}

const TYPE_OF_KIND: ReadonlyMap<string, EventType> = new Map<string, EventType>([
  ['session_sealed', 'session.sealed'],
  ['leak_suspected', 'leak.suspected'],
  ['detector_degraded', 'detector.degraded'],
  ['report_issued', 'report.ready'],
  ['agent_created', 'agent.changed'],
  ['agent_updated', 'agent.changed'],
  ['agent_deleted', 'agent.changed'],
]);

const RECORD = z.object({
  ts: z.iso.datetime(),
  subject: z.object({ agent_id: z.string().optional(), report_id: z.string().optional() }).optional(),
});

/** Returns the event; null where the record is gone, or is not one that this server writes. */
export function recordedEvent({ ref, kind, body }: QueuedRecord): RecordedEvent | null {
  const type = TYPE_OF_KIND.get(kind ?? '');
  const record = RECORD.safeParse(jsonOf(body));
  if (type === undefined || !record.success) return null;
  const { ts, subject } = record.data;
  const object = objectOf(type, ref, subject?.agent_id, subject?.report_id);
  return object === null ? null : { type, at: new Date(ts), object };
}

function objectOf(type: EventType, session: string | null, agent?: string, report?: string): EventObject | null {
  const objectType = type === 'agent.changed' ? 'agent' : type === 'report.ready' ? 'report' : 'session';
  const id = { agent, report, session: session ?? undefined }[objectType];
  return id === undefined ? null : { type: objectType, id };
}

function jsonOf(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

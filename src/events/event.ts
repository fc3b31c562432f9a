/** Events of an account: what happened to which object, and no more. See docs/events.md. */
import type { AccountId, FeedEventId } from '../platform/ids.ts';

/** The types of events, in the order of the documents. */
export const EVENT_TYPES = [
  'session.sealed',
  'leak.suspected',
  'detector.degraded',
  'report.ready',
  'agent.changed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What an event is about: an object of the API by its type and ID. */
export interface EventObject {
  readonly type: string;
  readonly id: string;
}

/** What is said of an event: the object of the feed, and the body of a webhook's message. */
export interface PublicEvent {
  readonly id: FeedEventId;
  readonly type: string;
  /** When it happened. */
  readonly createdAt: Date;
  readonly object: EventObject;
}

/** An event at its place in the feed of an account. */
export interface FeedEvent extends PublicEvent {
  readonly accountId: AccountId;
  /** Place in the feed, from 1, without gaps. */
  readonly seq: number;
}

/** Returns whether the text names a type of events. */
export function isEventType(text: string): text is EventType {
  return EVENT_TYPES.some((type) => type === text);
}

/** Returns the JSON text of an event: the bytes that REST answers in the feed, and that webhooks are sent. */
export function eventText({ id, type, createdAt, object }: PublicEvent): string {
  return JSON.stringify({
    id,
    type,
    created_at: createdAt.toISOString(),
    object: { type: object.type, id: object.id },
  });
}

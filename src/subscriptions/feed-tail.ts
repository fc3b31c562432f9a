/** Reads the events of an account on from a place in its feed. See docs/events.md. */
import type { FeedEvent, EventType } from '../events/event.ts';
import type { Feed } from '../events/feed.ts';
import type { AccountId } from '../platform/ids.ts';

const PAGE = 100;

/** Returns a function that reads on from where its last call ended. Rejects when the database does. */
export function feedTail(
  feed: Pick<Feed, 'read'>,
  accountId: AccountId,
  types: readonly EventType[] | null,
  after: number,
): () => Promise<readonly FeedEvent[]> {
  let last = after;
  return async () => {
    const events = await feed.read(accountId, { types, after: last, before: null, order: 'asc', limit: PAGE });
    last = events.at(-1)?.seq ?? last;
    return events;
  };
}

/** Returns the place of the last event that an account has; 0 for none. */
export async function feedEnd(feed: Pick<Feed, 'read'>, accountId: AccountId): Promise<number> {
  const [last] = await feed.read(accountId, { types: null, after: null, before: null, order: 'desc', limit: 1 });
  return last?.seq ?? 0;
}

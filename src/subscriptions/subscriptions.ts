/**
 * Sends the events of an account as they happen. All are read from the record, so that any node resumes from any
 * event; notifications only say when to look. See docs/events.md, Subscriptions.
 */
import type { Pool } from 'pg';
import { standingPermissions } from '../accounts/standing.ts';
import type { Permission, Viewer } from '../accounts/viewer.ts';
import type { EventType, FeedEvent } from '../events/event.ts';
import type { Feed } from '../events/feed.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { isDatabaseFault } from '../platform/database-fault.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { entryPlace, placeText } from '../reports/exports.ts';
import { feedEnd, feedTail } from './feed-tail.ts';
import { agentEnd, agentPlace, agentTail, sessionTail } from './redaction-tail.ts';
import type { AgentPlace, PlacedEntry, Tail } from './redaction-tail.ts';
import type { Slots } from './slots.ts';
import type { Topic, Wakes } from './wakes.ts';

/** The connection that carries a subscription. */
export interface Carrier {
  /** Aborted when the caller is gone. The subscription itself aborts it with the reason why it must end. */
  readonly life: AbortController;
  /** Is told the ID of each event right before it is handed over: where a caller goes on. */
  readonly onEvent: (id: string) => void;
}

/** Events in their order, each once. Nothing is read before it is asked for. */
export type Events<T> = AsyncGenerator<T, void, undefined>;

/** What is watched, and the ID of the last event that the caller has. */
export interface RedactionScope {
  readonly sessionId: SessionId | null;
  readonly agentId: AgentId | null;
  readonly after: string | null;
}

export interface Subscriptions {
  /**
   * Redactions of a session from the beginning on, until it is sealed; or those of an agent from now on. Throws Failure
   * `session_not_found`, `agent_not_found`, `validation_failed` (`after`), `rate_limited` before the first one.
   */
  redactions(viewer: Viewer, scope: RedactionScope, carrier: Carrier): Promise<Events<PlacedEntry>>;
  /** Events of the feed, from now on or behind the given one. Throws Failure `validation_failed`, `rate_limited`. */
  events(
    viewer: Viewer,
    filter: { readonly types: readonly EventType[] | null; readonly after: string | null },
    carrier: Carrier,
  ): Promise<Events<FeedEvent>>;
  /** Ends all subscriptions; their callers may go on at another node. New ones end at once. */
  close(): void;
}

export interface SubscriptionsOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly prisma: PrismaClient;
  readonly feed: Feed;
  readonly wakes: Wakes;
  readonly slots: Slots;
  readonly clock: Clock;
  /** How often a caller's permission is checked while a subscription runs, in milliseconds; default 5000. */
  readonly checkMs?: number;
  /** After how long a subscription looks by itself, in milliseconds: a notification may be lost. Default 5000. */
  readonly lookMs?: number;
}

const CHECK_MS = 5_000;
const LOOK_MS = 5_000;
/** When to look again for what an older transaction holds back. Doubles while it does, up to RETRY_MS. */
const HELD_MS = 25;
/** When to look again after the database did not answer. */
const RETRY_MS = 500;

/** Why a subscription ends when its node stops. */
export class NodeStops extends Error {
  override readonly name = 'NodeStops';
}

/** Topics of notifications. */
export const feedTopic = (accountId: string): Topic => `feed ${accountId}`;
export const journalTopic = (agentId: string): Topic => `journal ${agentId}`;

interface Page<T> {
  readonly items: readonly T[];
  readonly isComplete: boolean;
  readonly isHeld: boolean;
}

interface Source<T> {
  readonly topic: Topic;
  readonly look: () => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
}

const PERMISSION: Permission = 'sessions:read';

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { feed } = options;
  const running = new RunningSubscriptions(options);
  return {
    redactions: (viewer, { sessionId, agentId, after }, carrier) =>
      running.open(viewer, carrier, async () => {
        const ofSession = sessionId === null ? null : await sessionSource(options, viewer, sessionId, after);
        if (ofSession !== null) return ofSession;
        if (agentId === null) throw new Failure('session_not_found', 'There is no such session.');
        return agentSource(options, viewer, agentId, after);
      }),
    events: (viewer, { types, after }, carrier) =>
      running.open(viewer, carrier, async () => {
        const from = after === null ? await feedEnd(feed, viewer.accountId) : await feedPlace(feed, viewer, after);
        const tail = feedTail(feed, viewer.accountId, types, from);
        return {
          topic: feedTopic(viewer.accountId),
          look: async () => ({ items: await tail(), isComplete: false, isHeld: false }),
          idOf: ({ id }) => id,
        };
      }),
    close: () => {
      running.stop();
    },
  };
}

/** The subscriptions that run on this node. */
class RunningSubscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #lives = new Set<AbortController>();
  #isStopped = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Takes a slot and prepares the source; the slot is given back where that fails, and when the carrier's life ends. */
  async open<T>(viewer: Viewer, carrier: Carrier, prepare: () => Promise<Source<T>>): Promise<Events<T>> {
    const { life } = carrier;
    const options = this.#options;
    const release = options.slots.take(viewer.accountId);
    const end = (): void => {
      clearInterval(guard);
      this.#lives.delete(life);
      release();
    };
    const guard = setInterval(() => {
      void mayStillRead(options, viewer).then((may) => {
        if (!may) life.abort(noLonger());
      });
    }, options.checkMs ?? CHECK_MS);
    this.#lives.add(life);
    life.signal.addEventListener('abort', end, { once: true });
    try {
      const source = await prepare();
      if (this.#isStopped) life.abort(new NodeStops());
      life.signal.throwIfAborted();
      return eventsOf(options, source, carrier, end);
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Ends all subscriptions, and each one that is still being prepared. */
  stop(): void {
    this.#isStopped = true;
    for (const life of this.#lives) life.abort(new NodeStops());
  }
}

async function agentSource(
  { pool, prisma }: SubscriptionsOptions,
  { accountId }: Viewer,
  id: AgentId,
  after: string | null,
): Promise<Source<PlacedEntry>> {
  const agent = await prisma.agent.findUnique({ where: { id, accountId }, select: { id: true } });
  if (agent === null) throw new Failure('agent_not_found', 'There is no such agent.');
  const from = after === null ? await agentEnd(pool) : await placeOfAgent(pool, { accountId, id }, after);
  return redactionSource(id, agentTail(pool, id, from));
}

async function placeOfAgent(
  pool: Pick<Pool, 'query'>,
  agent: { readonly accountId: AccountId; readonly id: AgentId },
  after: string,
): Promise<AgentPlace> {
  const place = entryPlace(after);
  const found = place === null ? null : await agentPlace(pool, agent, place);
  if (found === null) throw unknownEvent();
  return found;
}

async function sessionSource(
  { pool, prisma }: SubscriptionsOptions,
  { accountId }: Viewer,
  id: SessionId,
  after: string | null,
): Promise<Source<PlacedEntry>> {
  const session = await prisma.session.findUnique({ where: { id, accountId }, select: { agentId: true } });
  const agentId = parseId('agent', session?.agentId ?? '');
  if (agentId === null) throw new Failure('session_not_found', 'There is no such session.');
  const place = after === null ? null : entryPlace(after);
  if (after !== null && place?.sessionId !== id) throw unknownEvent();
  return redactionSource(agentId, sessionTail(pool, { accountId, agentId, id }, place?.seq ?? -1));
}

function redactionSource(agentId: AgentId, tail: Tail): Source<PlacedEntry> {
  const look = async (): Promise<Page<PlacedEntry>> => {
    const { entries, ...page } = await tail();
    return { items: entries, ...page };
  };
  return { topic: journalTopic(agentId), look, idOf: placeText };
}

async function feedPlace(feed: Feed, { accountId }: Viewer, after: string): Promise<number> {
  const id = parseId('feedEvent', after);
  const event = id === null ? null : await feed.find(accountId, id);
  if (event === null) throw unknownEvent();
  return event.seq;
}

function unknownEvent(): Failure {
  const message = 'This is not the ID of an event of this subscription.';
  return new Failure('validation_failed', 'Some arguments are not valid.', [
    { path: 'after', code: 'invalid', message },
  ]);
}

async function* eventsOf<T>(
  { wakes, lookMs = LOOK_MS }: SubscriptionsOptions,
  { topic, look, idOf }: Source<T>,
  { life: { signal }, onEvent }: Carrier,
  end: () => void,
): Events<T> {
  const watch = wakes.watch(topic);
  let heldMs = HELD_MS;
  try {
    for (;;) {
      watch.look();
      const page = await lookOrNull(look);
      signal.throwIfAborted();
      for (const item of page?.items ?? []) {
        onEvent(idOf(item));
        yield item;
        signal.throwIfAborted();
      }
      if (page?.isComplete === true) return;
      if (page === null) await pause(RETRY_MS, signal);
      else if (page.items.length > 0) heldMs = HELD_MS;
      else if (page.isHeld) {
        await pause(heldMs, signal);
        heldMs = Math.min(heldMs * 2, RETRY_MS);
      } else await watch.next(lookMs, signal);
      signal.throwIfAborted();
    }
  } finally {
    watch.close();
    end();
  }
}

/** Null while the database does not answer: the caller need not know, the place is kept. */
async function lookOrNull<T>(look: () => Promise<Page<T>>): Promise<Page<T> | null> {
  try {
    return await look();
  } catch (error) {
    if (isDatabaseFault(error)) return null;
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Whether the viewer may read on. True while the database does not say: nothing can be read then. */
async function mayStillRead({ pool, clock }: SubscriptionsOptions, viewer: Viewer): Promise<boolean> {
  try {
    return (await standingPermissions(pool, viewer, clock.now())).has(PERMISSION);
  } catch (error) {
    return isDatabaseFault(error);
  }
}

function noLonger(): Failure {
  return new Failure(
    'forbidden',
    'You may not read this any more: your role or your credential has changed. Sign in again.',
  );
}

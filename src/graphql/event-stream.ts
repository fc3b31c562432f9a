/**
 * Subscriptions over server-sent events: the distinct connections mode of the GraphQL over SSE protocol
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md), with the ID of each event, from which a client resumes.
 */
import type { ExecutionResult } from 'graphql';
import type { FetchAPI } from 'graphql-yoga';
import type { Carrier } from '../subscriptions/subscriptions.ts';

/** The connection of one request, should it be a subscription. */
export class EventStream implements Carrier {
  readonly life = new AbortController();
  /** The header Last-Event-ID; null where there is none. */
  readonly resumeAfter: string | null;
  #lastId: string | null = null;

  constructor(resumeAfter: string | null) {
    this.resumeAfter = resumeAfter;
  }

  readonly onEvent = (id: string): void => {
    this.#lastId = id;
  };

  /** The ID of the event that is being handed over. */
  get lastId(): string | null {
    return this.#lastId;
  }
}

/** How often a comment shows that the connection lives, in milliseconds: proxies close silent ones after a minute. */
const KEEP_ALIVE_MS = 12_000;
/** After how long a browser connects again, in milliseconds. */
const RECONNECT_MS = 2_000;

/** An event as it is written. IDs are ours, and have no line breaks; JSON has none. */
function eventText(result: ExecutionResult, id: string | null): string {
  return `event: next\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(result)}\n\n`;
}

/**
 * Writes results as server-sent events. The next one is made only when the caller has taken what came before. When the
 * life of the stream ends, the answer ends: after what is being written, or at once where the caller takes nothing.
 */
export function eventStreamProcessor(
  stream: EventStream,
  results: AsyncIterable<ExecutionResult>,
): (_results: unknown, fetchApi: FetchAPI) => Response {
  return (_results, fetchApi) => {
    const headers = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx and its kin would otherwise hold events back.
      'X-Accel-Buffering': 'no',
    };
    const body = new fetchApi.ReadableStream<Uint8Array>(eventSource(stream, results));
    return new fetchApi.Response(body, { status: 200, headers });
  };
}

/** Returns what a response stream reads events from. */
function eventSource(
  stream: EventStream,
  results: AsyncIterable<ExecutionResult>,
): UnderlyingDefaultSource<Uint8Array> {
  const iterator = results[Symbol.asyncIterator]();
  const { signal } = stream.life;
  const encoder = new TextEncoder();
  let isPulling = false;
  let keepAlive: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(keepAlive);
    signal.removeEventListener('abort', onAbort);
  };
  let cut: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => {
    // An event that is being waited for ends by itself, and says why.
    if (isPulling) return;
    stop();
    cut(signal.reason);
    void iterator.return?.();
  };
  return {
    start: (controller) => {
      cut = (reason) => {
        controller.error(reason);
      };
      // The first bytes make a client see the head of the answer.
      controller.enqueue(encoder.encode(`retry: ${RECONNECT_MS}\n:\n\n`));
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(':\n\n'));
      }, KEEP_ALIVE_MS);
      signal.addEventListener('abort', onAbort, { once: true });
    },
    pull: async (controller) => {
      isPulling = true;
      const { text, isLast } = await nextText(iterator, stream);
      isPulling = false;
      if (text !== null) controller.enqueue(encoder.encode(text));
      if (!isLast) return;
      stop();
      controller.close();
    },
    cancel: async () => {
      stop();
      await iterator.return?.();
    },
  };
}

/** Waits for the next event. Its text is null where the stream ends without `complete`: the client resumes at another node. */
async function nextText(
  iterator: AsyncIterator<ExecutionResult>,
  stream: EventStream,
): Promise<{ readonly text: string | null; readonly isLast: boolean }> {
  try {
    const next = await iterator.next();
    if (next.done === true) return { text: 'event: complete\ndata:\n\n', isLast: true };
    return { text: eventText(next.value, stream.lastId), isLast: false };
  } catch {
    return { text: null, isLast: true };
  }
}

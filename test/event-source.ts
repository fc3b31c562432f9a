/** A reader of server-sent events (HTML standard, section 9.2.6), as a client of subscriptions has one. */

export interface ServerSentEvent {
  readonly type: string;
  readonly id: string | null;
  readonly data: string;
}

export interface EventSourceRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose events are read one after the other. */
export interface OpenedEvents {
  readonly response: Response;
  /** The next event; null where the answer ended, or was cut. */
  next(): Promise<ServerSentEvent | null>;
  /** So many events that are results. Throws where the answer ends before. */
  take(count: number): Promise<ServerSentEvent[]>;
  /** All events until the answer ends. */
  rest(): Promise<ServerSentEvent[]>;
  /** Goes away. */
  close(): void;
}

/** Subscribes over POST. */
export async function openEvents(url: string, request: EventSourceRequest): Promise<OpenedEvents> {
  const { query, variables = {}, headers = {} } = request;
  const leaving = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  });
  const events = eventsOf(response);
  const next = async (): Promise<ServerSentEvent | null> => {
    const result = await events.next();
    return result.done === true ? null : result.value;
  };
  return {
    response,
    next,
    take: async (count) => {
      const taken: ServerSentEvent[] = [];
      while (taken.length < count) {
        const event = await next();
        if (event?.type !== 'next') throw new Error(`after ${taken.length} events: ${JSON.stringify(event)}`);
        taken.push(event);
      }
      return taken;
    },
    rest: async () => {
      const taken: ServerSentEvent[] = [];
      for (let event = await next(); event !== null; event = await next()) taken.push(event);
      return taken;
    },
    close: () => {
      leaving.abort();
    },
  };
}

async function* eventsOf({ body }: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      buffer += decoder.decode(chunk, { stream: true });
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const event = parsed(buffer.slice(0, end));
        buffer = buffer.slice(end + 2);
        if (event !== null) yield event;
      }
    }
  } catch {
    // A connection that was cut ends the events like one that was closed.
  }
}

function parsed(block: string): ServerSentEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (name !== '') fields.set(name, value);
  }
  const data = fields.get('data');
  return data === undefined ? null : { type: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data };
}

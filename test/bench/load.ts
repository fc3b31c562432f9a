/** Clients under load: in a closed loop, where each waits for the last answer, or at the pace of people who speak. */
import { Connection, LoadError } from './connection.ts';
import type { Target } from './targets.ts';

/** How many clients, and for how long they begin new requests. */
export interface LoadShape {
  readonly connections: number;
  readonly milliseconds: number;
  /** Milliseconds between the starts of the first client and of the last; the others are spread evenly between. */
  readonly spreadMs: number;
}

export interface LoadResult {
  /** Completed requests, without the failed. */
  readonly completed: number;
  /** From the first start to the last end; for a rate. */
  readonly seconds: number;
  readonly errors: ReadonlyMap<string, number>;
}

/** One client's work: sends one request and notes what it wants to know. */
export type Exchange = (connection: Connection) => Promise<void>;

/**
 * Runs the load. `client` makes each client's own work. A client ends at its first failed request: any failure voids the run.
 * @throws whatever a client throws that is no LoadError: that is a mistake in the benchmark.
 */
export function runLoad(
  target: Target,
  { connections, milliseconds, spreadMs }: LoadShape,
  client: (index: number) => Exchange,
): Promise<LoadResult> {
  return runClients(target, connections, (index) => {
    const exchange = client(index);
    return async (connection, start, answered) => {
      await delay((spreadMs * index) / connections);
      while (performance.now() < start + milliseconds) {
        await exchange(connection);
        answered();
      }
    };
  });
}

/** A load that does not wait for the target: each client begins a turn at every tick of its own clock. */
export interface PacedShape {
  readonly clients: number;
  /** Milliseconds between the turns of one client. The clients' clocks are spread evenly over this time. */
  readonly everyMs: number;
  readonly milliseconds: number;
}

/** One client's turn, which was due at a time of `performance.now()`. It may begin later, where the last one took too long. */
export type PacedExchange = (connection: Connection, due: number) => Promise<void>;

/** Runs such a load. Errors as in {@link runLoad}. */
export function runPacedLoad(
  target: Target,
  { clients, everyMs, milliseconds }: PacedShape,
  client: () => PacedExchange,
): Promise<LoadResult> {
  return runClients(target, clients, (index) => {
    const exchange = client();
    return async (connection, start, answered) => {
      for (let due = start + (everyMs * index) / clients; due < start + milliseconds; due += everyMs) {
        await delay(due - performance.now());
        await exchange(connection, due);
        answered();
      }
    };
  });
}

/** Sends the requests of one client, one after the other, and calls `answered` for each answer. */
type Requests = (connection: Connection, start: number, answered: () => void) => Promise<void>;

async function runClients(target: Target, clients: number, client: (index: number) => Requests): Promise<LoadResult> {
  const errors = new Map<string, number>();
  let completed = 0;
  const start = performance.now();
  const run = async (requests: Requests): Promise<void> => {
    const connection = new Connection(target);
    try {
      await requests(connection, start, () => {
        completed += 1;
      });
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      errors.set(error.message, (errors.get(error.message) ?? 0) + 1);
    } finally {
      await connection.close();
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => run(client(index))));
  return { completed, seconds: (performance.now() - start) / 1000, errors };
}

function delay(milliseconds: number): Promise<void> | undefined {
  return milliseconds > 0
    ? new Promise((resolve) => {
        setTimeout(resolve, milliseconds);
      })
    : undefined;
}

/** Where an answer goes: an HTTP response, or a platform's own protocol. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

export interface AnswerSink {
  /** What the caller may be told with the head: the session, and how long the stages took. */
  annotate(headers: Readonly<Record<string, string>>): void;
  /** Sends the head. To be called once. */
  begin(status: number, headers: Readonly<Record<string, string | number>>): void;
  /**
   * Resolves when there is room for more: a slow reader slows the upstream down instead of filling our memory. Rejects when
   * the signal, which tells that the caller is gone, aborts.
   */
  write(bytes: Uint8Array | string, signal: AbortSignal): Promise<void>;
  /** Sends the last of it. Nothing may follow. */
  end(rest?: string): void;
  /** Whether the answer was ended. */
  readonly ended: boolean;
}

/**
 * The sink over an HTTP response. A caller who leaves what was sent unread for `clientTimeoutMs` milliseconds is cut off,
 * as though it had hung up.
 */
export function httpSink(response: ServerResponse, clientTimeoutMs: number): AnswerSink {
  const cut = (): void => {
    response.destroy();
  };
  /** Who waits for the caller to read waits together with all others who do. */
  let room: Promise<unknown> | null = null;
  const untilRead = async (signal: AbortSignal): Promise<void> => {
    const overdue = setTimeout(cut, clientTimeoutMs);
    try {
      await once(response, 'drain', { signal });
    } finally {
      clearTimeout(overdue);
      room = null;
    }
  };
  return {
    annotate: (headers) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
    begin: (status, headers) => {
      response.writeHead(status, headers);
    },
    write: async (bytes, signal) => {
      if (bytes.length === 0 || response.write(bytes)) return;
      await (room ??= untilRead(signal));
    },
    end: (rest) => {
      response.end(rest);
      // Nobody waits for the rest to be read, so the socket must, where it did not take all at once. Once it is read, the
      // server sets its own time-out.
      if (response.writableLength > 0) response.setTimeout(clientTimeoutMs, cut);
    },
    get ended() {
      return response.writableEnded;
    },
  };
}

/** One WebSocket of Retell's: frames in and out, within bounds. What the frames mean is the call's business. */
import { setImmediate as loopTick } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { runAtOnce, runInStretches } from '../../../platform/stretch.ts';
import type { RetellChannel } from './retell-answer.ts';
import { readingEvent } from './retell-frames.ts';
import type { ResponseRequest, RetellEvent, RetellFrame } from './retell-frames.ts';

export interface RetellSocketOptions {
  readonly socket: WebSocket;
  readonly onRequest: (request: ResponseRequest) => void;
  /** Milliseconds without a frame of Retell's after which it is closed. */
  readonly idleMs: number;
}

/** Bytes not yet sent above which an answer waits: the upstream is slowed down instead. */
const HIGH_WATER = 64 * 1024;
/** Bytes not yet sent above which the socket is cut: who asks and asks and never reads is not a caller. */
const MOST_UNSENT = 1024 * 1024;
/** A frame of more bytes is read in several ticks. The socket is paused meanwhile. */
const LARGE_FRAME = 64 * 1024;
/** Milliseconds without any sign of life, a pong being one, after which the other end is taken for gone. */
const DEAD_MS = 45_000;

/** Close codes, RFC 6455, section 7.4.1. */
export const CLOSE = { goingAway: 1001, unsupported: 1003, malformed: 1007, refused: 1008, restart: 1012 } as const;

export class RetellSocket implements RetellChannel {
  /** Resolves with the code that the socket was closed with (RFC 6455, section 7.4; 1006 where it just broke). */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #options: RetellSocketOptions;
  readonly #waiting = new Set<() => void>();
  /** Resolves when all received frames are read. Frames are read one after another. */
  #reading = Promise.resolve();
  #lastFrame = performance.now();
  #lastSign = performance.now();

  constructor(options: RetellSocketOptions) {
    const { socket } = options;
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data, isBinary) => {
      this.#hear();
      this.#lastFrame = this.#lastSign;
      if (isBinary || !Buffer.isBuffer(data)) this.close(CLOSE.unsupported);
      else this.#reading = this.#reading.then(() => this.#read(data));
    });
    socket.on('pong', () => {
      this.#hear();
    });
    // What breaks the protocol is closed by ws itself, with the code for it; there is nothing to add.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#release();
        resolve(code);
      });
    });
  }

  /** Sends a frame; nothing once the socket is closing. */
  send(frame: RetellFrame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNSENT) {
      this.#socket.terminate();
      return;
    }
    this.#socket.send(JSON.stringify(frame), () => {
      if (this.#socket.bufferedAmount <= HIGH_WATER) this.#release();
    });
  }

  room(signal: AbortSignal): Promise<void> {
    const isFull = this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount > HIGH_WATER;
    if (!isFull || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Begins the closing handshake. Never with 1000: to Retell that means that the agent hangs up. */
  close(code: number): void {
    this.#socket.close(code);
  }

  /** Closes the connection at once. */
  cut(): void {
    this.#socket.terminate();
  }

  /** To be called every few seconds: asks for a sign of life, and ends what gives none. `now` as of `performance`. */
  beat(now: number): void {
    if (now - this.#lastSign > DEAD_MS) this.cut();
    else if (now - this.#lastFrame > this.#options.idleMs) this.close(CLOSE.goingAway);
    else this.#socket.ping();
  }

  async #read(bytes: Uint8Array): Promise<void> {
    const event = bytes.length > LARGE_FRAME ? await this.#readLarge(bytes) : runAtOnce(readingEvent(bytes));
    if (event === null) {
      this.close(CLOSE.malformed);
      return;
    }
    switch (event.type) {
      case 'ping_pong':
        this.send({ response_type: 'ping_pong', timestamp: event.timestamp });
        break;
      case 'response_required':
      case 'reminder_required':
        this.#options.onRequest(event);
        break;
      case 'notice':
    }
  }

  /** Reads a frame in ticks of its own: `ws` decoded it in this tick, and its request begins in a later one. */
  async #readLarge(bytes: Uint8Array): Promise<RetellEvent | null> {
    this.#socket.pause();
    try {
      await loopTick();
      const event = await runInStretches(readingEvent(bytes));
      await loopTick();
      return event;
    } finally {
      this.#socket.resume();
    }
  }

  #hear(): void {
    this.#lastSign = performance.now();
  }

  #release(): void {
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }
}

/** How long hostile requests hold the event loop of Masker: one line for each kind of body. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { on, once } from 'node:events';
import { request } from 'undici';
import { WebSocket } from 'ws';
import type { Answering } from './hostile/hostile-answers.ts';
import type { Door, HostileKind } from './hostile/hostile-kind.ts';
import { HOSTILE_KINDS } from './hostile/hostile-kinds.ts';
import { makeDataFolder, startObservedMasker } from './targets.ts';
import type { Target } from './targets.ts';

/** Bytes: small, what is searched in threads, and what is just within the limit of text (MASKER_MAX_TEXT_CHARS). */
const SIZES = [10_000, 100_000, 500_000, 1_900_000];
/** Just within the limit of a body (MASKER_MAX_BODY_BYTES). */
const WIDE_SIZE = 9_900_000;
/** A body of megabytes may take minutes on a busy machine. */
const PATIENCE_MS = 300_000;

/** The longest time that the loop was held, in milliseconds; `cpuMs` without what other processes took, where that is known. */
interface Stall {
  readonly wallMs: number;
  readonly cpuMs: number | null;
}

/** The longest stall under one kind of body. */
export interface StallRow extends Stall {
  readonly kind: string;
  /** Bytes of the body that it was measured with. */
  readonly size: number;
  /** Of the response. */
  readonly status: number;
}

/** The path of each door, for an agent. */
const PATHS: Readonly<Record<Exclude<Door, 'retell'>, (agent: string) => string>> = {
  chat: (agent) => `/proxy/${agent}/v1/chat/completions`,
  responses: (agent) => `/proxy/${agent}/v1/responses`,
  vapi: (agent) => `/vapi/webhook/${agent}`,
  bolna: (agent) => `/bolna/webhook/${agent}`,
  detect: () => '/api/v1/detect',
  mask: () => '/api/v1/mask',
  policy: () => '/api/v1/policies/validate',
  graphql: () => '/graphql',
};

/** Sends bodies to the doors of a Masker. */
class Sender {
  readonly #target: Pick<Target, 'url'> & { readonly token: string };
  readonly #stub: URL;

  constructor(target: Pick<Target, 'url'> & { readonly token: string }, stub: URL) {
    this.#target = target;
    this.#stub = stub;
  }

  async send(body: string, door: Door = 'chat', call: string = randomUUID()): Promise<number> {
    const { url, token } = this.#target;
    if (door === 'retell') return this.#sendFrame(body, call);
    const response = await request(new URL(PATHS[door](url.pathname.split('/')[2] ?? ''), url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-call-id': call, authorization: `Bearer ${token}` },
      body,
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
    });
    await response.body.dump({ limit: Number.MAX_SAFE_INTEGER });
    return response.statusCode;
  }

  /** Sends a frame whose `response_id` is 1 on a socket of its own, and reads the answer to its end. */
  async #sendFrame(body: string, call: string): Promise<number> {
    const url = new URL(`/retell/${this.#target.url.pathname.split('/')[2] ?? ''}/${call}`, this.#target.url);
    url.protocol = 'ws:';
    const socket = new WebSocket(url);
    const ended = once(socket, 'close') as Promise<[number]>;
    const frames = on(socket, 'message', { close: ['close'] }) as AsyncIterable<[Buffer]>;
    await once(socket, 'open');
    socket.send(body);
    for await (const [data] of frames) {
      const frame = JSON.parse(data.toString('utf8')) as { response_id?: number; content_complete?: boolean };
      if (frame.response_id === 1 && frame.content_complete === true) socket.close(1000);
    }
    const [code] = await ended;
    return code;
  }

  /** Has the stub answer by as many bytes as the requests have, or by a few words. */
  async answer(as: Answering | undefined, size: number): Promise<void> {
    const url = new URL(as === undefined ? '/answer' : `/answer?as=${as}&size=${size}`, this.#stub);
    const { body } = await request(url, { method: as === undefined ? 'DELETE' : 'PUT' });
    await body.dump();
  }
}

/** Measures on a Masker of its own, whose upstream is the stub. */
export async function measureStalls(
  stub: URL,
  note: (text: string) => void,
  kinds: readonly HostileKind[],
): Promise<readonly StallRow[]> {
  const dataFolder = await makeDataFolder();
  const target = await startObservedMasker(stub, dataFolder);
  const sender = new Sender(target, stub);
  try {
    for (let n = 0; n < 20; n += 1) await sender.send(HOSTILE_KINDS[n % 5]?.body(1000) ?? '');
    const rows: StallRow[] = [];
    for (const { name, door, isWide, body, before, answer } of kinds) {
      note(`hostile bodies: ${name}`);
      const stalls: StallRow[] = [];
      for (const size of isWide === true ? [...SIZES, WIDE_SIZE] : SIZES) {
        const call = randomUUID();
        await sender.answer(answer, size);
        if (before !== undefined) await sender.send(before(size), door, call);
        await target.ask();
        const status = await sender.send(body(size), door, call);
        stalls.push({ kind: name, size, status, ...((await target.ask()) as Stall) });
      }
      rows.push(stalls.reduce((most, row) => ((row.cpuMs ?? row.wallMs) > (most.cpuMs ?? most.wallMs) ? row : most)));
    }
    return rows;
  } finally {
    await target.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** A line for each kind, the longest stall first. */
export function stallLines(rows: readonly StallRow[]): readonly (readonly string[])[] {
  const held = ({ cpuMs, wallMs }: Stall): number => cpuMs ?? wallMs;
  return [
    ['hostile body', 'longest hold of the event loop', 'with others', 'at', 'status'],
    ...[...rows]
      .sort((a, b) => held(b) - held(a))
      .map((row) => [
        row.kind,
        `${held(row).toFixed(1)} ms`,
        `${row.wallMs.toFixed(1)} ms`,
        `${row.size / 1000} kB`,
        `${row.status}`,
      ]),
  ];
}

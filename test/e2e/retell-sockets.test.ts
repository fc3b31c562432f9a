/** The bounds of Retell's WebSockets: how many, how large, how quiet, how slow to read. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { newId } from '../../src/platform/ids.ts';
import { createLogger } from '../../src/platform/log.ts';
import { Retell } from '../../src/proxy/platforms/retell/retell.ts';
import type { RetellAgent } from '../../src/proxy/platforms/retell/retell.ts';
import type { ResponseRequest } from '../../src/proxy/platforms/retell/retell-frames.ts';
import { RetellSocket } from '../../src/proxy/platforms/retell/retell-socket.ts';
import { dial, refusal } from '../retell.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the calls of an agent', () => {
  test('are so many and no more, each agent for itself, and a call that is over makes room', async () => {
    const retell = new Retell({
      findAgent: (id) => Promise.resolve({ id, upstream: 'stub', assistant: null, callerAuth: null } as RetellAgent),
      turns: { run: () => Promise.reject(new Error('no turn is asked for')) },
      endCall: () => Promise.reject(new Error('the database is away')),
      partialDedup: false,
      maxFrameBytes: 1024,
      idleSeconds: 900,
      callsPerAgent: 2,
      log: createLogger({ level: 'silent', format: 'json', destination: { write: () => undefined } }),
    });
    const server = createServer();
    const ended: Promise<void>[] = [];
    server.on('upgrade', (request, socket: Socket, head: Buffer) => {
      ended.push(retell.upgrade(request, socket, head, newId('request')));
    });
    const url = await listening(server);
    const [agent, other] = [newId('agent'), newId('agent')];
    const first = await dial(url, `/retell/${agent}/one`);
    await dial(url, `/retell/${agent}/two`);
    expect(await refusal(url, `/retell/${agent}/three`)).toEqual({ status: 429, code: 'rate_limited' });
    await dial(url, `/retell/${other}/three`);
    // A further socket of a call takes the place of the one before.
    const again = await dial(url, `/retell/${agent}/one`);
    expect(await first.closed).toBe(1006);
    await again.hangUp();
    const third = await dial(url, `/retell/${agent}/three`);
    const closed = retell.close();
    expect(await third.closed).toBe(1012);
    await closed;
    await Promise.all(ended);
    expect(await refusal(url, `/retell/${agent}/four`)).toMatchObject({ status: 503 });
  });
});

/** A socket of ours and the other end of it. */
async function pair(
  idleMs = 60_000,
  onRequest: (request: ResponseRequest) => void = () => undefined,
): Promise<{ ours: RetellSocket; raw: WebSocket; theirs: WebSocket }> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  const accepted = new Promise<WebSocket>((resolve) => {
    server.on('upgrade', (request, socket: Socket, head: Buffer) => {
      sockets.handleUpgrade(request, socket, head, resolve);
    });
  });
  const theirs = new WebSocket((await listening(server)).replace('http', 'ws'), { perMessageDeflate: false });
  const [raw] = await Promise.all([accepted, once(theirs, 'open')]);
  open.unshift({
    close: () => {
      theirs.terminate();
      return Promise.resolve();
    },
  });
  return { ours: new RetellSocket({ socket: raw, idleMs, onRequest }), raw, theirs };
}

/** Sends until not even the kernel takes more: the amount that waits stays over the mark. */
async function fill({ ours, raw }: { ours: RetellSocket; raw: WebSocket }): Promise<void> {
  const frame = {
    response_type: 'response',
    response_id: 1,
    content: 'x'.repeat(60_000),
    content_complete: false,
  } as const;
  for (let full = 0; full < 20; full += 1) {
    if (raw.bufferedAmount <= 256 * 1024) full = 0;
    while (raw.bufferedAmount <= 512 * 1024) ours.send(frame);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const later = (ms: number): number => performance.now() + ms;

describe('a socket', () => {
  test('is asked for a sign of life, and cut where it gives none', async () => {
    const { ours, theirs } = await pair();
    const asked = once(theirs, 'ping');
    ours.beat(performance.now());
    await asked;
    ours.beat(later(46_000));
    expect(await ours.closed).toBe(1006);
  });

  test('stays where it answers', async () => {
    const { ours, raw } = await pair(1_000_000);
    const began = performance.now();
    const answered = once(raw, 'pong');
    ours.beat(began);
    await answered;
    ours.beat(began + 45_000);
    expect(raw.readyState).toBe(WebSocket.OPEN);
  });

  test('that only answers, and never says anything, is closed when it has been idle for long', async () => {
    const { ours, theirs } = await pair(20_000);
    ours.beat(later(21_000));
    const [code] = (await once(theirs, 'close')) as [number];
    expect(code).toBe(1001);
  });

  test('reads a frame of several ticks before later frames, and then reads those', async () => {
    const ids: number[] = [];
    const { theirs } = await pair(60_000, ({ responseId }) => ids.push(responseId));
    const ask = (id: number, utterances: number): void => {
      const transcript = Array.from({ length: utterances }, () => ({
        role: 'user',
        content: 'I need an appointment.',
      }));
      theirs.send(JSON.stringify({ interaction_type: 'response_required', response_id: id, transcript }));
    };
    const echo = async (timestamp: number): Promise<unknown> => {
      const answered = once(theirs, 'message');
      theirs.send(JSON.stringify({ interaction_type: 'ping_pong', timestamp }));
      const [frame] = (await answered) as [Buffer];
      return JSON.parse(frame.toString());
    };
    ask(1, 5000);
    ask(2, 1);
    expect(await echo(7)).toEqual({ response_type: 'ping_pong', timestamp: 7 });
    expect(ids).toEqual([1, 2]);
    ask(3, 5000);
    expect(await echo(8)).toEqual({ response_type: 'ping_pong', timestamp: 8 });
    expect(ids).toEqual([1, 2, 3]);
  });

  test('whose other end does not read makes answers wait, and goes on when it does', async () => {
    const { ours, raw, theirs } = await pair();
    theirs.pause();
    await fill({ ours, raw });
    const waiting = ours.room(new AbortController().signal);
    expect(
      await Promise.race([
        waiting.then(() => 'room'),
        new Promise((resolve) => {
          setImmediate(resolve, 'none');
        }),
      ]),
    ).toBe('none');
    theirs.resume();
    await waiting;
    expect(raw.bufferedAmount).toBeLessThanOrEqual(64 * 1024);
  });

  test('makes no answer wait that nobody waits for, nor one of a socket that is gone', async () => {
    const { ours, raw, theirs } = await pair();
    theirs.pause();
    await fill({ ours, raw });
    const abort = new AbortController();
    const [given, left] = [ours.room(abort.signal), ours.room(new AbortController().signal)];
    abort.abort();
    await given;
    ours.cut();
    await left;
    await ours.room(new AbortController().signal);
  });

  test('whose other end asks and asks and never reads is cut', async () => {
    const { ours, raw, theirs } = await pair();
    theirs.pause();
    const frame = {
      response_type: 'response',
      response_id: 1,
      content: 'x'.repeat(100_000),
      content_complete: false,
    } as const;
    let most = 0;
    while (raw.readyState === WebSocket.OPEN) {
      ours.send(frame);
      most = Math.max(most, raw.bufferedAmount);
    }
    expect(await ours.closed).toBe(1006);
    expect(most).toBeLessThan(2 * 1024 * 1024);
  });
});

/** A machine of several worker processes, and connections to a worker that is known. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import type { ServerProcess } from '../server-process.ts';

/** A line of the log, as far as tests read it. */
export interface LogLine {
  readonly msg: string;
  readonly pid: number;
  readonly worker?: number;
  readonly request_id?: string;
  readonly agent_id?: string;
  readonly session_id?: string;
  readonly door?: string;
  readonly url?: string;
}

/** Returns the lines of the server's log so far. */
export function logOf(server: ServerProcess): LogLine[] {
  return server
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
}

/** Waits for the lines that fit, so many of them at least. */
export async function logged(server: ServerProcess, fits: (line: LogLine) => boolean, count = 1): Promise<LogLine[]> {
  for (;;) {
    const found = logOf(server).filter(fits);
    if (found.length >= count) return found;
    await new Promise<void>((resolve) => {
      server.child.stdout?.once('data', () => {
        resolve();
      });
    });
  }
}

/** Returns the process of a worker that was started last. The supervisor names workers in its own lines. */
export function pidOf(server: ServerProcess, worker: number): number {
  const isOwn = (line: LogLine): boolean => line.worker === worker && line.pid !== server.child.pid;
  return logOf(server).findLast(isOwn)?.pid ?? 0;
}

export async function createAgent(url: string, upstream = 'stub'): Promise<string> {
  const response = await fetch(`${url}/api/v1/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `desk ${randomUUID()}`, upstream, caller_auth: null }),
  });
  const { agent } = (await response.json()) as { agent: { id: string } };
  return agent.id;
}

/** One kept connection, and the worker that has it. */
export interface Line {
  readonly worker: number;
  /** Sends a JSON body, or asks with GET where there is none. Resolves with the head of the response. */
  send(path: string, body?: object, headers?: Record<string, string>): Promise<IncomingMessage>;
  close(): void;
}

async function open(server: ServerProcess): Promise<Line> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send: Line['send'] = (path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, server.url), {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      });
      asked.once('response', resolve).once('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const looked = await send('/livez');
  await text(looked);
  const [line] = await logged(server, ({ request_id: id }) => id === looked.headers['x-request-id']);
  return {
    worker: line?.worker ?? 0,
    send,
    close: () => {
      agent.destroy();
    },
  };
}

/** Opens connections until each of two workers has one. Returns them in the order of the workers. */
export async function openLines(server: ServerProcess): Promise<readonly [Line, Line]> {
  const spare: Line[] = [];
  let first: Line | null = null;
  let second: Line | null = null;
  while (first === null || second === null) {
    const line = await open(server);
    if (line.worker === 1 && first === null) first = line;
    else if (line.worker === 2 && second === null) second = line;
    else spare.push(line);
  }
  for (const line of spare) line.close();
  return [first, second];
}

/** The worker that served the request of a response. */
export async function workerOf(server: ServerProcess, response: IncomingMessage): Promise<number> {
  const id = response.headers['x-request-id'];
  const [line] = await logged(server, ({ msg, request_id: of }) => msg === 'request' && of === id);
  return line?.worker ?? 0;
}

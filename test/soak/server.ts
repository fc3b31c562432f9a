/** The server under load: the built `masker serve` in a process of its own, with its embedded database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';

/** Bytes, and milliseconds that timers of the server were late since the last measurement. */
export interface Measurement {
  readonly rss: number;
  /** After a full collection: what is really held. */
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly loop: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
}

export interface SoakServer {
  readonly url: string;
  measure(): Promise<Measurement>;
  /** A GraphQL operation as the admin: its data. Rejects when there are errors. */
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A REST request as the admin, below /api/v1. */
  get(path: string): Promise<Response>;
  /** Makes an agent; resolves with its path for chat completions. */
  createAgent(name: string, tokenization: string): Promise<string>;
  /** Steps its wall clock to so many milliseconds from the machine's. */
  stepClock(offsetMs: number): void;
  readonly pid: number;
  /** SIGTERM; resolves with the exit code once the process is gone. */
  stop(): Promise<number | null>;
  /** SIGKILL: the process alone, its database goes on. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Everything it printed, its log included. */
  printed(): string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What is kept of the output for a message. */
const KEPT = 20_000;

/** Starts it on a data folder, or on a shared database, before an upstream. Rejects when it ends before it listens. */
export async function startSoakServer(
  dataDir: string,
  upstream: string,
  idleSeconds: number,
  databaseUrl: string | null = null,
): Promise<SoakServer> {
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      path.join(import.meta.dirname, 'report-memory.mjs'),
      '--import',
      path.join(import.meta.dirname, 'step-clock.mjs'),
      path.join(ROOT, 'dist/cli/main.js'),
      'serve',
    ],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        ...KEYS,
        NODE_ENV: 'production',
        MASKER_DATA_DIR: dataDir,
        ...(databaseUrl === null ? {} : { MASKER_DATABASE_URL: databaseUrl }),
        MASKER_LISTEN_ADDR: '127.0.0.1:0',
        MASKER_PUBLIC_URL: 'https://masker.test',
        MASKER_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN,
        MASKER_OPENAI_BASE_URL: upstream,
        MASKER_OPENAI_API_KEY: 'sk-soak',
        MASKER_SESSION_IDLE_SECONDS: String(idleSeconds),
        MASKER_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let output = '';
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT);
      const found = /Masker listens on (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${String(code)} before it listened:\n${output}`));
    });
  });
  const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' };
  return {
    url,
    printed: () => output,
    measure: async () => {
      const answer = once(child, 'message');
      child.send('measure');
      const [measurement] = (await answer) as [Measurement];
      return measurement;
    },
    graphql: async (query, variables) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    get: (below) => fetch(`${url}/api/v1${below}`, { headers }),
    createAgent: async (name, tokenization) => {
      const response = await fetch(`${url}/api/v1/agents`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ name, tokenization, upstream: 'openai:gpt-4o-mini', caller_auth: null }),
      });
      if (response.status !== 201) throw new Error(await response.text());
      const { agent } = (await response.json()) as { agent: { id: string } };
      return `/proxy/${agent.id}/v1/chat/completions`;
    },
    stepClock: (clockOffsetMs) => {
      if (child.connected) child.send({ clockOffsetMs });
    },
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

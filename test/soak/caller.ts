/** One request of a caller: sent, read as the scenario says, checked, and entered in the ledger. */
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Ledger } from './ledger.ts';

/** How an answer is read. */
export type Reading =
  | 'whole'
  | 'streamed'
  /** Streamed, and the connection is closed after the first bytes. */
  | 'aborted'
  /** Streamed, with a pause after each piece. */
  | 'slowly';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface Turn {
  /** Below the server, of the agent. */
  readonly path: string;
  readonly messages: readonly Message[];
  readonly reading: Reading;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly session: string | null;
  /** What was heard; null for an error, and for an answer that broke off. */
  readonly text: string | null;
}

const SLOW_MS = 25;

/** Joins the texts of a stream's events; null where it holds an error or has no end. */
function heard(events: string): string | null {
  let text = '';
  for (const line of events.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const { choices, error } = JSON.parse(line.slice('data: '.length)) as {
      choices?: { delta: { content?: string } }[];
      error?: unknown;
    };
    if (error !== undefined) return null;
    text += choices?.[0]?.delta.content ?? '';
  }
  return events.endsWith('data: [DONE]\n\n') ? text : null;
}

export class Callers {
  readonly #pool: Pool;
  readonly #ledger: Ledger;
  readonly #gapMs: number;
  #next = 0;
  #requests = 0;

  /** `rate`: requests a second; Infinity for as many as are asked. */
  constructor(url: string, ledger: Ledger, rate: number) {
    this.#pool = new Pool(url, { connections: 256, headersTimeout: 60_000, bodyTimeout: 60_000 });
    this.#ledger = ledger;
    this.#gapMs = 1000 / rate;
  }

  /** How many were sent. */
  get requests(): number {
    return this.#requests;
  }

  /** Sends any body, at the pace of all. Rejects when the connection fails. */
  async send(path: string, body: string, headers: Readonly<Record<string, string>> = {}): ReturnType<Pool['request']> {
    const now = performance.now();
    this.#next = Math.max(now, this.#next) + this.#gapMs;
    if (this.#next - this.#gapMs > now) await pause(this.#next - this.#gapMs - now);
    this.#requests += 1;
    return this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  async take({ path, messages, reading, headers }: Turn): Promise<Answer> {
    const body = JSON.stringify({ model: 'gpt-4o-mini', stream: reading !== 'whole', messages });
    const response = await this.send(path, body, headers);
    const named = response.headers['masker-session-id'];
    const session = typeof named === 'string' ? named : null;
    const { statusCode: status } = response;
    if (session !== null) this.#ledger.began(session);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        // Leaving the loop closes the connection.
        if (reading === 'aborted') return { status, session, text: null };
        if (reading === 'slowly') await pause(SLOW_MS);
      }
    } catch {
      return { status, session, text: null };
    }
    if (session !== null) this.#ledger.ended(session);
    const text = Buffer.concat(chunks).toString('utf8');
    if (status !== 200) return { status, session, text: null };
    if (reading !== 'whole') return { status, session, text: heard(text) };
    const { choices } = JSON.parse(text) as { choices: { message: { content: string } }[] };
    return { status, session, text: choices[0]?.message.content ?? null };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

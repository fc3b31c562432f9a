/** What the supervisor and its worker processes tell each other, over the channel that node makes between them. */
import { z } from 'zod';
import type { Health } from '../../http/health.ts';
import type { Metric } from '../../metrics/joined-metrics.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const health = z.custom<Health>(isObject);
const metrics = z.array(z.custom<Metric>(isObject));

const member = z.object({
  /** From 1. A worker that is started again has the number of the one before it. */
  number: z.number().int().positive(),
  /** Of the Unix socket on which it takes requests of other workers. */
  socketPath: z.string(),
});

/** A worker that serves. */
export type Member = z.output<typeof member>;

const settings = z.object({
  self: member,
  /** postgresql:// URL. */
  databaseUrl: z.string(),
  /** The port that all workers listen on. MASKER_LISTEN_ADDR may leave it to the system. */
  port: z.number().int(),
  /** Whether the worker makes the greeting of the server. */
  greets: z.boolean(),
});

/** What a worker needs to know besides the environment. */
export type WorkerSettings = z.output<typeof settings>;

const toWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), settings }),
  /** All workers that serve now. */
  z.object({ kind: z.literal('members'), members: z.array(member) }),
  z.object({ kind: z.literal('reload') }),
  z.object({ kind: z.literal('stop') }),
  /** No other worker hands on to this one any more. */
  z.object({ kind: z.literal('released') }),
  z.object({ kind: z.literal('ask'), id: z.number(), what: z.enum(['metrics', 'health']) }),
  /** The answer to `ask_health`: what all workers that answer say. */
  z.object({ kind: z.literal('all_health'), id: z.number(), health: z.array(health) }),
]);

const fromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello') }),
  /** It serves from now on. */
  z.object({ kind: z.literal('ready'), lines: z.array(z.string()) }),
  /** It was asked to stop, and serves what it has. */
  z.object({ kind: z.literal('stopping') }),
  /** It hands nothing on any more. */
  z.object({ kind: z.literal('drained') }),
  z.object({ kind: z.literal('metrics'), id: z.number(), metrics }),
  z.object({ kind: z.literal('health'), id: z.number(), health }),
  z.object({ kind: z.literal('ask_health'), id: z.number() }),
]);

export type ToWorker = z.output<typeof toWorker>;
export type FromWorker = z.output<typeof fromWorker>;

/** Reads a message to a worker; null for what node sends for itself. */
export function readToWorker(message: unknown): ToWorker | null {
  return toWorker.safeParse(message).data ?? null;
}

/** Reads a message of a worker; null for what node sends for itself. */
export function readFromWorker(message: unknown): FromWorker | null {
  return fromWorker.safeParse(message).data ?? null;
}

/**
 * Structured logs (see docs/operations.md, Log). A line may name requests, sessions and agents by id; it never holds
 * a payload, a value, a token or a secret. Errors are the usual way for such to get in: a driver's message may repeat a
 * parameter. So of an unexpected error only name, code and stack frames are kept.
 */
import pino from 'pino';
import { sqlState } from './database-fault.ts';
import { errorCode } from './error-code.ts';
import { Failure } from './failure.ts';
import { StartError } from './start-error.ts';

export type Logger = pino.Logger;

/** Whose line it is; bind with `logger.child(context)`. */
export interface LogContext {
  readonly request_id?: string;
  readonly session_id?: string;
  readonly agent_id?: string;
  readonly account_id?: string;
}

export interface LogOptions {
  readonly level: pino.LevelWithSilent;
  readonly format: 'json' | 'pretty';
  /** The number of this worker process, which each line then has; default: none. */
  readonly worker?: number;
  /** Takes whole lines; default: standard output. */
  readonly destination?: { write(line: string): void };
}

/** An error as it may be logged. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  /** What PostgreSQL calls the error; also where Prisma reports it under a code of its own. */
  readonly sqlstate?: string;
  /** Of a Failure or StartError only: their messages are written to be shown. */
  readonly message?: string;
  /** Frames, innermost first, without the message. */
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
  /** Of an AggregateError. */
  readonly errors?: readonly LoggedError[];
}

/** Names under which a header or a secret might be logged by mistake, at the top and one level below. */
const SECRET_FIELDS = [
  'headers',
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'api_key',
  'body',
  'query',
  'parameters',
];
const MAX_DEPTH = 4;
const MAX_FRAMES = 12;

/** The process's logger. */
export function createLogger({ level, format, worker, destination = process.stdout }: LogOptions): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid, ...(worker === undefined ? {} : { worker }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError, error: loggedError },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: '[redacted]' },
      hooks: {
        // pino makes an error's message the line's own where none is given
        logMethod(args, method) {
          const [first, second, ...rest] = args as unknown[];
          const fields = first instanceof Error ? { err: first } : first;
          const isFields = typeof fields === 'object' && fields !== null;
          const line: unknown[] = isFields
            ? [fields, second ?? ('err' in fields ? 'error' : undefined), ...rest]
            : args;
          Reflect.apply(method, this, line);
        },
      },
    },
    format === 'pretty'
      ? {
          write: (line: string) => {
            destination.write(prettyLine(line));
          },
        }
      : destination,
  );
}

/** Anything thrown, without what its message might repeat. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = errorCode(error);
  const sqlstate = sqlState(error);
  const shown = error instanceof Failure || error instanceof StartError;
  const deeper = depth < MAX_DEPTH;
  return {
    type: /^[A-Za-z0-9_$]{1,64}$/.test(error.name) ? error.name : 'Error',
    ...(code !== null && /^[A-Za-z0-9_]{1,64}$/.test(code) ? { code } : {}),
    ...(sqlstate === null ? {} : { sqlstate }),
    ...(shown ? { message: error.message } : {}),
    stack: stackFrames(error),
    ...(deeper && error.cause !== undefined ? { cause: loggedError(error.cause, depth + 1) } : {}),
    ...(deeper && error instanceof AggregateError
      ? { errors: error.errors.slice(0, 8).map((one) => loggedError(one, depth + 1)) }
      : {}),
  };
}

/** The frames of the stack. Its head repeats the message, which may have lines that look like frames: they go with it. */
function stackFrames(error: Error): string[] {
  const stack = error.stack ?? '';
  const head = error.message === '' ? -1 : stack.indexOf(error.message);
  const tail = head === -1 ? stack : stack.slice(head + error.message.length);
  // A message that was changed after the stack was made cannot be found in it, and then nothing can be trusted.
  if (head === -1 && error.message !== '') return [];
  return tail
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
}

/** One line for a person: time, level, message, fields. */
function prettyLine(json: string): string {
  const { time, level, msg, pid: _pid, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const shown = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = `${String(time).slice(11, 23)} ${String(level).toUpperCase().padEnd(5)} ${typeof msg === 'string' ? msg : ''}${shown.join('')}`;
  return `${head}${err === undefined ? '' : `\n  ${JSON.stringify(err, null, 2).replaceAll('\n', '\n  ')}`}\n`;
}

/**
 * Tells errors of a database that cannot be used now from every other error: it is down, starts or stops, its disk is
 * full, it takes no writes, or it does not answer in time. The caller did nothing wrong and may try again.
 */
import { errorCode } from './error-code.ts';
import { Failure } from './failure.ts';

/**
 * SQLSTATEs (PostgreSQL manual, appendix A): 08 connection, 25006 read-only transaction, 53 insufficient resources (53100
 * is a full disk), 55P03 lock not available, 57 operator intervention (57014 is a statement that took too long), 58 system.
 */
const FAULTS = /^(?:08...|25006|53...|55P03|57...|58...|F0...)$/;
const SQLSTATE = /^(?:\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;

/** Codes of Prisma: no server, refused, too slow, closed, no free connection in time. */
const PRISMA_FAULTS: ReadonlySet<string> = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

const SOCKET_FAULTS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
]);
/** How Node begins the message of a socket's error. That of a file's error begins with the code. */
const SOCKET_CALL = /^(?:connect|read|write|getaddrinfo) /;

/** What pg and its pool say without a code. */
const SAID =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error)/;

/** A database that answers and takes no writes: a standby, or one that its operator has set to read-only. */
export class ReadOnlyDatabase extends Error {
  override readonly name = 'ReadOnlyDatabase';
  readonly code = '25006';
}

/** Returns the SQLSTATE of an error that the database reported, through `pg` or through Prisma; null for other errors. */
export function sqlState(error: unknown): string | null {
  const own = errorCode(error);
  if (own !== null && SQLSTATE.test(own)) return own;
  const { meta } = (error ?? {}) as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const original = meta?.driverAdapterError?.cause?.originalCode;
  return typeof original === 'string' && SQLSTATE.test(original) ? original : null;
}

/** Returns true if the error says that the database cannot be used now. */
export function isDatabaseFault(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Failure) return false;
  const state = sqlState(error);
  if (state !== null) return FAULTS.test(state);
  const code = errorCode(error);
  const isPrisma = error.name.startsWith('PrismaClient');
  if (code === null) return SAID.test(error.message) || error.name === 'PrismaClientInitializationError';
  if (isPrisma) return PRISMA_FAULTS.has(code) || SOCKET_FAULTS.has(code);
  return SOCKET_FAULTS.has(code) && SOCKET_CALL.test(error.message);
}

/** Returns the failure that a database fault stands for. */
export function databaseUnavailable(cause: unknown): Failure {
  return new Failure('audit_unavailable', 'The database cannot be used now. Try again later.', [], { cause });
}

/** Returns the failure that an error stands for: itself, `audit_unavailable` for a database fault, or null for a bug. */
export function expectedFailure(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  return isDatabaseFault(error) ? databaseUnavailable(error) : null;
}

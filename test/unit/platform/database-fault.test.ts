import { describe, expect, test } from 'vitest';
import { expectedFailure, isDatabaseFault, sqlState } from '../../../src/platform/database-fault.ts';
import { Failure } from '../../../src/platform/failure.ts';

const withCode = (code: string): Error => Object.assign(new Error(`${code}: x`), { code });
const socket = (code: string): Error => Object.assign(new Error(`connect ${code} /run/x`), { code });
const prisma = (code: string, originalCode?: string): Error =>
  Object.assign(new Error('x'), {
    name: 'PrismaClientKnownRequestError',
    code,
    ...(originalCode === undefined ? {} : { meta: { driverAdapterError: { cause: { originalCode } } } }),
  });

describe('isDatabaseFault', () => {
  test.each([
    ['a full disk', withCode('53100')],
    ['a standby', withCode('25006')],
    ['a server that shuts down', withCode('57P01')],
    ['a statement that took too long', withCode('57014')],
    ['a broken connection', withCode('08006')],
    ['no server', socket('ECONNREFUSED')],
    ['no socket', socket('ENOENT')],
    ['no free connection', new Error('timeout exceeded when trying to connect')],
    ['a cut connection', new Error('Connection terminated unexpectedly')],
    ['no server, by Prisma', prisma('ENOENT')],
    ['a standby, by Prisma', prisma('P2010', '25006')],
    ['a server that shuts down, by Prisma', prisma('P2039', '57P03')],
    ['no free connection, by Prisma', prisma('P2024')],
  ])('returns true for %s', (_, error) => {
    expect(isDatabaseFault(error)).toBe(true);
    expect(expectedFailure(error)).toMatchObject({ code: 'audit_unavailable', status: 503, cause: error });
  });

  test.each([
    ['a duplicate', withCode('23505')],
    ['a syntax error', withCode('42601')],
    ['a duplicate, by Prisma', prisma('P2002')],
    ['a duplicate in SQL, by Prisma', prisma('P2010', '23505')],
    ['a missing file', withCode('ENOENT')],
    ['a bug', new TypeError('x is not a function')],
    ['a text', 'Connection terminated'],
  ])('returns false for %s', (_, error) => {
    expect(isDatabaseFault(error)).toBe(false);
    expect(expectedFailure(error)).toBeNull();
  });

  test('returns false for a failure, which stands for itself', () => {
    const failure = new Failure('not_found', 'gone');
    expect(isDatabaseFault(failure)).toBe(false);
    expect(expectedFailure(failure)).toBe(failure);
  });
});

test('sqlState reads the state from pg and from Prisma, and takes no other code for one', () => {
  expect(sqlState(withCode('53100'))).toBe('53100');
  expect(sqlState(prisma('P2010', '57014'))).toBe('57014');
  for (const other of [prisma('P2024'), withCode('ENOENT'), withCode('EPIPE'), null, 'x'])
    expect(sqlState(other)).toBeNull();
});

import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { createLogger, loggedError, type LogOptions, type Logger } from '../../../src/platform/log.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { StartError } from '../../../src/platform/start-error.ts';

const PHI = 'Maria Gonzalez 123-45-6789';

function capture(options: Partial<LogOptions> = {}): { log: Logger; lines: string[]; text: () => string } {
  const lines: string[] = [];
  const log = createLogger({
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines, text: () => lines.join('') };
}

/** An error as the driver makes it from a refused INSERT. */
function databaseError(): pg.DatabaseError {
  const error = new pg.DatabaseError(`invalid input syntax for type integer: "${PHI}"`, 100, 'error');
  Object.assign(error, {
    code: '22P02',
    detail: `Key (name)=(${PHI}) already exists.`,
    where: PHI,
    internalQuery: PHI,
    parameters: [PHI],
    query: `INSERT '${PHI}'`,
  });
  return error;
}

describe('a line', () => {
  test('is one JSON object with level, time, message and fields', () => {
    const { log, lines } = capture();
    log.child({ request_id: 'req_1', session_id: 'sess_1', agent_id: 'agt_1' }).info({ ms: 3 }, 'done');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      pid: process.pid,
      request_id: 'req_1',
      session_id: 'sess_1',
      agent_id: 'agt_1',
      ms: 3,
      msg: 'done',
    });
  });

  test('below the level is not written', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });

  test('may be written for a person', () => {
    const { log, text } = capture({ format: 'pretty' });
    log.info({ request_id: 'req_1', n: 2 }, 'done');
    log.error({ err: new Failure('not_found', 'no such session') }, 'refused');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}done request_id=req_1 n=2\n/);
    expect(text()).toContain('"message": "no such session"');
  });
});

describe('an unexpected error', () => {
  const ways: [string, (log: Logger, error: Error) => void][] = [
    [
      'as the only argument',
      (log, error) => {
        log.error(error);
      },
    ],
    [
      'with a message',
      (log, error) => {
        log.error(error, 'failed');
      },
    ],
    [
      'as err',
      (log, error) => {
        log.error({ err: error });
      },
    ],
    [
      'as err with a message',
      (log, error) => {
        log.error({ err: error }, 'failed');
      },
    ],
    [
      'as error',
      (log, error) => {
        log.error({ error }, 'failed');
      },
    ],
    [
      'as a cause',
      (log, error) => {
        log.error(new Error('outer', { cause: error }));
      },
    ],
    [
      'as a cause of a Failure',
      (log, error) => {
        log.error({ err: new Failure('audit_unavailable', 'the journal is down', [], { cause: error }) }, 'failed');
      },
    ],
    [
      'among others',
      (log, error) => {
        log.error(new AggregateError([error, error], 'many'));
      },
    ],
    [
      'of a child',
      (log, error) => {
        log.child({ err: error }).error('failed');
      },
    ],
  ];
  for (const format of ['json', 'pretty'] as const) {
    test.each(ways)(`shows no value in ${format}, logged %s`, (_way, write) => {
      const { log, text } = capture({ format });
      write(log, databaseError());
      expect(text()).not.toContain('Maria');
      expect(text()).not.toContain('6789');
      expect(text()).toContain('22P02');
    });
  }

  test('keeps its name, code and frames', () => {
    const { type, code, stack, message } = loggedError(Object.assign(new TypeError('x'), { code: 'ERR_X' }));
    expect({ type, code, message }).toEqual({ type: 'TypeError', code: 'ERR_X', message: undefined });
    expect(stack?.[0]).toMatch(/^at .*log\.test\.ts/);
  });

  test('cannot pass a value off as a frame, a name or a code', () => {
    const error = new Error(`first\n    at ${PHI} (file.js:1:1)`);
    expect(JSON.stringify(loggedError(error))).not.toContain('Maria');
    error.message = 'changed'; // now the stack's head cannot be told from its frames
    expect(loggedError(error).stack).toEqual([]);
    expect(JSON.stringify(loggedError(Object.assign(new Error('x'), { name: PHI, code: PHI })))).not.toContain('Maria');
  });

  test('need not be an Error, nor end', () => {
    expect(loggedError(PHI)).toEqual({ type: 'string' });
    expect(loggedError(undefined)).toEqual({ type: 'undefined' });
    const circle = new Error('a');
    circle.cause = circle;
    expect(JSON.stringify(loggedError(circle)).length).toBeLessThan(20_000);
  });
});

describe('an error that is written to be shown', () => {
  test.each<[string, Error]>([
    ['Failure', new Failure('unknown_policy', 'policy is not known')],
    ['StartError', new StartError('policy is not known')],
  ])('%s keeps its message', (type, error) => {
    expect(loggedError(error)).toMatchObject({ type, message: 'policy is not known' });
  });
});

describe('secrets', () => {
  test('in a wrapper stay in it', () => {
    const { log, text } = capture();
    log.info({ key: new Secret(PHI), deep: { key: new Secret(PHI) } }, 'x');
    expect(text()).not.toContain('Maria');
  });

  test.each([
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
  ])('under the name %s are cut out, at the top and one level below', (name) => {
    const { log, text } = capture();
    log.info({ [name]: PHI, req: { [name]: { deep: PHI } } }, 'x');
    expect(text()).not.toContain('Maria');
    expect(text()).toContain('[redacted]');
  });
});

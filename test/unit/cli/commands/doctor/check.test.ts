import { expect, test } from 'vitest';
import { fail, ok, runChecks, summarise } from '../../../../../src/cli/commands/doctor/check.ts';
import type { Check } from '../../../../../src/cli/commands/doctor/check.ts';
import { StartError } from '../../../../../src/platform/start-error.ts';

const check = (id: string, run: Check['run'], limitMs = 1000): Check => ({ id, group: 'G', title: id, limitMs, run });
const ignore = (): void => undefined;

test('runChecks reports every check in order, with its time', async () => {
  const seen: string[] = [];
  let now = 0;
  const results = await runChecks(
    [check('a', () => ok('fine')), check('b', () => fail('broken', 'Mend it.'))],
    ({ id }) => seen.push(id),
    () => (now += 5),
  );
  expect(seen).toEqual(['a', 'b']);
  expect(results).toEqual([
    { id: 'a', group: 'G', title: 'a', status: 'ok', found: 'fine', duration_ms: 5 },
    { id: 'b', group: 'G', title: 'b', status: 'fail', found: 'broken', fix: 'Mend it.', duration_ms: 5 },
  ]);
  expect(summarise(results)).toEqual({ ok: 1, warn: 0, fail: 1, skipped: 0 });
});

test('runChecks fails a check that does not end within its time, and runs the next', async () => {
  const never = check('never', () => new Promise<never>(ignore), 1);
  const results = await runChecks([never, check('next', () => ok('fine'))], ignore, () => 0);
  expect(results.map(({ status }) => status)).toEqual(['fail', 'ok']);
  expect(results[0]?.found).toBe('no result within 0.001 s');
});

test('runChecks shows the message of a StartError only: that of any other error may repeat a value', async () => {
  const rejecting = (error: Error): Check => check('x', () => Promise.reject(error));
  const coded = Object.assign(new Error('connect to secret-host'), { code: 'ECONNRESET' });
  const results = await runChecks(
    [rejecting(new StartError('The file is not there.')), rejecting(coded), rejecting(new TypeError('hunter2'))],
    ignore,
    () => 0,
  );
  expect(results.map(({ found }) => found)).toEqual([
    'The file is not there.',
    'the check itself failed (ECONNRESET)',
    'the check itself failed (TypeError)',
  ]);
  expect(results.every(({ fix }) => fix !== undefined)).toBe(true);
});

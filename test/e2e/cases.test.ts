/** The given cases of test/cases, each through a whole instance under the default policy. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCases } from '../cases/case.ts';
import { driveCase } from '../cases/drive.ts';
import { GIVEN } from '../cases/given.ts';
import type { CreatedAgent } from '../instance.ts';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

const counted = GIVEN.flatMap((file) => readCases(file)).filter(({ info }) => info !== true);

test.each(counted)('$id ($kind) hides what must be hidden and keeps what must stay', async (given) => {
  expect(await driveCase({ masker: calls.masker, agent, upstream: calls.upstream }, given)).toEqual([]);
});

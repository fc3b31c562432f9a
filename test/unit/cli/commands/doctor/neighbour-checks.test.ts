/** What `masker doctor` makes of a provider's answer to a list of models. */
import { expect, test } from 'vitest';
import { modelListFinding } from '../../../../../src/cli/commands/doctor/neighbour-checks.ts';

test.each<[number, string]>([
  [200, 'ok'],
  [204, 'ok'],
  [301, 'warn'],
  [302, 'warn'],
  [400, 'warn'],
  [401, 'fail'],
  [402, 'warn'],
  [403, 'fail'],
  [404, 'skipped'],
  [405, 'skipped'],
  [429, 'warn'],
  [500, 'fail'],
])('status %i is %s, and only a success is called accepted', (status, expected) => {
  const finding = modelListFinding(status);
  expect(finding.status).toBe(expected);
  expect(finding.found === 'accepted').toBe(expected === 'ok');
});

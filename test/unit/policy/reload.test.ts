import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import type { PolicyProblem } from '../../../src/policy/parse.ts';
import { createPolicyReload } from '../../../src/policy/reload.ts';
import type { PolicyReload, ReloadedPolicy } from '../../../src/policy/reload.ts';
import { createPolicyStore } from '../../../src/policy/store.ts';
import type { PolicyStore } from '../../../src/policy/store.ts';
import { KIDS } from './policies.ts';

const FIRST = 'name: clinic\nversion: 1\n';

let folder: string;
let path: string;
let policies: PolicyStore;
let reload: PolicyReload;
let changes: ReloadedPolicy[];
let refusals: (readonly PolicyProblem[])[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masker-reload-'));
  path = join(folder, 'policy.yaml');
  await writeFile(path, FIRST);
  const first = parsePolicy(FIRST, { kids: KIDS });
  if (!first.ok) throw new Error('the policy should hold');
  policies = createPolicyStore(first, KIDS);
  changes = [];
  refusals = [];
  reload = createPolicyReload({
    path,
    kids: KIDS,
    policies,
    onChange: (policy) => changes.push(policy),
    onRefused: (problems) => refusals.push(problems),
  });
});
afterEach(() => rm(folder, { recursive: true }));

describe('reloading the policy file', () => {
  it('puts what it says in force, under every name of the default policy', async () => {
    await writeFile(path, 'name: clinic-2\nversion: 2\nentities: { SSN: { action: redact } }');
    expect(await reload()).toEqual({ name: 'clinic-2', version: 2, changed: true });
    expect(changes).toEqual([{ name: 'clinic-2', version: 2, changed: true }]);
    expect(policies.names()).toEqual(['healthcare-default', 'clinic-2']);
    expect(policies.resolve({}).policy.entities.SSN.action).toBe('redact');
  });

  it('leaves alone what was resolved before: a turn ends on the policy that it began with', async () => {
    const before = policies.resolve({});
    await writeFile(path, 'name: clinic\nversion: 2');
    await reload();
    expect(before.policy.version).toBe(1);
    expect(policies.resolve({})).not.toBe(before);
  });

  it('changes nothing where the file is the same', async () => {
    const before = policies.resolve({});
    expect(await reload()).toEqual({ name: 'clinic', version: 1, changed: false });
    expect(policies.resolve({})).toBe(before);
    expect(changes).toEqual([]);
  });

  it('refuses a file with problems as a whole, tells all of them, and keeps the old policy', async () => {
    const before = policies.resolve({});
    await writeFile(path, 'name: better\nversion: 0\nkid: K_MISSING\nentities: { SSN: { action: redact } }');
    const error: unknown = await reload().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'policy_yaml_invalid', details: [{ path: 'version' }, { path: 'kid' }] });
    expect(refusals.map((problems) => problems.map(({ code }) => code))).toEqual([['invalid_value', 'unknown_kid']]);
    expect(policies.resolve({})).toBe(before);
    expect(changes).toEqual([]);
  });

  it('refuses a file that is not there, and takes it once it is', async () => {
    await rm(path);
    await expect(reload()).rejects.toMatchObject({ code: 'policy_yaml_invalid', details: [{ code: 'invalid_yaml' }] });
    await writeFile(path, 'name: clinic\nversion: 5');
    expect(await reload()).toMatchObject({ version: 5, changed: true });
  });

  it('gives agents that extend the default policy what it says now', async () => {
    const own = { policyYaml: 'extends: healthcare-default\nentities: { URL: { enabled: false } }' };
    expect(policies.resolve(own).policy.sensitivity).toBe(0.25);
    await writeFile(path, `${FIRST}sensitivity: 0.5`);
    await reload();
    expect(policies.resolve(own).policy).toMatchObject({ sensitivity: 0.5, entities: { URL: { enabled: false } } });
  });

  it('follows one after the other: of many at once the last file wins', async () => {
    const texts = Array.from({ length: 10 }, (_, i) => `name: clinic\nversion: ${i + 2}`);
    const reloads = texts.map(async (text) => {
      await writeFile(path, text);
      return reload();
    });
    await Promise.allSettled(reloads);
    await writeFile(path, 'name: clinic\nversion: 99');
    expect(await reload()).toMatchObject({ version: 99 });
    expect(policies.resolve({}).policy.version).toBe(99);
  });
});

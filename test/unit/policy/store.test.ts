import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import type { ParsedPolicy } from '../../../src/policy/parse.ts';
import { createPolicyStore, loadDefaultPolicy } from '../../../src/policy/store.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { KIDS } from './policies.ts';

const SHIPPED = 'configs/mask_policy.yaml';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masker-policy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const path = join(folder, 'policy.yaml');
  await writeFile(path, text);
  return path;
}

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('the shipped policy', () => {
  it('has the documented rows', async () => {
    const { loaded, problems } = await loadDefaultPolicy(SHIPPED, KIDS, { dev: false });
    expect(problems).toEqual([]);
    const rows: readonly (readonly [EntityKind, boolean, boolean, number, string])[] = [
      ['PHONE', true, true, 0.6, 'tokenize'],
      ['SSN', true, false, 0.6, 'tokenize'],
      ['NAME', false, true, 0.7, 'tokenize'],
      ['EMAIL', true, false, 0.6, 'tokenize'],
      ['DOB', true, true, 0.5, 'tokenize'],
      ['ADDRESS', true, true, 0.6, 'tokenize'],
      ['MRN', true, true, 0.6, 'tokenize'],
      ['ACCOUNT', true, true, 0.7, 'tokenize'],
      ['IP_ADDRESS', true, false, 0.6, 'redact'],
    ];
    for (const [kind, regex, ner, threshold, action] of rows) {
      expect([kind, loaded?.policy.entities[kind]]).toEqual([kind, { enabled: true, regex, ner, threshold, action }]);
    }
    expect(loaded?.policy).toMatchObject({ name: 'healthcare-default', version: 1, kid: 'K_HEALTHCARE' });
  });

  it('comes with the text of the file, for the snapshot of a session', async () => {
    const { loaded } = await loadDefaultPolicy(SHIPPED, KIDS, { dev: false });
    expect(loaded?.text).toBe(await readFile(SHIPPED, 'utf8'));
  });
});

describe('an invalid policy file', () => {
  it('stops the start, with every problem', async () => {
    const path = await fileWith('kid: K_MISSING\nversion: 0');
    const { loaded, problems } = await loadDefaultPolicy(path, KIDS, { dev: false });
    expect(loaded).toBe(null);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_value', 'unknown_kid', 'invalid_value']);
  });

  it('is replaced in development by a built-in policy that says what the shipped file says', async () => {
    const { loaded, problems } = await loadDefaultPolicy(await fileWith('version: 0'), KIDS, { dev: true });
    expect(problems).toHaveLength(2);
    const shipped = await loadDefaultPolicy(SHIPPED, KIDS, { dev: false });
    expect(loaded?.policy).toEqual(shipped.loaded?.policy);
  });

  it('is a problem, too, where it cannot be read', async () => {
    const { loaded, problems } = await loadDefaultPolicy(join(folder, 'absent.yaml'), KIDS, { dev: false });
    expect(loaded).toBe(null);
    expect(problems).toEqual([
      { code: 'invalid_yaml', path: '', line: 1, column: 1, message: 'the file cannot be read (ENOENT)' },
    ]);
  });

  it('stops even a development start where the built-in policy has no key', async () => {
    const { loaded, problems } = await loadDefaultPolicy(await fileWith('version: 0'), new Set(), { dev: true });
    expect(loaded).toBe(null);
    expect(problems.map(({ code }) => code)).toContain('unknown_kid');
  });
});

function parsed(text: string): ParsedPolicy {
  const result = parsePolicy(text, { kids: KIDS });
  if (!result.ok) throw new Error('the policy should hold');
  return result;
}

describe('the policy store', () => {
  const defaultPolicy = parsed('name: clinic\nversion: 4');
  const store = createPolicyStore(defaultPolicy, KIDS);

  it('knows the default policy under its own name and as healthcare-default', () => {
    expect(store.names()).toEqual(['healthcare-default', 'clinic']);
    for (const reference of [
      {},
      { policyName: null },
      { policyName: 'clinic' },
      { policyName: 'healthcare-default' },
    ]) {
      expect(store.resolve(reference)).toBe(defaultPolicy);
    }
  });

  it('refuses another name', () => {
    const failure = failureOf(() => store.resolve({ policyName: 'nobody' }));
    expect(failure.code).toBe('unknown_policy');
    expect(failure.details).toEqual([
      { path: 'policyName', code: 'unknown_policy', message: 'Known policies: healthcare-default, clinic.' },
    ]);
  });

  it('parses a policy that is given as text', () => {
    const text = 'name: inline\nversion: 2';
    const { policy, ...rest } = store.resolve({ policyYaml: text });
    expect(rest.text).toBe(text);
    expect(policy).toMatchObject({ name: 'inline', version: 2 });
  });

  it('refuses a wrong text with one detail per problem, each with its place', () => {
    const failure = failureOf(() =>
      store.resolve({ policyYaml: 'name: p\nkid: K_MISSING\nentities: { SSN: { action: x } }' }),
    );
    expect(failure.code).toBe('policy_yaml_invalid');
    expect(failure.message).toBe('The policy has 2 problems.');
    expect(failure.details).toEqual([
      { path: 'kid', code: 'unknown_kid', message: '2:6: there is no key for this kid: set MASKER_KEY_K_MISSING' },
      {
        path: 'entities.SSN.action',
        code: 'invalid_value',
        message: '3:28: must be one of tokenize, redact, passthrough',
      },
    ]);
  });

  it('takes a policy that narrows where values come back to', async () => {
    const narrowed =
      'name: p\nkid: K_HEALTHCARE\nentities: { SSN: {} }\nrestore: { tool_arguments: [], tools: [book] }\n';
    const restore = { speech: 'all', toolArguments: [], urls: [], tools: ['book'], toolForm: 'canonical' };
    expect(store.resolve({ policyYaml: narrowed }).policy.restore).toEqual(restore);
    expect((await loadDefaultPolicy(await fileWith(narrowed), KIDS, { dev: false })).loaded?.policy.restore).toEqual(
      restore,
    );
  });

  it('refuses an empty text: it is no absent one', () => {
    expect(failureOf(() => store.resolve({ policyYaml: '' })).code).toBe('policy_yaml_invalid');
  });

  it('parses a text once, and keeps a bounded number of them', () => {
    const text = 'name: kept';
    const first = store.resolve({ policyYaml: text });
    expect(store.resolve({ policyYaml: text })).toBe(first);
    for (let i = 0; i < 256; i++) store.resolve({ policyYaml: `name: other-${i}` });
    expect(store.resolve({ policyYaml: text })).not.toBe(first);
    expect(store.resolve({ policyYaml: text })).toEqual(first);
  });
});

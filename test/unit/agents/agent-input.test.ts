import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAgentChange, checkNewAgent } from '../../../src/agents/agent-input.ts';
import type { AgentRules } from '../../../src/agents/agent-input.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { createPolicyStore } from '../../../src/policy/store.ts';

const KIDS: ReadonlySet<string> = new Set(['K_HEALTHCARE']);
const UPSTREAMS = ['openai:gpt-4o-mini', 'stub'];

function rulesWith(defaultPolicy: string): AgentRules {
  const parsed = parsePolicy(defaultPolicy, { kids: KIDS });
  if (!parsed.ok) throw new Error('the default policy should hold');
  return {
    upstreams: { has: (name) => UPSTREAMS.includes(name), list: () => UPSTREAMS },
    policies: createPolicyStore(parsed, KIDS),
  };
}

const rules = rulesWith('name: healthcare-default');
const good = { name: 'bot', upstream: 'stub' };

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('a new agent', () => {
  it('has the documented defaults', () => {
    const { policy, ...rest } = checkNewAgent(good, rules);
    expect(rest).toEqual({ name: 'bot', upstream: 'stub', tokenization: 'vault-deterministic' });
    expect(policy).toMatchObject({ name: 'healthcare-default', yaml: null, text: 'name: healthcare-default' });
  });

  it('takes null for a field that is not given', () => {
    expect(checkNewAgent({ ...good, tokenization: null, policyName: null, policyYaml: null }, rules)).toEqual(
      checkNewAgent(good, rules),
    );
  });

  it('has the tokenization of its policy where it names none, and its own where it does', () => {
    const policyYaml = 'name: mine\ntokenization: reversible-aead';
    expect(checkNewAgent({ ...good, policyYaml }, rules).tokenization).toBe('reversible-aead');
    expect(checkNewAgent({ ...good, policyYaml, tokenization: 'vault-deterministic' }, rules).tokenization).toBe(
      'vault-deterministic',
    );
  });

  it('is known under the name that its inline policy gives itself', () => {
    const policyYaml = 'name: mine\nversion: 7';
    expect(checkNewAgent({ ...good, policyYaml }, rules).policy).toMatchObject({ name: 'mine', yaml: policyYaml });
  });

  it('is known under the name that its policy was asked for by', () => {
    const clinic = rulesWith('name: clinic');
    expect(checkNewAgent({ ...good, policyName: 'clinic' }, clinic).policy.name).toBe('clinic');
    expect(checkNewAgent(good, clinic).policy.name).toBe('healthcare-default');
  });
});

describe('a name', () => {
  it.each([
    ['64 characters', 'n'.repeat(64), 'n'.repeat(64)],
    ['64 characters beyond the basic plane', '😀'.repeat(64), '😀'.repeat(64)],
    ['white space at its ends', '  front desk\n', 'front desk'],
    ['letters of any script', 'Empfang Süd 受付', 'Empfang Süd 受付'],
  ])('may have %s', (_what, name, stored) => {
    expect(checkNewAgent({ ...good, name }, rules).name).toBe(stored);
  });

  it.each([
    ['nothing', ''],
    ['white space only', ' \t '],
    ['65 characters', 'n'.repeat(65)],
    ['a line break inside', 'a\nb'],
    ['a NUL', 'a\0b'],
    ['a C1 control', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['half a character', 'a\ud800'],
  ])('may not have %s', (_what, name) => {
    const failure = failureOf(() => checkNewAgent({ ...good, name }, rules));
    expect([failure.code, failure.details.map(({ path }) => path)]).toEqual(['validation_failed', ['name']]);
  });

  it('is never repeated in a message', () => {
    const secret = 'Maria Gonzalez\n078-05-1120';
    const failure = failureOf(() =>
      checkNewAgent({ name: secret, upstream: secret, tokenization: secret, policyName: secret }, rules),
    );
    expect(failure.details).toHaveLength(4);
    expect(JSON.stringify([failure.message, failure.details])).not.toMatch(/Gonzalez|1120/);
  });
});

describe('one faulty field', () => {
  it.each([
    ['unknown_upstream', { upstream: 'openai:gpt-9' }, ['upstream']],
    ['unknown_policy', { policyName: 'nobody' }, ['policyName']],
    ['policy_yaml_invalid', { policyYaml: 'name: p\nkid: K_X\nversion: 0' }, ['kid', 'version']],
    ['validation_failed', { tokenization: 'rot13' }, ['tokenization']],
    ['validation_failed', { policyName: 'healthcare-default', policyYaml: 'name: p' }, ['policyYaml']],
  ])('has the code %s: %j', (code, fields, paths) => {
    for (const check of [() => checkNewAgent({ ...good, ...fields }, rules), () => checkAgentChange(fields, rules)]) {
      const failure = failureOf(check);
      expect([failure.code, failure.details.map(({ path }) => path)]).toEqual([code, paths]);
    }
  });

  it('names the configured upstreams', () => {
    const { details } = failureOf(() => checkNewAgent({ ...good, upstream: 'none' }, rules));
    expect(details.map(({ message }) => message)).toEqual(['Configured upstreams: openai:gpt-4o-mini, stub.']);
  });

  it('takes synthetic, also where the policy asks for it', () => {
    const policyYaml = 'name: p\ntokenization: synthetic\nsynthetic: { seed: spring }';
    for (const fields of [{ tokenization: 'synthetic' }, { policyYaml }])
      expect(checkNewAgent({ ...good, ...fields }, rules).tokenization).toBe('synthetic');
  });
});

describe('several faulty fields', () => {
  it('are told at once, a policy text with each of its problems', () => {
    const input = {
      name: '',
      upstream: 'none',
      tokenization: 'rot13',
      policyYaml: 'name: p\nkid: K_X\nentities: { SSN: { action: x } }',
    };
    const failure = failureOf(() => checkNewAgent(input, rules));
    expect(failure.code).toBe('validation_failed');
    expect(failure.details.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'name invalid_value',
      'upstream unknown_upstream',
      'policyYaml unknown_kid',
      'policyYaml invalid_value',
      'tokenization invalid_value',
    ]);
    expect(failure.details[3]?.message).toBe('entities.SSN.action: 3:28: must be one of tokenize, redact, passthrough');
  });

  it('name exactly the fields that are faulty, whichever they are', () => {
    const faulty = { name: '\u0007', upstream: 'none', tokenization: 'rot13', policyName: 'nobody' };
    const anySubset = fc.subarray(Object.keys(faulty) as (keyof typeof faulty)[], { minLength: 1 });
    fc.assert(
      fc.property(anySubset, (keys) => {
        const wrong = Object.fromEntries(keys.map((key) => [key, faulty[key]]));
        const isSpecific = keys.length === 1 && (keys[0] === 'upstream' || keys[0] === 'policyName');
        for (const check of [() => checkNewAgent({ ...good, ...wrong }, rules), () => checkAgentChange(wrong, rules)]) {
          const failure = failureOf(check);
          expect(failure.details.map(({ path }) => path).toSorted()).toEqual(keys.toSorted());
          expect(failure.code === 'validation_failed').toBe(!isSpecific);
        }
      }),
    );
  });
});

describe('a change', () => {
  it('holds what is given and nothing else', () => {
    expect(checkAgentChange({}, rules)).toEqual({});
    expect(checkAgentChange({ name: ' new ' }, rules)).toEqual({ name: 'new' });
    expect(checkAgentChange({ name: null, tokenization: 'reversible-aead' }, rules)).toEqual({
      tokenization: 'reversible-aead',
    });
    expect(Object.keys(checkAgentChange({ policyYaml: 'name: p\ntokenization: synthetic' }, rules))).toEqual([
      'policy',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/platform/failure.ts';
import { faultyFields, prepare, restName } from '../../../src/rest/execute.ts';

describe('documents', () => {
  test.each(['{ me { user { id } } }', 'query ($id: ID!) { agent(id: $id) { name } }'])(
    'that fit the schema are prepared',
    (text) => {
      expect(prepare(text).kind).toBe('Document');
    },
  );

  test.each([
    '{ me { user { surname } } }',
    '{',
    'query ($id: Int!) { agent(id: $id) { name } }',
    '{ agent { name } }',
    'mutation { createAgent { __typename } }',
  ])('%s stops the start', (text) => {
    expect(() => prepare(text)).toThrow();
  });
});

test.each([
  ['name', 'name'],
  ['input.policyName', 'policy_name'],
  ['policyYaml', 'policy_yaml'],
  ['first', 'limit'],
  ['after', 'cursor'],
  ['minRedactions', 'min_redactions'],
  ['agentId', 'agent_id'],
  ['input', 'body'],
])('the argument %s is %s in REST', (argument, parameter) => {
  expect(restName(argument)).toBe(parameter);
});

test('a policy that is faulty in several places is one faulty field', () => {
  const details = [
    { path: 'entities.NAME.action', code: 'invalid_value', message: '4:3: use tokenize or redact' },
    { path: 'version', code: 'required', message: '1:1: is missing' },
  ];
  expect(faultyFields(new Failure('policy_yaml_invalid', 'The policy has 2 problems.', details))).toEqual([
    { path: 'policy_yaml', code: 'policy_yaml_invalid', message: 'The policy has 2 problems.' },
  ]);
  expect(faultyFields(new Failure('validation_failed', '', [{ path: 'policyName', code: 'x', message: 'y' }]))).toEqual(
    [{ path: 'policy_name', code: 'x', message: 'y' }],
  );
});

import { GraphQLError } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  causeOf,
  isUnexpected,
  presentError,
  presentResult,
  withoutValues,
} from '../../../src/graphql/presentation.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { newId } from '../../../src/platform/ids.ts';

describe('errors as callers see them', () => {
  test('a failure keeps its code, message and details, and the place where it happened', () => {
    const details = [{ path: 'name', code: 'too_long', message: 'At most 64.' }];
    const located = new GraphQLError('x', {
      path: ['createAgent'],
      originalError: new Failure('validation_failed', 'Not valid.', details),
    });
    const presented = presentError(located);
    expect(presented.toJSON()).toEqual({
      message: 'Not valid.',
      path: ['createAgent'],
      extensions: { code: 'validation_failed', details },
    });
    expect(isUnexpected(located)).toBe(false);
  });

  test.each([
    new Error('value of jane'),
    new GraphQLError('value of jane', { originalError: new TypeError('value of jane') }),
    new GraphQLError('outer', {
      originalError: new GraphQLError('value of jane', { originalError: new RangeError('value of jane') }),
    }),
    'value of jane',
    { message: 'value of jane' },
    null,
  ])('whatever else was thrown says nothing', (thrown) => {
    expect(JSON.stringify(presentError(thrown))).not.toContain('jane');
    expect(presentError(thrown).extensions).toEqual({ code: 'internal_error' });
    expect(isUnexpected(thrown)).toBe(true);
  });

  test('GraphQL’s own errors keep their message and extensions', () => {
    const limit = new GraphQLError('Too deep.', { extensions: { http: { status: 400 } } });
    const wrapped = new GraphQLError(limit.message, { originalError: limit, path: ['agents'] });
    expect(presentError(wrapped).toJSON()).toEqual({
      message: 'Too deep.',
      path: ['agents'],
      extensions: { code: 'bad_request', http: { status: 400 } },
    });
    expect(causeOf(wrapped)).toBe(limit);
  });

  test.each([
    ['GRAPHQL_PARSE_FAILED', 400, 'bad_request'],
    ['BAD_REQUEST', 405, 'method_not_allowed'],
    ['REQUEST_ENTITY_TOO_LARGE', 413, 'payload_too_large'],
    ['OPERATION_RESOLUTION_FAILURE', 200, 'bad_request'],
    ['I_AM_A_TEAPOT', 418, 'bad_request'],
    ['not_found', 200, 'not_found'],
  ])('the code %s of a library becomes one of the catalogue, by the status %s', (code, status, expected) => {
    const error = new GraphQLError('No.', { extensions: { code, http: { status } } });
    expect(presentError(error).extensions['code']).toBe(expected);
  });

  test('what a library takes for unexpected is masked', () => {
    const error = new GraphQLError('value of jane', {
      extensions: { code: 'INTERNAL_SERVER_ERROR', unexpected: true },
    });
    expect(presentError(error).toJSON()).toEqual({
      message: 'Something went wrong on our side.',
      extensions: { code: 'internal_error' },
    });
    expect(isUnexpected(error)).toBe(true);
  });

  test('each error of a result carries the id of the request; a result without errors is as it was', () => {
    const requestId = newId('request');
    const result = presentResult({ data: null, errors: [new GraphQLError('a'), new GraphQLError('b')] }, requestId);
    expect(result.errors.map(({ extensions }) => extensions['requestId'])).toEqual([requestId, requestId]);
    const fine: ExecutionResult = { data: { a: 1 } };
    expect(presentResult(fine, requestId)).toBe(fine);
  });
});

test.each([
  [
    'Variable "$input" got invalid value "Jane Roe" at "input.name"; String cannot represent a non string value: "Jane Roe"',
    'Variable "$input" has a value that does not fit its type at "input.name".',
  ],
  [
    'Variable "$n" got invalid value "Jane"; Int cannot represent non-integer value: "Jane"',
    'Variable "$n" has a value that does not fit its type.',
  ],
  [
    'Variable "$input" got invalid value { a: " at \\"jane.roe\\"; " }; Field "b" is not defined',
    'Variable "$input" has a value that does not fit its type.',
  ],
  ['Int cannot represent non-integer value: "Jane Roe"', 'Int cannot represent non-integer value.'],
  ['String cannot represent a non string value: {name: "Jane"}', 'String cannot represent a non string value.'],
  ['Expected value of type "CreateAgentInput!", found "Jane".', 'Expected value of type "CreateAgentInput!".'],
  ['Value "jane" does not exist in "SessionStatus" enum.', 'Value given does not exist in "SessionStatus" enum.'],
  [
    'Cannot query field "nam" on type "Agent". Did you mean "name"?',
    'Cannot query field "nam" on type "Agent". Did you mean "name"?',
  ],
  [
    'Variable "$id" of required type "ID!" was not provided.',
    'Variable "$id" of required type "ID!" was not provided.',
  ],
])('the value goes out of %j', (message, expected) => {
  expect(withoutValues(message)).toBe(expected);
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldProblems } from '../../../src/graphql/field-problems.ts';

const SCHEMA = z.strictObject({
  name: z.string().max(3),
  inner: z.strictObject({ size: z.int().min(1) }),
  colour: z.enum(['red', 'blue']).optional(),
});

function problemsOf(value: unknown): string[] {
  const { error } = SCHEMA.safeParse(value);
  return fieldProblems(error?.issues ?? [])
    .map(({ path, code }) => `${path}: ${code}`)
    .sort();
}

describe('faulty fields', () => {
  test('are all named at once, each by its own path', () => {
    expect(problemsOf({ name: 'long', inner: { size: 0, weight: 1 }, colour: 'green', extra: 1, more: 2 })).toEqual([
      'colour: invalid_value',
      'extra: unknown_field',
      'inner.size: too_small',
      'inner.weight: unknown_field',
      'more: unknown_field',
      'name: too_big',
    ]);
  });

  test('what is missing is required, what is null has the wrong type', () => {
    expect(problemsOf({ inner: {} })).toEqual(['inner.size: required', 'name: required']);
    expect(problemsOf({ name: null, inner: { size: 1 } })).toEqual(['name: invalid_type']);
  });

  test('messages never repeat the value', () => {
    const { error } = SCHEMA.safeParse({ name: 'Jane Roe', inner: 'Jane Roe', colour: 'Jane Roe' });
    expect(JSON.stringify(fieldProblems(error?.issues ?? []))).not.toContain('Jane');
  });

  test('a root goes before each path', () => {
    const { error } = SCHEMA.safeParse({ name: 'long', inner: { size: 1 } });
    expect(fieldProblems(error?.issues ?? [], ['input']).map(({ path }) => path)).toEqual(['input.name']);
  });
});

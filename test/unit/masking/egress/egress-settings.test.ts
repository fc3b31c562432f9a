import { describe, expect, test } from 'vitest';
import { EgressSearch } from '../../../../src/masking/egress/egress.ts';
import { settingNumbers } from '../../../../src/masking/egress/egress-settings.ts';

/** Numbers that a caller may have said, and that a request may be set to. */
const SAID = ['4155550142', '20481234', '123456789'];

function hits(body: object): number {
  const search = new EgressSearch();
  for (const value of SAID) search.add(value, 'PHONE');
  return search.search(Buffer.from(JSON.stringify(body))).length;
}

const bounded = (schema: object): object => ({ tools: [{ type: 'function', function: { parameters: schema } }] });

describe('the egress check', () => {
  test.each(SAID)('lets the number %s be a seed, a limit or a bound of a schema', (value) => {
    const number = Number(value);
    for (const body of [
      { seed: number },
      { max_tokens: number },
      { max_completion_tokens: number },
      { max_output_tokens: number },
      bounded({ properties: { id: { type: 'integer', minimum: 1, maximum: number } } }),
      bounded({ items: { anyOf: [{ exclusiveMinimum: number }] } }),
      { functions: [{ parameters: { maxLength: number } }] },
      { response_format: { json_schema: { schema: { properties: { id: { maximum: number } } } } } },
    ])
      expect(hits(body), JSON.stringify(body)).toBe(0);
  });

  test.each(SAID)('finds the number %s everywhere else', (value) => {
    const number = Number(value);
    for (const body of [
      { seed: value },
      { max_tokens: [number] },
      { messages: [{ role: 'user', content: value }] },
      { messages: [{ seed: number }] },
      { metadata: { maximum: number, seed: number } },
      { other: number },
      bounded({ properties: { id: { default: number } } }),
      bounded({ properties: { id: { examples: [{ maximum: number }] } } }),
      bounded({ properties: { id: { enum: [number] } } }),
      bounded({ description: `at most ${value}` }),
      bounded({ maximum: value }),
    ])
      expect(hits(body), JSON.stringify(body)).toBeGreaterThan(0);
  });
});

test('settingNumbers reads keys as keys and strings as strings', () => {
  const text = '{ "content" : "\\"seed\\": 1", "seed" : -12.5e3, "x": {"seed": 2}, "n":3 }';
  expect(settingNumbers(text).map(({ start, end }) => text.slice(start, end))).toEqual(['-12.5e3', '3']);
  for (const broken of ['', '"', '{"seed":', '{"seed', ']]', '{"seed":-'])
    expect(() => settingNumbers(broken)).not.toThrow();
});

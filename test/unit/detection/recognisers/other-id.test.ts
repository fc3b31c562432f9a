import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('other identifiers', () => {
  it.each([
    'claim number [OTHER_ID:CLM-2024-88123]',
    'rx [OTHER_ID:7712345]',
    'refill prescription number [OTHER_ID:7 7 4 3 2 1 1]',
    'confirmation code is [OTHER_ID:K 7 Q 2 9]',
    'confirmation number [OTHER_ID:B4K9Z1]',
    'order [OTHER_ID:123456]',
    'order number is [OTHER_ID:A as in apple one seven seven]',
    'case number: [OTHER_ID:20-4481]',
    'user id [OTHER_ID:jsmith42]',
    'employee number [OTHER_ID:00412]',
    'my pin is [OTHER_ID:4471]',
    'my tax id is [OTHER_ID:12-3456789]',
    'reference [OTHER_ID:alpha bravo one two three]',
    'my insurance is blue cross and the id is [OTHER_ID:XYZ123456789]',
    '[OTHER_ID:550e8400-e29b-41d4-a716-446655440000]',
  ])('by cue: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'on the form [OTHER_ID:48213377] is written',
    '[OTHER_ID:123456]',
    'it reads [OTHER_ID:nine nine four three two one]',
    'and [OTHER_ID:12-345-67-8]',
    'key [OTHER_ID:sk_live_51H8aQ22BC9934XYZ]',
  ])('unexplained: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'it costs $1,250.00',
    '12,500 dollars',
    "it's about two hundred fifty thousand dollars",
    'from 2019-2023 we saw 1,200,000 patients',
    '[1, 2, 3, 4, 5, 6, 7, 8]',
    'the ratio is 3.14159265',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet-20241022',
    'gpt-4-0125-preview',
    'brothers aged eighteen, sixteen, fourteen and twelve',
    'in nineteen ninety one nineteen ninety two',
    'flight 1234',
    '30000 ms',
    'press 12345',
    'code red',
    'in case of 2 fires',
    'order 2 pizzas',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

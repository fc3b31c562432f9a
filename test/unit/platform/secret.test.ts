import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/platform/secret.ts';

const VALUE = 'hunter2-hunter2';

describe('a secret', () => {
  const secret = new Secret(VALUE);

  test('gives its value to who asks for it by name', () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  test.each<[string, string]>([
    ['a template', `${secret as unknown as string}!`],
    ['String()', String(secret)],
    ['concatenation', ''.concat(String(secret))],
    ['JSON.stringify', JSON.stringify({ deep: [secret] })],
    ['util.inspect', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['Object.entries', JSON.stringify(Object.entries(secret))],
    ['Object.assign', JSON.stringify(Object.assign({}, secret))],
    ['structuredClone', inspect(structuredClone(secret), { showHidden: true })],
  ])('shows nothing through %s', (_way, shown) => {
    expect(shown).not.toContain('hunter2');
  });

  test('hides bytes as well as text', () => {
    const bytes = new Secret(Buffer.from(VALUE));
    expect(inspect(bytes, { depth: 9, showHidden: true })).toBe('[secret]');
    expect(JSON.stringify(bytes)).toBe('"[secret]"');
  });
});

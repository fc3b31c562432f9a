import { describe, expect, test } from 'vitest';
import { credential, domain, endpoint, id, opaque } from '../../../../src/masking/request/responses-forms.ts';
import type { Treatment } from '../../../../src/masking/request/treatment.ts';

const stays = (treatment: Treatment, text: string): boolean => treatment.as === 'form' && treatment.of.test(text);

describe('forms of values of the Responses API', () => {
  test.each([
    ['an id that the API gave', id, 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b', true],
    ['a sentence in place of an id', id, 'resp of Maria Lopez', false],
    ['ciphertext', opaque, `${'Ab0+/'.repeat(20)}==`, true],
    ['a short text in place of ciphertext', opaque, 'Maria', false],
    ['a bearer token', credential, 'Bearer sk-abcdefghij0123456789', true],
    ['words in place of a key', credential, 'Maria Lopez, born in May of the year', false],
    ['a domain', domain, 'api.example.org', true],
    ['a sentence in place of a domain', domain, 'Maria Lopez', false],
    ['the address of a tool server', endpoint, 'https://tools.example.org/mcp', true],
    ['an address with a name in its path', endpoint, 'https://tools.example.org/maria-lopez', false],
  ])('%s', (_, treatment, text, kept) => {
    expect(stays(treatment, text)).toBe(kept);
  });
});

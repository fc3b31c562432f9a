import { expect, test } from 'vitest';
import { credential, domain, endpoint, id, opaque } from '../../../../src/masking/request/responses-forms.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import type { Treatment } from '../../../../src/masking/request/treatment.ts';

const stays = (treatment: Treatment, text: string): boolean =>
  treatment.as === 'form' && runAtOnce(treatment.of.matching(text));

test.each([
  ['an id that the API gave', true, id, 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b'],
  ['a sentence in place of an id', false, id, 'resp of Maria Lopez'],
  ['ciphertext', true, opaque, `${'Ab0+/'.repeat(20)}==`],
  ['a short text in place of ciphertext', false, opaque, 'Maria'],
  ['a bearer token', true, credential, 'Bearer sk-abcdefghij0123456789'],
  ['words in place of a key', false, credential, 'Maria Lopez, born in May of the year'],
  ['a domain', true, domain, 'api.example.org'],
  ['a sentence in place of a domain', false, domain, 'Maria Lopez'],
  ['the address of a tool server', true, endpoint, 'https://tools.example.org/mcp'],
  ['an address with a name in its path', false, endpoint, 'https://tools.example.org/maria-lopez'],
])('a form of the Responses API matches %s: %s', (_, kept, treatment, text) => {
  expect(stays(treatment, text)).toBe(kept);
});

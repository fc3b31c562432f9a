/** The search of payloads for a value: in texts that are longer than one window, wherever in them it is said. */
import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { PayloadMatch } from '../../../src/custody/payload-match.ts';
import { SubjectMatch } from '../../../src/custody/subject-match.ts';
import { newId } from '../../../src/platform/ids.ts';
import { createIssuer, TokenKeys } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { SessionVault } from '../../../src/tokens/vault.ts';

const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }]);

/** Whether a value is found in a request that is stored as it was received, or in what the model answered. */
async function isIn(
  value: string,
  request: string,
  answer = '{}',
  { accountId, id } = { accountId: newId('account'), id: newId('session') },
): Promise<boolean> {
  const key = ring.active('K_HEALTHCARE');
  if (key === null) throw new Error('no key');
  const { vault } = SessionVault.create(key, accountId, id);
  const row = {
    turn: 0,
    request: vault.sealPayload(0, 'request', Buffer.from(request, 'utf8')),
    masked: vault.sealPayload(0, 'masked', Buffer.from('{}')),
    answer: vault.sealPayload(0, 'answer', Buffer.from(answer, 'utf8')),
    response: null,
  };
  const query = (() => Promise.resolve({ rows: [row] })) as unknown as Pool['query'];
  const match = new PayloadMatch(new SubjectMatch(value), new TokenKeys(ring));
  return match.isIn({ query }, { id, accountId, vault });
}

const said = (content: string): string => JSON.stringify({ messages: [{ role: 'user', content }] });

describe('a long payload', () => {
  /** Offsets around the end of the first window and of what the second reads again. */
  const OFFSETS = [0, 12_000, 16_370, 16_376, 16_380, 16_384, 16_390, 20_480, 32_760, 32_768];

  test.each(OFFSETS)('holds a name that is said after %i characters', async (offset) => {
    const filler = 'so '.repeat(Math.ceil(offset / 3)).slice(0, offset);
    // Not as JSON, whose texts are searched twice: with and without what stands around them.
    expect(await isIn('Maria Gonzalez', `${filler} maria, GONZALEZ ${'and '.repeat(9000)}`)).toBe(true);
  });

  test.each(OFFSETS)('holds a number whose digits begin after %i characters, far from each other', async (offset) => {
    const filler = 'so '.repeat(Math.ceil(offset / 3)).slice(0, offset);
    const digits = Array.from('4155556001').join(' and then '.repeat(300));
    expect(await isIn('415-555-6001', said(`${filler} ${digits} `))).toBe(true);
  });

  test.each(OFFSETS)('holds no name that is a part of a word after %i characters', async (offset) => {
    const filler = 'so '.repeat(Math.ceil(offset / 3)).slice(0, offset);
    expect(await isIn('Ann', said(`${filler}the annual planning ${'Annabel '.repeat(9000)}`))).toBe(false);
  });

  test('without a space is searched to its end', async () => {
    expect(await isIn('Maria', said(`${'a'.repeat(100_000)} Maria`))).toBe(true);
  });

  test('that is a stream of events is searched as the text that its events add up to', async () => {
    const events = [...Array.from('so '.repeat(3000)), 'Mar', 'ia'].map(
      (delta) => `data: ${JSON.stringify({ delta })}`,
    );
    expect(await isIn('Maria', events.join('\n'))).toBe(true);
  });
});

test('a name that only the model wrote is found in its answer', async () => {
  const answer = JSON.stringify({ choices: [{ message: { content: 'Is this Maria Gonzalez?' } }] });
  expect(await isIn('Maria Gonzalez', said('good morning'), answer)).toBe(true);
  expect(await isIn('Theodore Whitfield', said('good morning'), answer)).toBe(false);
});

test('a token that carries its value is found in a streamed answer, in which no event holds the whole of it', async () => {
  const [accountId, id] = [newId('account'), newId('session')];
  const issuer = createIssuer(new TokenKeys(ring), 'reversible-aead', 'K_HEALTHCARE', accountId, id);
  const { token } = issuer.issue('NAME', 'Maria Gonzalez');
  const events = Array.from(`Is this ${token}?`).map(
    (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}`,
  );
  expect(await isIn('Maria Gonzalez', said('good morning'), events.join('\n\n'), { accountId, id })).toBe(true);
  expect(await isIn('Theodore Whitfield', said('good morning'), events.join('\n\n'), { accountId, id })).toBe(false);
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Pool } from 'pg';
import { newId } from '../../../src/platform/ids.ts';
import type { SessionId } from '../../../src/platform/ids.ts';
import { CallDigests } from '../../../src/sessions/call-digests.ts';
import type { KeptThread } from '../../../src/sessions/correlation.ts';
import { INHERITED_TOKENS, READ_TOKENS, ResponseChain } from '../../../src/sessions/response-chain.ts';
import type { KeptChain } from '../../../src/sessions/response-chain.ts';
import type { IssuedToken } from '../../../src/tokens/issued-token.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { SessionVault } from '../../../src/tokens/vault.ts';

const ring = new KeyRing([{ kid: 'K_TEST', role: 'active', secret: Buffer.alloc(32, 5) }]);
const digests = new CallDigests(Buffer.alloc(32, 7));
const agent = newId('agent');
const account = newId('account');

type Rows = readonly object[];

/** A chain over a database that answers each statement with the next rows, the last ones again and again. */
function chainOver(...answers: readonly Rows[]): { readonly chain: ResponseChain; readonly asked: unknown[][] } {
  const asked: unknown[][] = [];
  const query = ({ values }: { values: unknown[] }): Promise<{ rows: Rows }> => {
    asked.push(values);
    return Promise.resolve({ rows: answers[Math.min(asked.length, answers.length) - 1] ?? [] });
  };
  return { chain: new ResponseChain({ pool: { query } as unknown as Pool, ring, digests }), asked };
}

const answered = (
  id: SessionId,
  more: { is_open?: boolean; is_shared?: boolean; chain_tokens?: Buffer } = {},
): Rows => [{ id, is_open: false, is_shared: false, chain_tokens: null, ...more }];
const digestOf = (responseId: string, of = agent): Buffer => digests.response(of, 'none', responseId);
const after = (responseId: string): KeptThread => ({ responseId, conversationId: null });

/** The session that the answer came from. */
async function answering(chain: ResponseChain, responseId: string, of = agent): Promise<KeptChain['answered']> {
  return (await chain.find(of, 'none', after(responseId))).answered;
}

describe('the session of an answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is found by the digest, within the agent', async () => {
    const id = newId('session');
    const { chain, asked } = chainOver(answered(id, { is_open: true }));
    expect(await answering(chain, 'resp_1')).toEqual({ id, isOpen: true });
    expect(asked).toEqual([[digestOf('resp_1'), agent]]);
  });

  test('is none where two sessions have it', async () => {
    const { chain, asked } = chainOver(answered(newId('session'), { is_shared: true }));
    expect(await answering(chain, 'resp_1')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('is waited for a while: another node may be writing it', async () => {
    const id = newId('session');
    const { chain, asked } = chainOver([], [], answered(id));
    const found = answering(chain, 'resp_1');
    await vi.runAllTimersAsync();
    expect(await found).toEqual({ id, isOpen: false });
    expect(asked).toHaveLength(3);
  });

  test('that nobody has is waited for once, for half a second', async () => {
    const { chain, asked } = chainOver([]);
    const found = answering(chain, 'resp_1');
    await vi.advanceTimersByTimeAsync(500);
    expect(await found).toBeNull();
    expect(asked).toHaveLength(5);
    expect(await answering(chain, 'resp_1')).toBeNull();
    expect(asked).toHaveLength(6);
  });

  test('that nobody had may be found later', async () => {
    const id = newId('session');
    const { chain } = chainOver([], [], [], [], [], answered(id));
    const found = answering(chain, 'resp_1');
    await vi.runAllTimersAsync();
    expect(await found).toBeNull();
    expect(await answering(chain, 'resp_1')).toEqual({ id, isOpen: false });
  });

  test.each(['recorded', 'lost'])(
    'that this node is writing is looked up once that is over, however it ends: %s',
    async (how) => {
      const id = newId('session');
      const { chain, asked } = chainOver(answered(id));
      let end = (): void => undefined;
      const recorded = new Promise<void>((resolve, reject) => {
        end =
          how === 'recorded'
            ? resolve
            : () => {
                reject(new Error('lost'));
              };
      });
      chain.expect(digestOf('resp_1'), id, [], recorded);
      const found = answering(chain, 'resp_1');
      // Another answer does not wait for it, nor does the same id with another agent.
      expect(await answering(chain, 'resp_2')).not.toBeNull();
      expect(await answering(chain, 'resp_1', newId('agent'))).not.toBeNull();
      expect(asked).toHaveLength(2);
      end();
      expect(await found).toEqual({ id, isOpen: false });
    },
  );

  test('rejects when the database does', async () => {
    const chain = new ResponseChain({ pool: { query: () => Promise.reject(new Error('gone')) }, ring, digests });
    await expect(answering(chain, 'resp_1')).rejects.toThrow('gone');
  });
});

/** A chain in which every token stood. */
const EVERY: KeptChain = { answered: null, keeps: () => true };

describe('what the provider keeps of a thread', () => {
  const [said, heard, other] = ['A', 'B', 'C'].map((letter) => `MSKV1.PHONE.K_TEST.${letter.repeat(26)}`);
  if (said === undefined || heard === undefined || other === undefined) throw new Error('three tokens');

  test('are the tokens that the turns up to an answer recorded, and no others', async () => {
    const recorded = chainOver([]).chain.record(agent, new Set([said, heard]));
    const { chain } = chainOver(answered(newId('session'), { chain_tokens: recorded ?? Buffer.alloc(0) }));
    const kept = await chain.find(agent, 'none', after('resp_1'));
    expect([said, heard, other].map((token) => kept.keeps(token))).toEqual([true, true, false]);
    // The same bytes say nothing of the tokens of another agent.
    expect((await chain.find(newId('agent'), 'none', after('resp_1'))).keeps(said)).toBe(false);
  });

  test('are the tokens that the turns of a conversation recorded', async () => {
    const { chain, asked } = chainOver([{ chain_tokens: chainOver([]).chain.record(agent, new Set([said])) }]);
    const kept = await chain.find(agent, 'signature', { responseId: null, conversationId: 'conv_1' });
    expect([said, heard].map((token) => kept.keeps(token))).toEqual([true, false]);
    expect(kept.answered).toBeNull();
    expect(asked).toEqual([[digests.conversation(agent, 'signature', 'conv_1'), agent]]);
  });

  test('are none where a conversation begins or nothing was recorded, and name no session that shares the answer', async () => {
    const { chain, asked } = chainOver(
      answered(newId('session'), {
        is_shared: true,
        chain_tokens: chainOver([]).chain.record(agent, new Set([said])) ?? Buffer.alloc(0),
      }),
      answered(newId('session')),
    );
    expect((await chain.find(agent, 'none', { responseId: null, conversationId: null })).keeps(said)).toBe(false);
    expect(asked).toEqual([]);
    const shared = await chain.find(agent, 'none', after('resp_1'));
    expect([shared.answered, shared.keeps(said)]).toEqual([null, true]);
    expect((await chain.find(agent, 'none', after('resp_2'))).keeps(said)).toBe(false);
    expect(chain.record(agent, new Set())).toBeNull();
  });

  test('is looked up under the credential of the caller', async () => {
    const { chain, asked } = chainOver(answered(newId('session')));
    await chain.find(agent, 'proxy_key:aa', after('resp_1'));
    expect(asked).toEqual([[digests.response(agent, 'proxy_key:aa', 'resp_1'), agent]]);
    expect(digests.response(agent, 'proxy_key:aa', 'resp_1')).not.toEqual(digestOf('resp_1'));
  });
});

describe('the tokens that a session hands on', () => {
  const key = ring.active('K_TEST');
  if (key === null) throw new Error('no key');
  const id = newId('session');
  const { vault, wrapped } = SessionVault.create(key, account, id);
  const stored = (value: string): IssuedToken => ({
    token: `MSKV1.PHONE.K_TEST.${value}`,
    kind: 'PHONE',
    value,
    kid: 'K_TEST',
    keyVersion: key.version,
    stored: true,
  });
  const carrier: IssuedToken = {
    token: 'MSK1.EMAIL.K_TEST.X',
    kind: 'EMAIL',
    value: 'a@b.cd',
    kid: 'K_TEST',
    keyVersion: key.version,
    stored: false,
  };

  function row({ token, kind, value, kid, keyVersion }: IssuedToken, more: object = {}): object {
    return {
      vault_kid: wrapped.kid,
      vault_version: wrapped.keyVersion,
      wrapped: wrapped.wrapped,
      token,
      kind,
      kid,
      key_version: keyVersion,
      sealed: vault.seal(token, value),
      ...more,
    };
  }

  test('are those of its vault, as they were', async () => {
    const tokens = [stored('A'), stored('B')];
    const { chain, asked } = chainOver(tokens.map((each) => row(each)));
    expect(await chain.tokensOf(account, id, EVERY)).toEqual(tokens);
    expect(asked).toEqual([[id, account, READ_TOKENS]]);
  });

  test('are only those of the chain', async () => {
    const tokens = [stored('A'), stored('B')];
    const { chain } = chainOver(tokens.map((each) => row(each)));
    chain.expect(digestOf('resp_1'), id, [carrier], Promise.resolve());
    const one: KeptChain = { answered: null, keeps: (token) => token === stored('B').token };
    expect(await chain.tokensOf(account, id, one)).toEqual([stored('B')]);
    expect(await chain.inheritable([...tokens, carrier], one)).toEqual([stored('B')]);
  });

  test('are without what does not open: of another session, under another token, of a kind that is none', async () => {
    const foreign = SessionVault.create(key, account, newId('session')).vault;
    const rows = [
      row(stored('A'), { sealed: foreign.seal(stored('A').token, 'A') }),
      row(stored('B'), { sealed: vault.seal(stored('A').token, 'A') }),
      row(stored('C'), { kind: 'NOBODY' }),
      row(stored('D')),
    ];
    expect(await chainOver(rows).chain.tokensOf(account, id, EVERY)).toEqual([stored('D')]);
  });

  test.each([
    [
      'is wrapped for another session',
      SessionVault.create(key, account, newId('session')).wrapped.wrapped,
      key.version,
    ],
    ['is damaged', Buffer.alloc(60), key.version],
    ['was wrapped by one that is gone', wrapped.wrapped, '00000000'],
  ])('are none where the key of the vault %s', async (_, bytes, version) => {
    const rows = [row(stored('A'), { wrapped: bytes, vault_version: version })];
    expect(await chainOver(rows).chain.tokensOf(account, id, EVERY)).toEqual([]);
  });

  test('are those that no vault has, too, while this node knows them', async () => {
    for (const rows of [[], [row(stored('A'))]]) {
      const { chain } = chainOver(rows);
      chain.expect(digestOf('resp_1'), id, [carrier, stored('A')], Promise.resolve());
      expect(await chain.tokensOf(account, id, EVERY)).toEqual(rows.length === 0 ? [carrier] : [stored('A'), carrier]);
      expect(await chain.tokensOf(account, newId('session'), EVERY)).not.toContainEqual(carrier);
    }
  });

  test('of a turn without an id are not kept: nobody can go on from it', async () => {
    const { chain } = chainOver([]);
    chain.expect(null, id, [carrier], Promise.resolve());
    expect(await chain.tokensOf(account, id, EVERY)).toEqual([]);
  });

  test('are bounded: whoever goes on and on makes no session dearer than that', async () => {
    const { chain } = chainOver([]);
    const many = Array.from({ length: INHERITED_TOKENS + 1 }, (_, n) => ({
      ...carrier,
      token: `MSK1.EMAIL.K_TEST.${n}`,
    }));
    chain.expect(digestOf('resp_1'), id, many, Promise.resolve());
    expect(await chain.tokensOf(account, id, EVERY)).toHaveLength(INHERITED_TOKENS);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { newId } from '../../../src/platform/ids.ts';
import type { AgentId, SessionId } from '../../../src/platform/ids.ts';
import { INHERITED_TOKENS, ResponseChain } from '../../../src/sessions/response-chain.ts';
import type { TurnEnding } from '../../../src/sessions/turn.ts';
import type { IssuedToken } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { SessionVault } from '../../../src/tokens/vault.ts';
import { ENDING } from '../../turn-ending.ts';

const ring = new KeyRing([{ kid: 'K_TEST', role: 'active', secret: Buffer.alloc(32, 5) }]);
const auditKey = Buffer.alloc(32, 7);
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
  return { chain: new ResponseChain({ pool: { query } as unknown as Pool, ring, auditKey }), asked };
}

const answered = (id: SessionId, more: { is_open?: boolean; is_shared?: boolean } = {}): Rows => [
  { id, is_open: false, is_shared: false, ...more },
];
const ending = (responseId: string): TurnEnding => ({ ...ENDING, responseId });

describe('the digest of an id', () => {
  const { chain } = chainOver([]);

  test('is nothing where there is no id', () => {
    expect(chain.digest(agent, null)).toBeNull();
  });

  test('is one for each agent and id, the same on every node, and says nothing of the id', () => {
    const another = chainOver([]).chain;
    fc.assert(
      fc.property(
        fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })),
        fc.boolean(),
        ([one, other], isSameAgent) => {
          const agents: AgentId[] = [agent, isSameAgent ? agent : newId('agent')];
          const [first, second] = [chain.digest(agents[0] ?? agent, one), another.digest(agents[1] ?? agent, other)];
          expect(first).toHaveLength(32);
          expect(first?.equals(second ?? Buffer.alloc(0))).toBe(one === other && isSameAgent);
          expect(one.length > 3 && first?.toString('latin1').includes(one)).toBe(false);
        },
      ),
    );
  });

  test('depends on the audit key', () => {
    const other = new ResponseChain({
      pool: { query: () => Promise.reject(new Error()) },
      ring,
      auditKey: Buffer.alloc(32, 8),
    });
    expect(other.digest(agent, 'resp_1')).not.toEqual(chain.digest(agent, 'resp_1'));
  });
});

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
    expect(await chain.find(agent, 'resp_1')).toEqual({ id, isOpen: true });
    expect(asked).toEqual([[chain.digest(agent, 'resp_1'), agent]]);
  });

  test('is none where two sessions have it', async () => {
    const { chain, asked } = chainOver(answered(newId('session'), { is_shared: true }));
    expect(await chain.find(agent, 'resp_1')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('is waited for a while: another node may be writing it', async () => {
    const id = newId('session');
    const { chain, asked } = chainOver([], [], answered(id));
    const found = chain.find(agent, 'resp_1');
    await vi.runAllTimersAsync();
    expect(await found).toEqual({ id, isOpen: false });
    expect(asked).toHaveLength(3);
  });

  test('that nobody has is waited for once, for half a second', async () => {
    const { chain, asked } = chainOver([]);
    const found = chain.find(agent, 'resp_1');
    await vi.advanceTimersByTimeAsync(500);
    expect(await found).toBeNull();
    expect(asked).toHaveLength(5);
    expect(await chain.find(agent, 'resp_1')).toBeNull();
    expect(asked).toHaveLength(6);
  });

  test('that nobody had may be found later', async () => {
    const id = newId('session');
    const { chain } = chainOver([], [], [], [], [], answered(id));
    const found = chain.find(agent, 'resp_1');
    await vi.runAllTimersAsync();
    expect(await found).toBeNull();
    expect(await chain.find(agent, 'resp_1')).toEqual({ id, isOpen: false });
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
      chain.expect(agent, ending('resp_1'), id, [], recorded);
      const found = chain.find(agent, 'resp_1');
      // Another answer does not wait for it, nor does the same id with another agent.
      expect(await chain.find(agent, 'resp_2')).not.toBeNull();
      expect(await chain.find(newId('agent'), 'resp_1')).not.toBeNull();
      expect(asked).toHaveLength(2);
      end();
      expect(await found).toEqual({ id, isOpen: false });
    },
  );

  test('rejects when the database does', async () => {
    const chain = new ResponseChain({ pool: { query: () => Promise.reject(new Error('gone')) }, ring, auditKey });
    await expect(chain.find(agent, 'resp_1')).rejects.toThrow('gone');
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
    expect(await chain.tokensOf(account, id)).toEqual(tokens);
    expect(asked).toEqual([[id, account, INHERITED_TOKENS]]);
  });

  test('are without what does not open: of another session, under another token, of a kind that is none', async () => {
    const foreign = SessionVault.create(key, account, newId('session')).vault;
    const rows = [
      row(stored('A'), { sealed: foreign.seal(stored('A').token, 'A') }),
      row(stored('B'), { sealed: vault.seal(stored('A').token, 'A') }),
      row(stored('C'), { kind: 'NOBODY' }),
      row(stored('D')),
    ];
    expect(await chainOver(rows).chain.tokensOf(account, id)).toEqual([stored('D')]);
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
    expect(await chainOver(rows).chain.tokensOf(account, id)).toEqual([]);
  });

  test('are those that no vault has, too, while this node knows them', async () => {
    for (const rows of [[], [row(stored('A'))]]) {
      const { chain } = chainOver(rows);
      chain.expect(agent, ending('resp_1'), id, [carrier, stored('A')], Promise.resolve());
      expect(await chain.tokensOf(account, id)).toEqual(rows.length === 0 ? [carrier] : [stored('A'), carrier]);
      expect(await chain.tokensOf(account, newId('session'))).not.toContainEqual(carrier);
    }
  });

  test('of a turn without an id are not kept: nobody can go on from it', async () => {
    const { chain } = chainOver([]);
    chain.expect(agent, ENDING, id, [carrier], Promise.resolve());
    expect(await chain.tokensOf(account, id)).toEqual([]);
  });

  test('are bounded: whoever goes on and on makes no session dearer than that', async () => {
    const { chain } = chainOver([]);
    const many = Array.from({ length: INHERITED_TOKENS + 1 }, (_, n) => ({
      ...carrier,
      token: `MSK1.EMAIL.K_TEST.${n}`,
    }));
    chain.expect(agent, ending('resp_1'), id, many, Promise.resolve());
    expect(await chain.tokensOf(account, id)).toHaveLength(INHERITED_TOKENS);
  });
});

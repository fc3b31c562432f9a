import { describe, expect, it } from 'vitest';
import { AgentSecrets } from '../../../src/agents/agent-secrets.ts';
import { newWebhookSecret } from '../../../src/platform/standard-webhooks.ts';
import { newId } from '../../../src/platform/ids.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';

const KID = 'K_HEALTHCARE';
const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const before = new AgentSecrets(new KeyRing([{ kid: KID, role: 'active', secret: OLD }]));
const during = new AgentSecrets(
  new KeyRing([
    { kid: KID, role: 'active', secret: NEW },
    { kid: KID, role: 'old', secret: OLD },
  ]),
);
const after = new AgentSecrets(new KeyRing([{ kid: KID, role: 'active', secret: NEW }]));
const [account, agent] = [newId('account'), newId('agent')];
const sealed = before.seal(account, agent, 'signature', KID, new Secret('clinic sécret'));
const refusal = expect.objectContaining({ code: 'audit_unavailable' }) as Error;

describe('a secret of an agent', () => {
  it('opens as it was, and is nowhere in the row', () => {
    expect(before.open(account, agent, sealed).reveal()).toBe('clinic sécret');
    expect(Buffer.from(sealed.sealed).includes('clinic')).toBe(false);
    expect(before.seal(account, agent, 'signature', KID, new Secret('clinic sécret')).sealed).not.toEqual(
      sealed.sealed,
    );
  });

  it('opens during a rotation of keys, and not after it', () => {
    expect(during.open(account, agent, sealed).reveal()).toBe('clinic sécret');
    expect(() => after.open(account, agent, sealed)).toThrow(refusal);
  });

  it('opens as an earlier version sealed it', () => {
    const bytes = Buffer.from('031496817c350e63db715af5aa9077fd6601d0e190febf9672c8562c7b2b971b3300c23dcb', 'hex');
    const [first, called] = ['acc_01HYZ000000000000000000000', 'agt_01HYZ000000000000000000000'] as const;
    const { keyVersion } = sealed;
    const row = { purpose: 'signature', kid: KID, keyVersion, sealed: Uint8Array.from(bytes) } as const;
    expect(before.open(first, called, row).reveal()).toBe('whsec_old');
  });

  it('opens in its own place only', () => {
    expect(() => before.open(newId('account'), agent, sealed)).toThrow(refusal);
    expect(() => before.open(account, newId('agent'), sealed)).toThrow(refusal);
    expect(() => before.open(account, agent, { ...sealed, purpose: 'shared_secret' })).toThrow(refusal);
    expect(() => before.open(account, agent, { ...sealed, kid: 'K_OTHER' })).toThrow(refusal);
    const changed = Uint8Array.from(sealed.sealed);
    changed[20] = (changed[20] ?? 0) ^ 1;
    expect(() => before.open(account, agent, { ...sealed, sealed: changed })).toThrow(refusal);
    expect(() => before.open(account, agent, { ...sealed, sealed: new Uint8Array() })).toThrow(refusal);
  });

  it('is not sealed under a key that is not there', () => {
    expect(() => before.seal(account, agent, 'signature', 'K_OTHER', new Secret('x'))).toThrow(RangeError);
  });
});

describe('a webhook secret', () => {
  it('is fresh each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newWebhookSecret().reveal())).size).toBe(100);
  });
});

/** Keys that callers of an agent's proxy send as `Authorization: Bearer mpk_...`, and the secret of its assistant callback. */
import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import { Secret } from '../platform/secret.ts';
import { newWebhookSecret } from '../platform/standard-webhooks.ts';
import { agentIdOf, changeAgent, updatedAfter } from './agent-transaction.ts';
import type { Actor, AgentTransactions, Transaction } from './agent-transaction.ts';
import type { SealedSecret } from './agent-secrets.ts';
import { parseCallerAuth, storedCallerAuth } from './caller-auth.ts';
import type { Agent } from '../generated/prisma/client.ts';
import type { AgentId } from '../platform/ids.ts';

/** So many keys can an agent have at once: an old and a new one for each of a few platforms. */
export const MAX_PROXY_KEYS = 10;

/** A key that was just made: the only time that it is shown. */
export interface NewProxyKey {
  readonly id: string;
  readonly createdAt: Date;
  readonly key: Secret<string>;
}

export interface ProxyKeyService {
  /** Makes a key and asks for one from now on. Throws Failure `agent_not_found`, or `validation_failed` where there are too many. */
  create(actor: Actor, agentId: string): Promise<NewProxyKey>;
  /**
   * Takes a key back at once. The agent does not open by it: where the last key is gone, none is let in by a key. Throws
   * Failure `agent_not_found`, or `not_found` for a key that the agent does not have.
   */
  revoke(actor: Actor, agentId: string, keyId: string): Promise<void>;
  /** A new secret for the agent's assistant callback, in place of the one before. Throws Failure `agent_not_found`. */
  rotateCallbackSecret(actor: Actor, agentId: string): Promise<Secret<string>>;
}

export interface ProxyKeyOptions extends AgentTransactions {
  /** Seals the secret for the agent. */
  readonly seal: (
    tx: Transaction,
    agent: Agent,
    purpose: SealedSecret['purpose'],
    secret: Secret<string>,
  ) => Promise<SealedSecret>;
}

/** SHA-256 of a key's text: all that is stored of it. 256 random bits leave a slow hash nothing to slow down. */
function hashOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(key, 'utf8').digest());
}

export function createProxyKeys({ seal, ...transactions }: ProxyKeyOptions): ProxyKeyService {
  return {
    create: (actor, id) => {
      const agentId = agentIdOf(id);
      return changeAgent(transactions, actor, agentId, async (tx, before, now) => {
        if ((await tx.proxyKey.count({ where: { agentId } })) >= MAX_PROXY_KEYS) {
          throw new Failure('validation_failed', `An agent may have ${MAX_PROXY_KEYS} proxy keys; revoke one first.`);
        }
        const key = await insertProxyKey(tx, agentId, now);
        const changed = await askForKeys(tx, agentId, before, now);
        return { result: key, act: { kind: 'proxy_key_created', subject: { proxy_key_id: key.id, changed } } };
      });
    },

    revoke: (actor, id, key) => {
      const agentId = agentIdOf(id);
      const keyId = parseId('proxyKey', key);
      return changeAgent(transactions, actor, agentId, async (tx) => {
        const { count } =
          keyId === null ? { count: 0 } : await tx.proxyKey.deleteMany({ where: { id: keyId, agentId } });
        if (count === 0) throw new Failure('not_found', 'The agent has no such key.');
        return { result: undefined, act: { kind: 'proxy_key_revoked', subject: { proxy_key_id: keyId } } };
      });
    },

    rotateCallbackSecret: (actor, id) =>
      changeAgent(transactions, actor, agentIdOf(id), async (tx, before) => {
        const secret = newWebhookSecret();
        await storeSecret(tx, agentIdOf(before.id), await seal(tx, before, 'assistant_callback', secret));
        return { result: secret, act: { kind: 'agent_updated', subject: { changed: ['assistant_callback_secret'] } } };
      }),
  };
}

/** Makes a key of the agent and stores its hash. The agent's settings stay as they are. */
export async function insertProxyKey(tx: Transaction, agentId: AgentId, now: number): Promise<NewProxyKey> {
  const key = `mpk_${randomBytes(32).toString('base64url')}`;
  const { id, createdAt } = await tx.proxyKey.create({
    data: { id: newId('proxyKey', now), agentId, hash: hashOf(key), createdAt: new Date(now) },
  });
  return { id, createdAt, key: new Secret(key) };
}

/** Writes a sealed secret in place of the one before. */
export async function storeSecret(
  tx: Transaction,
  agentId: AgentId,
  { purpose, ...sealed }: SealedSecret,
): Promise<void> {
  await tx.agentSecret.upsert({
    where: { agentId_purpose: { agentId, purpose } },
    create: { agentId, purpose, ...sealed },
    update: sealed,
  });
}

/** From its first key on, an agent is not open any more. */
async function askForKeys(tx: Transaction, agentId: AgentId, before: Agent, now: number): Promise<string[]> {
  const settings = parseCallerAuth(before.callerAuth) ?? { signature: null, sharedSecret: null, proxyKey: false };
  if (settings.proxyKey) return [];
  await tx.agent.update({
    where: { id: agentId },
    data: { callerAuth: storedCallerAuth({ ...settings, proxyKey: true }), updatedAt: updatedAfter(before, now) },
  });
  return ['caller_auth.proxy_key'];
}

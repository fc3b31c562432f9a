/** The sessions themselves, on a real database and without the doors in front of them; as many nodes as a test asks for. */
import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { Journal } from '../../src/audit/journal.ts';
import { Signer } from '../../src/audit/seal.ts';
import type { Walking } from '../../src/masking/request/text-slot.ts';
import type { Prepared } from '../../src/masking/turn/maskable-request.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { CallReference, KeptThread } from '../../src/sessions/correlation.ts';
import type { Credential } from '../../src/sessions/credential.ts';
import { SearchPool } from '../../src/masking/turn/long-texts/search-pool.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import type { ForwardedTurn, TurnAgent, TurnRequest } from '../../src/sessions/turn.ts';
import { TokenKeys } from '../../src/tokens/issuer.ts';
import type { Tokenization } from '../../src/tokens/issuer.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { createTestDatabase, openPool } from '../database.ts';
import { KEYS } from '../instance.ts';

export interface AgentTerms {
  readonly tokenization?: Tokenization;
  /** Default: configs/mask_policy.yaml. */
  readonly policyText?: string;
}

export interface NodeOptions {
  readonly clock?: Clock;
  /** Carries the journal, in place of the pool. */
  readonly journal?: Pick<Pool, 'query'>;
}

export interface SessionsOnDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Endings that a node could not record. */
  readonly lostEndings: SessionId[];
  createAgent(terms?: AgentTerms): Promise<TurnAgent>;
  /** Sessions with a memory of their own. */
  node(options?: NodeOptions): Sessions;
  close(): Promise<void>;
}

/** The agent under another policy. Throws where the policy has problems. */
export function underPolicy(agent: TurnAgent, policyText: string): TurnAgent {
  const parsed = parsePolicy(policyText, { kids: new Set(['K_HEALTHCARE']) });
  if (!parsed.ok) throw new Error('the policy does not hold');
  return { ...agent, policy: parsed.policy, policyText };
}

export async function sessionsOnDatabase(): Promise<SessionsOnDatabase> {
  const db = await createTestDatabase();
  const pool = openPool(db.url);
  const lostEndings: SessionId[] = [];
  const defaultPolicy = await readFile('configs/mask_policy.yaml', 'utf8');
  return {
    url: db.url,
    pool,
    lostEndings,
    createAgent: async ({ tokenization = 'vault-deterministic', policyText = defaultPolicy } = {}) => {
      const parsed = parsePolicy(policyText, { kids: new Set(['K_HEALTHCARE']) });
      if (!parsed.ok) throw new Error('the policy does not hold');
      const agent: TurnAgent = {
        id: newId('agent'),
        accountId: newId('account'),
        tokenization,
        policy: parsed.policy,
        policyText,
        policyVersion: 1,
      };
      await pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'clinic')`, [agent.accountId]);
      await pool.query(
        `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
         VALUES ($1, $2, 'desk', 'stub', $3, 'healthcare-default', 1)`,
        [agent.id, agent.accountId, tokenization],
      );
      return agent;
    },
    node: ({ clock = systemClock, journal = pool } = {}) =>
      new Sessions({
        pool,
        journal: new Journal(journal),
        keys: new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }])),
        auditKey: Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64'),
        signer: new Signer(Buffer.alloc(32, 9)),
        clock,
        llm: null,
        longTexts: { searcher: new SearchPool(), maxTextLength: 2_000_000 },
        memoryBytes: 256 * 1024 * 1024,
        onLostEnding: (id) => lostEndings.push(id),
      }),
    close: async () => {
      await pool.end();
      await db.drop();
    },
  };
}

/** A walk over a request, which returns its body. */
export type Walk = () => Walking<Prepared<never>>;

/** Each text is a message of the caller's. */
export function saying(...texts: readonly string[]): Walk {
  return function* () {
    const messages: object[] = [];
    for (const [at, text] of texts.entries()) {
      const content = yield { text, position: { pointer: `/messages/${at}/content`, speaker: 'user', key: null } };
      messages.push({ role: 'user', content });
    }
    return { ok: true, body: Buffer.from(JSON.stringify({ messages })), binaryParts: 0 };
  };
}

/** A walk with a fault: it gives out no text, and returns this body. */
export function unmasked(json: string): Walk {
  // eslint-disable-next-line require-yield -- that is the fault
  return function* () {
    return { ok: true, body: Buffer.from(json), binaryParts: 0 };
  };
}

export interface TurnTerms {
  /** Milliseconds since the epoch; default now. */
  readonly receivedAt?: number;
  /** Default: none. */
  readonly credential?: Credential;
  /** Default: the provider keeps nothing. */
  readonly kept?: KeptThread | null;
}

/** A turn that is on record and may leave. Rejects where the sessions refuse it. */
export async function forward(
  sessions: Sessions,
  agent: TurnAgent,
  reference: CallReference,
  walking: Walk,
  { receivedAt = Date.now(), credential = 'none', kept = null }: TurnTerms = {},
): Promise<ForwardedTurn> {
  const request: TurnRequest<never> = {
    provider: 'stub',
    model: 'stub',
    streamed: false,
    credential,
    kept,
    receivedAt,
    walking,
  };
  const forwarded = await sessions.forward(agent, reference, request);
  if (!forwarded.ok) throw new Error('refused');
  return forwarded.turn;
}

/** A request that begins a conversation at the provider, and one that goes on from an answer. */
export const BEGINNING: KeptThread = { responseId: null, conversationId: null };
export const goingOn = (responseId: string): KeptThread => ({ responseId, conversationId: null });

/** A reference by the key of a platform. */
export const keyed = (key: string): Extract<CallReference, { by: 'key' }> => ({ by: 'key', key });

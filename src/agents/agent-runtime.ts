/** An agent as the proxy needs it: one row, with its policy parsed. */
import type pg from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyStore } from '../policy/store.ts';
import type { Tokenization } from '../tokens/issuer.ts';
import { AGENT_TOKENIZATIONS } from './agent-input.ts';

/** A living agent with the policy that is in force for it. */
export interface AgentRuntime {
  readonly id: AgentId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly upstream: string;
  readonly tokenization: Tokenization;
  /** Its `tokenization` is the agent's. */
  readonly policy: Policy;
  readonly policyText: string;
  readonly policyVersion: number;
}

/**
 * Reads an agent; null for an id that is unknown or deleted. Rejects when the database does, and with a Failure when the
 * agent's policy does not hold on this node, say because its key is gone.
 */
export type AgentReader = (id: AgentId) => Promise<AgentRuntime | null>;

interface AgentRow {
  readonly account_id: string;
  readonly name: string;
  readonly upstream: string;
  readonly tokenization: string;
  readonly policy_name: string;
  readonly policy_version: number;
  readonly policy_yaml: string | null;
}

const LIVING_AGENT = {
  name: 'masker_living_agent',
  text: `SELECT account_id, name, upstream, tokenization, policy_name, policy_version, policy_yaml
           FROM agents WHERE id = $1 AND deleted_at IS NULL`,
};

/** A reader with one prepared statement. */
export function agentReader(pool: pg.Pool, policies: PolicyStore): AgentReader {
  return async (id) => {
    const { rows } = await pool.query<AgentRow>({ ...LIVING_AGENT, values: [id] });
    const [row] = rows;
    return row === undefined ? null : runtimeOf(id, row, policies);
  };
}

function runtimeOf(id: AgentId, row: AgentRow, policies: PolicyStore): AgentRuntime {
  const accountId = parseId('account', row.account_id);
  const tokenization = AGENT_TOKENIZATIONS.find((name) => name === row.tokenization);
  if (accountId === null || tokenization === undefined) throw new TypeError('a row of agents holds what was never written');
  const { policy, text } = policies.resolve({ policyName: row.policy_name, policyYaml: row.policy_yaml });
  return {
    id,
    accountId,
    name: row.name,
    upstream: row.upstream,
    tokenization,
    policy: { ...policy, tokenization },
    policyText: text,
    // The policy that the agent names or extends may have grown since.
    policyVersion: Math.max(row.policy_version, policy.version),
  };
}

/** An agent as the proxy needs it: one row, with its policy parsed. */
import type pg from 'pg';
import type { JsonObject } from '../json/json-text.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';
import type { Policy } from '../policy/policy.ts';
import type { Tokenization } from '../tokens/issuer.ts';
import { AGENT_TOKENIZATIONS } from './agent-input.ts';
import type { PolicyResolver } from './agent-input.ts';
import { storedAssistant } from './agent-options.ts';
import type { AgentSecrets, SealedSecret } from './agent-secrets.ts';
import { parseCallerAuth } from './caller-auth.ts';
import type { CallerAuth } from './caller-auth.ts';

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
  /** How its callers prove themselves; null: by knowing the id alone. */
  readonly callerAuth: CallerAuth | null;
  /** The static assistant for Vapi. */
  readonly assistant: JsonObject | null;
  /** Who is asked for an assistant, and the secret that the question is signed with. */
  readonly assistantCallback: { readonly url: string; readonly secret: Secret<string> } | null;
}

/**
 * Reads an agent; null for an id that is unknown or deleted. Rejects when the database does, and with a Failure when the
 * agent's policy or a secret of it does not hold on this node, say because a key is gone.
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
  /** What the account has published under the name; null where the agent does not go by it. */
  readonly stored_version: number | null;
  readonly stored_yaml: string | null;
  readonly caller_auth: unknown;
  readonly assistant: JsonObject | null;
  readonly assistant_text: string | null;
  readonly assistant_callback_url: string | null;
  readonly secrets: readonly (Omit<SealedSecret, 'sealed'> & { readonly sealed: string })[];
  /** SHA-256 in hex. */
  readonly proxy_keys: readonly string[];
}

const LIVING_AGENT = {
  name: 'masker_living_agent',
  text: `SELECT a.account_id, a.name, upstream, tokenization, policy_name, policy_version, policy_yaml,
                v.version AS stored_version, v.yaml AS stored_yaml, caller_auth, assistant, assistant_text, assistant_callback_url,
                (SELECT coalesce(json_agg(json_build_object('purpose', purpose, 'kid', kid, 'keyVersion', key_version,
                                                            'sealed', encode(sealed, 'hex'))), '[]'::json)
                   FROM agent_secrets WHERE agent_id = $1) AS secrets,
                ARRAY(SELECT encode(hash, 'hex') FROM proxy_keys WHERE agent_id = $1) AS proxy_keys
           FROM agents a
           LEFT JOIN policies p
             ON p.account_id = a.account_id AND p.name = a.policy_name AND a.policy_yaml IS NULL
           LEFT JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.published_version
          WHERE a.id = $1 AND deleted_at IS NULL`,
};

/** A reader with one prepared statement. */
export function agentReader(pool: pg.Pool, policies: PolicyResolver, secrets: AgentSecrets): AgentReader {
  return async (id) => {
    const { rows } = await pool.query<AgentRow>({ ...LIVING_AGENT, values: [id] });
    const [row] = rows;
    return row === undefined ? null : runtimeOf(id, row, policies, secrets);
  };
}

function runtimeOf(id: AgentId, row: AgentRow, policies: PolicyResolver, agentSecrets: AgentSecrets): AgentRuntime {
  const accountId = parseId('account', row.account_id);
  const tokenization = AGENT_TOKENIZATIONS.find((name) => name === row.tokenization);
  if (accountId === null || tokenization === undefined)
    throw new TypeError('a row of agents holds what was never written');
  const { policy_name: policyName, stored_version: version, stored_yaml: yaml } = row;
  const stored = version === null || yaml === null ? null : { name: policyName, version, yaml };
  const { policy, text } = policies.resolve({ policyName, policyYaml: row.policy_yaml, stored });
  const opened = new Map(
    row.secrets.map((secret) => [
      secret.purpose,
      agentSecrets.open(accountId, id, { ...secret, sealed: Uint8Array.from(Buffer.from(secret.sealed, 'hex')) }),
    ]),
  );
  const callbackSecret = opened.get('assistant_callback');
  const callbackUrl = row.assistant_callback_url;
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
    callerAuth: callerAuthOf(row, opened),
    assistant: storedAssistant(row.assistant, row.assistant_text),
    assistantCallback:
      callbackUrl === null || callbackSecret === undefined ? null : { url: callbackUrl, secret: callbackSecret },
  };
}

/** A way without its secret admits nobody; it does not open the agent. */
function callerAuthOf(row: AgentRow, secrets: ReadonlyMap<SealedSecret['purpose'], Secret<string>>): CallerAuth | null {
  const settings = parseCallerAuth(row.caller_auth);
  if (settings === null) return null;
  const { signature, sharedSecret, proxyKey } = settings;
  const signatureSecret = secrets.get('signature');
  const shared = secrets.get('shared_secret');
  return {
    signature: signature === null || signatureSecret === undefined ? null : { ...signature, secret: signatureSecret },
    sharedSecrets: sharedSecret === null || shared === undefined ? [] : [{ ...sharedSecret, secret: shared }],
    proxyKeyHashes: proxyKey ? row.proxy_keys.map((hash) => Buffer.from(hash, 'hex')) : [],
  };
}

/** Agents whose turns are refused because their stored policy does not hold in this version. See docs/policy.md. */
import type { Pool } from 'pg';
import { Failure } from '../../platform/failure.ts';
import type { Logger } from '../../platform/log.ts';
import type { PolicyStore } from '../../policy/store.ts';

interface Row {
  readonly id: string;
  readonly policy_name: string;
  readonly policy_yaml: string | null;
  readonly stored_version: number | null;
  readonly stored_yaml: string | null;
}

/** So many agents get a line of the log. */
const LISTED = 20;

/** Warns of such agents at the start, after an upgrade above all: names the agent and the keys. Rejects when the database does. */
export async function warnOfRefusedPolicies(
  pool: Pick<Pool, 'query'>,
  policies: Pick<PolicyStore, 'resolve'>,
  log: Logger,
): Promise<void> {
  const { rows } = await pool.query<Row>(
    `SELECT a.id, a.policy_name, a.policy_yaml, v.version AS stored_version, v.yaml AS stored_yaml
       FROM agents a
       LEFT JOIN policies p ON p.account_id = a.account_id AND p.name = a.policy_name AND a.policy_yaml IS NULL
       LEFT JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.published_version
      WHERE a.deleted_at IS NULL ORDER BY a.id`,
  );
  const refused = rows.flatMap((row) => {
    const keys = refusedKeys(row, policies);
    return keys === null ? [] : [{ agent_id: row.id, policy_keys: keys }];
  });
  for (const agent of refused.slice(0, LISTED))
    log.warn(
      agent,
      'agent whose turns are refused: its stored policy is not valid in this version. Take the keys named here out of its policy, and set that by PATCH /api/v1/agents/{id}, or by PUT /api/v1/policies/{name} for a stored policy; the answer says what is wrong with any that is left',
    );
  if (refused.length > LISTED) log.warn({ count: refused.length }, 'more agents have policies that are not valid');
}

/** The paths of the keys that are refused; null for a policy that holds. Values stay out of the log. */
function refusedKeys(
  { policy_name: policyName, policy_yaml: policyYaml, stored_version: version, stored_yaml: yaml }: Row,
  policies: Pick<PolicyStore, 'resolve'>,
): string[] | null {
  try {
    const stored = version === null || yaml === null ? null : { name: policyName, version, yaml };
    policies.resolve({ policyName, policyYaml, stored });
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.details.map(({ path }) => path);
  }
}

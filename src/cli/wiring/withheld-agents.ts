/** Agents whose turns are refused because their account may not use the operator's key. See docs/configuration.md, Model providers. */
import type { Pool } from 'pg';
import type { OperatorKeys } from '../../accounts/operator-keys.ts';
import { parseId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/log.ts';

interface Row {
  readonly account_id: string;
  readonly provider: string;
  readonly count: number;
}

/** So many accounts stand in one line of the log. */
const LISTED = 20;

/** Warns of such agents at the start: their callers hear nothing until somebody acts. Rejects when the database does. */
export async function warnOfWithheldAgents(
  pool: Pick<Pool, 'query'>,
  operatorKeys: OperatorKeys,
  log: Logger,
): Promise<void> {
  const { rows } = await pool.query<Row>(
    `SELECT account_id, split_part(upstream, ':', 1) AS provider, count(*)::int AS count
       FROM agents WHERE deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1`,
  );
  const withheld = rows.filter(({ account_id: text, provider }) => {
    const account = parseId('account', text);
    return account !== null && !operatorKeys.allows(account, provider);
  });
  if (withheld.length === 0) return;
  const count = withheld.reduce((sum, row) => sum + row.count, 0);
  const accounts = [...new Set(withheld.map(({ account_id }) => account_id))].slice(0, LISTED);
  log.warn(
    { count, account_ids: accounts },
    'agents whose turns are refused: their upstream uses the operator’s key, and MASKER_OPERATOR_KEY_ACCOUNTS does not name their account',
  );
}

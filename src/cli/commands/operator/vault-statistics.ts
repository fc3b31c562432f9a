/** `masker vault stats`. */
import { readKeyUse } from '../../../custody/key-use.ts';
import type { KeyUse } from '../../../custody/key-use.ts';
import { readVaultStats } from '../../../custody/vault-stats.ts';
import type { Environment } from '../../../platform/config.ts';
import { fields, table } from '../client/output.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Prints what the vaults hold. No value is opened. */
export async function vaultStats(env: Environment, options: OperatorOptions): Promise<void> {
  await asOperator(env, async ({ pool, ring }) => {
    const stats = await readVaultStats(pool);
    const keys = await readKeyUse(pool, ring);
    say(options, { text: `${fields(stats)}\n\n${keyTable(keys)}`, json: { ...stats, keys } });
  });
}

/** What is sealed under which key, for people. */
export function keyTable(keys: readonly KeyUse[]): string {
  const items = keys.map(({ kid, version, role, rows }) => ({ kid, version, role, ...rows }));
  return table(items, ['kid', 'version', 'role', 'vault_keys', 'agent_secrets', 'webhook_secrets']);
}

/** `masker vault export` and `masker vault import`. */
import { exportVaults, importVaults, leftOutReasons } from '../../../custody/vault-transfer.ts';
import type { LeftOut } from '../../../custody/vault-transfer.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';
import { rowProgress } from './progress.ts';
import { explainingFaults } from './sealed-file-failure.ts';

/** Writes all vaults to a new file. */
export async function vaultExport(env: Environment, file: string, options: OperatorOptions): Promise<void> {
  await asOperator(env, ({ pool, ring }) =>
    explainingFaults(async () => {
      const { onProgress, end } = rowProgress('exporting', options);
      const rows = await exportVaults({ pool, ring, clock: systemClock, file, onProgress });
      end();
      const { vault_keys: sessions = 0, vault_entries: values = 0, payloads = 0 } = rows;
      say(options, {
        text: `Wrote ${sessions} sessions with ${values} values and ${payloads} payloads to ${file}.`,
        json: { file, rows },
      });
    }),
  );
}

export interface ImportCommandOptions extends OperatorOptions {
  readonly withPurged?: boolean;
}

/** What is said of sessions that an import leaves out. */
const REASONS: Readonly<Record<LeftOut, string>> = {
  unknown: 'are not in this database',
  expired: 'have expired',
  purged: 'were purged after the export (--with-purged brings them back)',
  other_key: 'have another data key by now',
};

/** Adds what a file holds and the database does not. */
export async function vaultImport(env: Environment, file: string, options: ImportCommandOptions): Promise<void> {
  await asOperator(env, ({ pool, ring }) =>
    explainingFaults(async () => {
      const { onProgress, end } = rowProgress('importing', options);
      const result = await importVaults({
        pool,
        ring,
        clock: systemClock,
        file,
        withPurged: options.withPurged === true,
        onProgress,
      });
      end();
      const { rows, imported, leftOut } = result;
      const { vault_keys: sessions = 0, vault_entries: values = 0, payloads = 0 } = imported;
      const reasons = leftOutReasons
        .filter((reason) => leftOut[reason] > 0)
        .map((reason) => `\n${leftOut[reason]} sessions were left out: they ${REASONS[reason]}.`);
      say(options, {
        text: `Added ${sessions} sessions with ${values} values and ${payloads} payloads.${reasons.join('')}`,
        json: { file, rows, imported, left_out: leftOut },
      });
    }),
  );
}

/** `masker vault export` and `masker vault import`. */
import { exportVaults, importVaults } from '../../custody/vault-transfer.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Environment } from '../../platform/config.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
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

/** Adds what a file holds and the database does not. */
export async function vaultImport(env: Environment, file: string, options: OperatorOptions): Promise<void> {
  await asOperator(env, ({ pool, ring }) =>
    explainingFaults(async () => {
      const { onProgress, end } = rowProgress('importing', options);
      const result = await importVaults({ pool, ring, clock: systemClock, file, onProgress });
      end();
      const { imported, skippedSessions } = result;
      const { vault_keys: sessions = 0, vault_entries: values = 0, payloads = 0 } = imported;
      const skipped =
        skippedSessions === 0
          ? ''
          : `\n${skippedSessions} sessions were left out: they have expired here, or have another data key by now.`;
      say(options, {
        text: `Added ${sessions} sessions with ${values} values and ${payloads} payloads.${skipped}`,
        json: { file, rows: result.rows, imported, skipped_sessions: skippedSessions },
      });
    }),
  );
}

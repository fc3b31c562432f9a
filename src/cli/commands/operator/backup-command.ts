/** What `masker backup` and `masker restore` do. */
import { checkTarget, createBackup, readBackup, restoreBackup } from '../../../custody/backup.ts';
import type { ReadBackup } from '../../../custody/backup.ts';
import type { ProofResult } from '../../../custody/line-proof.ts';
import type { RowCounts } from '../../../custody/table-lines.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { openDatabase, PATIENT_WAIT_MS } from '../../../platform/database.ts';
import { EXIT } from '../client/command-failure.ts';
import { say } from '../client/remote-command.ts';
import { confirm } from './confirm.ts';
import { asOperator, operatorKeys, QUERY_MS, reachOperatorDatabase } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';
import type { OperatorKeys } from './operator.ts';
import { progressOf } from './progress.ts';
import { explainingFaults } from './sealed-file-failure.ts';

interface BackupCommandOptions extends OperatorOptions {
  readonly output: string;
  readonly verify?: boolean;
}

export interface RestoreCommandOptions extends OperatorOptions {
  readonly input: string;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const keysOf = ({
  ring,
  keys,
  signer,
}: OperatorKeys): Pick<Parameters<typeof readBackup>[0], 'ring' | 'auditKey' | 'signer'> => ({
  ring,
  auditKey: keys.auditHmac.reveal(),
  signer,
});

/** Writes a backup and reads it back. */
export async function backup(env: Environment, options: BackupCommandOptions): Promise<void> {
  const file = options.output;
  await asOperator(env, (operator) =>
    explainingFaults(async () => {
      const progress = progressOf('writing', options);
      const rows = await createBackup(operator.pool, {
        ...keysOf(operator),
        file,
        clock: systemClock,
        onProgress: (done, total) => {
          progress.show(done, total);
        },
      });
      progress.end();
      const proof = options.verify === true ? (await readBackup({ ...keysOf(operator), file }, true)).proof : null;
      say(options, {
        text: `Wrote ${sum(rows)} rows to ${file}.${proofText(proof)}`,
        json: { file, rows, verified: proof },
      });
      endWith(proof);
    }),
  );
}

/** Checks a backup, and restores it unless it is a dry run. */
export async function restore(env: Environment, options: RestoreCommandOptions): Promise<void> {
  const { input: file, dryRun = false, verify = false } = options;
  await explainingFaults(async () => {
    const own = await operatorKeys(env);
    const read = await readBackup({ ...keysOf(own), file }, verify && dryRun);
    if (dryRun) {
      report(
        options,
        read,
        read.proof,
        `${file} is whole: ${sum(read.counts)} rows of ${read.facts.createdAt}. Nothing was written.`,
      );
      return;
    }
    const source = await reachOperatorDatabase(own.config);
    const { pool, close } = openDatabase({
      url: source.url,
      poolSize: 4,
      apiPoolSize: 1,
      connectTimeoutMs: PATIENT_WAIT_MS,
      queryTimeoutMs: QUERY_MS,
    });
    try {
      await checkTarget(pool, read.migrations);
      await confirm(`This writes ${sum(read.counts)} rows of ${read.facts.createdAt} into the database.`, options.yes);
      const progress = progressOf('restoring', options);
      const work = {
        ...keysOf(own),
        file,
        clock: systemClock,
        onProgress: (done: number, total: number): void => {
          progress.show(done, total);
        },
      };
      const proof = await restoreBackup(pool, source.url, work, read, verify);
      progress.end();
      report(options, read, proof, `Restored ${sum(read.counts)} rows of ${read.facts.createdAt}.`);
    } finally {
      await close();
      await source.stop();
    }
  });
}

function report(options: RestoreCommandOptions, read: ReadBackup, proof: ProofResult | null, text: string): void {
  say(options, {
    text: `${text}${proofText(proof)}`,
    json: {
      file: options.input,
      created_at: read.facts.createdAt,
      schema: read.migrations.at(-1) ?? null,
      dry_run: options.dryRun === true,
      rows: read.counts,
      verified: proof,
    },
  });
  endWith(proof);
}

function proofText(proof: ProofResult | null): string {
  if (proof === null) return '';
  const { sessions, entries, leaves, erased, other_keys: keys, faults } = proof;
  const also = erased === 0 ? '' : `; of ${erased} sealed sessions retention has erased the journal`;
  const signed =
    keys.length === 0 ? '' : `; signatures of ${keys.join(', ')}, not the key of this server, are not judged`;
  const seen = `${sessions} journals with ${entries} entries, and ${leaves} leaves of account logs${also}${signed}`;
  return faults.length === 0
    ? `\nVerified ${seen}.`
    : `\n${seen} were read, and not all verify:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
}

function endWith(proof: ProofResult | null): void {
  if (proof !== null && proof.faults.length > 0) process.exitCode = EXIT.command;
}

const sum = (counts: RowCounts): number => Object.values(counts).reduce((total, count) => total + count, 0);

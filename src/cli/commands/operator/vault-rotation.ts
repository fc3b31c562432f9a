/** `masker vault rotate-key`. */
import { readKeyUse, totalUse } from '../../../custody/key-use.ts';
import { rotateKeys } from '../../../custody/rotation.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { keyVariable } from '../../../platform/key-variables.ts';
import type { KeyRing } from '../../../tokens/key-ring.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';
import { progressOf } from './progress.ts';
import { keyTable } from './vault-statistics.ts';

export interface RotateOptions extends OperatorOptions {
  readonly newKid?: string;
  readonly oldKid?: string;
  readonly dryRun?: boolean;
}

/** Prints what was sealed anew, and what is still under which key. Exit code 2 where something could not be opened. */
export async function rotateVaultKeys(env: Environment, options: RotateOptions): Promise<void> {
  const { newKid = null, oldKid = null, dryRun = false } = options;
  await asOperator(env, async ({ pool, ring }) => {
    if (newKid !== null) requireActive(ring, newKid);
    const progress = progressOf('rotating', options);
    const onProgress = (done: number, total: number): void => {
      progress.show(done, total);
    };
    const result = await rotateKeys({
      pool,
      ring,
      clock: systemClock,
      userId: null,
      newKid,
      oldKid,
      dryRun,
      onProgress,
    });
    progress.end();
    if (result === null) throw new CommandFailure(EXIT.command, 'Another rotation is under way on this database.');
    const keys = await readKeyUse(pool, ring);
    const [pending, changed, unopened] = [sum(result.pending), sum(result.changed), sum(result.unopened)];
    const done = dryRun ? `${pending} rows would be sealed anew.` : `${changed} rows were sealed anew.`;
    const failed =
      unopened === 0 ? '' : `\n${unopened} rows do not open: their key is not registered, or they are damaged.`;
    const unused = keys.filter((key) => key.role === 'old' && totalUse(key) === 0);
    const advice = unused.map(({ kid }) => `\nNothing is sealed under the old key of ${kid} any more.`).join('');
    say(options, {
      text: `${done}${failed}\n${keyTable(keys)}${advice}`,
      json: { dry_run: dryRun, ...result, keys },
    });
    if (unopened > 0) process.exitCode = EXIT.command;
  });
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

function requireActive(ring: KeyRing, kid: string): void {
  if (ring.active(kid) !== null) return;
  throw new CommandFailure(
    EXIT.usage,
    `--new-kid ${kid} has no active key here. Set ${keyVariable(kid, 'active')} on every node first.`,
  );
}

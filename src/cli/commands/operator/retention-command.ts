/** `masker retention run`. */
import { applyRetention } from '../../../custody/retention.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { fields } from '../client/output.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Erases what is kept for long enough, as the hourly job does. Exit code 2 where a node is at it. */
export async function runRetention(env: Environment, options: OperatorOptions): Promise<void> {
  await asOperator(env, async ({ pool, config }) => {
    const erased = await applyRetention({
      pool,
      clock: systemClock,
      payloadDays: config.payloadRetentionDays,
      metadataDays: config.metadataRetentionDays,
    });
    if (erased === null) throw new CommandFailure(EXIT.command, 'Another node is at it. Nothing was done here.');
    say(options, { text: fields({ ...erased }), json: erased });
  });
}

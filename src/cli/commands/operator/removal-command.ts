/** `masker audit acknowledge`. See docs/operations.md, Removed sessions. */
import { acknowledgeRemoval, missingSession } from '../../../audit/anchored-heads.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { parseId } from '../../../platform/ids.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Acknowledges a removed session in the account's log. Exit code 2 where the session was not removed. */
export async function acknowledgeSession(
  env: Environment,
  options: OperatorOptions & { readonly sessionId: string },
): Promise<void> {
  const id = parseId('session', options.sessionId);
  if (id === null)
    throw new CommandFailure(EXIT.usage, '--session-id must be the id of a session, sess_ and 26 characters.');
  await asOperator(env, async ({ pool }) => {
    const missing = await missingSession(pool, id);
    if (missing === null)
      throw new CommandFailure(EXIT.command, `No signed head says that ${id} was removed. Nothing was recorded.`);
    const isNew = await acknowledgeRemoval(pool, missing, systemClock.now());
    say(options, {
      text: `${isNew ? 'Recorded' : 'On record already'}: ${id} was removed, with ${missing.anchored} entries that were signed.`,
      json: { session_id: id, entries: missing.anchored, recorded: isNew },
    });
  });
}

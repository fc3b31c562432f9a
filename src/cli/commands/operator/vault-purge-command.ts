/** `masker vault purge`. */
import { text as readAll } from 'node:stream/consumers';
import type { PurgeScope, PurgeTotals } from '../../../accounts/vault-acts.ts';
import { planPurge, purge } from '../../../custody/vault-purge.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { parseId } from '../../../platform/ids.ts';
import type { AccountId } from '../../../platform/ids.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { say } from '../client/remote-command.ts';
import { confirm } from './confirm.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';
import { progressOf } from './progress.ts';

export interface PurgeCommandOptions extends OperatorOptions {
  readonly before?: string;
  readonly session?: string;
  readonly subject?: string;
  readonly account?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Erases what the options name, after it has said how much that is. Exit code 2 where some vaults could not be searched. */
export async function purgeVaults(env: Environment, options: PurgeCommandOptions): Promise<void> {
  const scope = await scopeOf(options);
  const accountId = accountOf(options.account);
  const isDry = options.dryRun === true;
  await asOperator(env, async ({ pool, ring, keys }) => {
    const common = {
      pool,
      ring,
      auditKey: keys.auditHmac.reveal(),
      clock: systemClock,
      scope,
      accountId,
      userId: null,
    };
    const withProgress = async (label: string, work: typeof purge): Promise<PurgeTotals> => {
      const progress = progressOf(label, options);
      const onProgress = (done: number, total: number): void => {
        progress.show(done, total);
      };
      const totals = await work({ ...common, onProgress });
      progress.end();
      return totals;
    };
    const plan = isDry || options.yes !== true ? await withProgress('searching', planPurge) : null;
    if (plan !== null && !isDry && plan.sessions > 0)
      await confirm(
        `This erases ${plan.values} values and ${plan.payloads} payloads of ${plan.sessions} sessions for good.`,
        options.yes,
      );
    // What came while the operator read the question is found, too.
    const totals = plan !== null && isDry ? plan : await withProgress('erasing', purge);
    const counts = countsOf(totals);
    say(options, { text: described(counts, scope, isDry), json: { dry_run: isDry, ...counts } });
    if (totals.unopened > 0) process.exitCode = EXIT.command;
  });
}

interface PurgeCounts {
  readonly sessions_searched: number;
  readonly sessions_not_searchable: number;
  readonly sessions: number;
  readonly values: number;
  readonly payloads: number;
}

function countsOf({ sessions, values, payloads, searched, unopened }: PurgeTotals): PurgeCounts {
  return { sessions_searched: searched, sessions_not_searchable: unopened, sessions, values, payloads };
}

function described(counts: PurgeCounts, scope: PurgeScope, isDry: boolean): string {
  const verb = isDry ? 'Would erase' : 'Erased';
  const lines = [
    `${verb} ${counts.values} values and ${counts.payloads} payloads of ${counts.sessions} sessions; ${counts.sessions_searched} sessions were searched.`,
  ];
  if (counts.sessions_not_searchable > 0)
    lines.push(
      `${counts.sessions_not_searchable} vaults do not open, because their key is not registered: a value in them stays.`,
    );
  if (scope.by === 'subject')
    lines.push(
      'Tokens that carry their value (reversible-aead) and redactions are stored nowhere. Nodes drop all sessions from memory.',
    );
  return lines.join('\n');
}

/** A day in UTC, or a time with its zone: nothing that another reader takes for another moment. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Throws CommandFailure where not exactly one scope is given, or one that cannot be. */
async function scopeOf({ before, session, subject }: PurgeCommandOptions): Promise<PurgeScope> {
  if ([before, session, subject].filter((each) => each !== undefined).length !== 1)
    throw new CommandFailure(EXIT.usage, 'give one of --before, --session and --subject');
  if (before !== undefined) {
    const time = ISO_TIME.test(before) ? Date.parse(before) : Number.NaN;
    if (Number.isNaN(time))
      throw new CommandFailure(
        EXIT.usage,
        '--before must be a day (2026-11-30), or a time with its zone (2026-11-30T09:00:00Z)',
      );
    return { by: 'before', before: new Date(time) };
  }
  if (session !== undefined) {
    const sessionId = parseId('session', session);
    if (sessionId === null) throw new CommandFailure(EXIT.usage, '--session must be the ID of a session, sess_...');
    return { by: 'session', sessionId };
  }
  const value = (subject === '-' ? await readAll(process.stdin) : (subject ?? '')).trim();
  if (value === '')
    throw new CommandFailure(EXIT.usage, '--subject must be a value, or - to read it from the standard input');
  return { by: 'subject', value };
}

function accountOf(text: string | undefined): AccountId | null {
  if (text === undefined) return null;
  const id = parseId('account', text);
  if (id === null) throw new CommandFailure(EXIT.usage, '--account must be the ID of an account, acc_...');
  return id;
}

/** `masker audit`: for whoever holds the database and the keys. */
import { writeFile } from 'node:fs/promises';
import { recordAct } from '../../audit/account-events.ts';
import { chainKey } from '../../audit/chain.ts';
import { Signer } from '../../audit/seal.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Environment } from '../../platform/config.ts';
import { openDatabase, PATIENT_WAIT_MS } from '../../platform/database.ts';
import { parseId } from '../../platform/ids.ts';
import type { SessionId } from '../../platform/ids.ts';
import { loadKeys } from '../../platform/key-files.ts';
import type { ServerKeys } from '../../platform/key-files.ts';
import { requireMigrated } from '../../platform/migrations.ts';
import { StartError } from '../../platform/start-error.ts';
import { releasedBy } from '../wiring/checkpoints.ts';
import { exportEvidence } from '../../reports/evidence.ts';
import { configure, provideDatabase } from './configure.ts';

interface SessionOptions {
  readonly sessionId: string;
  readonly json?: boolean;
}

function sessionId(text: string): SessionId {
  const id = parseId('session', text);
  if (id === null) throw new StartError('--session-id must be the id of a session, sess_ and 26 characters');
  return id;
}

async function keysOf(env: Environment): Promise<ServerKeys> {
  const loaded = await loadKeys(configure(env, { keysRequired: true }));
  if (loaded.ok) return loaded.keys;
  throw new StartError(loaded.problems.map(({ variable, message }) => `${variable} ${message}`).join('\n'));
}

/**
 * Writes the session's journal as it is stored, unjudged: what a report would refuse to be made from can be examined. The
 * export is an event of the account.
 */
export async function auditExport(
  env: Environment,
  { sessionId: idText, output, json }: SessionOptions & { readonly output: string },
): Promise<void> {
  const id = sessionId(idText);
  const keys = await keysOf(env);
  const config = configure(env, { keysRequired: true });
  const source = await provideDatabase(config);
  const { pool, prisma, close } = openDatabase({ url: source.url, connectTimeoutMs: PATIENT_WAIT_MS });
  try {
    await requireMigrated(source.url);
    const evidence = await exportEvidence(pool, new Signer(keys.signing.reveal()), id, releasedBy(config));
    if (evidence === null)
      throw new StartError(`--session-id ${id}: no session has this ID. List sessions with \`masker sessions list\`.`);
    const { accountId, bundle } = evidence;
    const subject = { session_id: id, format: 'bundle', purpose: null, result: 'issued' };
    const act = { accountId, userId: null, kind: 'journal_exported', subject } as const;
    // Before the file is written: what cannot be recorded is not given.
    await prisma.$transaction((tx) => recordAct(tx, act, systemClock.now()));
    await writeFile(output, `${JSON.stringify(bundle)}\n`, { mode: 0o600 });
    const written = { entries: bundle.entries.length, output };
    console.log(json === true ? JSON.stringify(written) : `wrote ${written.entries} entries to ${output}`);
  } finally {
    await close();
    await source.stop();
  }
}

/** Prints the session's chain key. It opens this session's chain to a check, and no other session's. */
export async function auditKey(env: Environment, { sessionId: idText, json }: SessionOptions): Promise<void> {
  const id = sessionId(idText);
  const { auditHmac } = await keysOf(env);
  const key = chainKey(auditHmac.reveal(), id).toString('hex');
  console.log(json === true ? JSON.stringify({ session_id: id, chain_key: key }) : key);
}

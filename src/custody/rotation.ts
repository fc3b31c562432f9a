/**
 * Seals what is under other keys of the ring anew, under active ones: data keys of sessions, secrets of agents and of
 * webhooks. Values are under the data keys and stay as they are. See docs/tokens.md, Rotation.
 *
 * Each batch is one statement that changes a row only if it still is what was read, so that calls go on meanwhile. A run
 * that is killed leaves some rows changed and the others as they were; the next run finds the others.
 */
import type { Pool } from 'pg';
import type { RotationTotals } from '../accounts/vault-acts.ts';
import { AgentSecrets } from '../agents/agent-secrets.ts';
import { recordActIn } from '../audit/account-events.ts';
import type { AgentSecretPurpose } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, AgentId, SessionId, UserId, WebhookId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';
import type { KeyRing, RingKey } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { WebhookSecrets } from '../webhooks/webhook-secrets.ts';
import type { SealedTable } from './key-use.ts';
import { inTransaction } from '../platform/transaction.ts';

/** Rows of one statement: some milliseconds of work. */
const BATCH = 200;

export interface RotationOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** Who rotates; null for the operator. */
  readonly userId: UserId | null;
  /** All rows come under the active key of this kid; null: each under the active key of its own. */
  readonly newKid: string | null;
  /** Only rows under this kid; null for all. */
  readonly oldKid: string | null;
  /** Count, and change nothing. */
  readonly dryRun: boolean;
  /** Told of rows that are done, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Rows by table. */
type Counts = Record<SealedTable, number>;

/** A row as it is stored. */
interface SealedRow {
  readonly kid: string;
  readonly key_version: string;
  readonly sealed: Buffer;
  readonly account_id: AccountId;
  /** The rest of the row's key. */
  readonly owner: string;
  readonly part: string;
}

interface Resealed {
  readonly kid: string;
  readonly keyVersion: string;
  readonly sealed: Uint8Array;
}

interface SealedKind {
  readonly table: SealedTable;
  /** Columns of the table's key, as SQL texts; the second may be empty. */
  readonly owner: string;
  readonly part: string;
  readonly sealed: string;
  /** Where the account comes from, for the row `t`. */
  readonly account: string;
  readonly join: string;
  readonly reseal: (row: SealedRow, target: RingKey) => Resealed | null;
}

function sealedKinds(ring: KeyRing): readonly SealedKind[] {
  const agents = new AgentSecrets(ring);
  const webhooks = new WebhookSecrets(ring);
  const of = ({ kid, key_version: keyVersion, sealed }: SealedRow): Resealed => ({ kid, keyVersion, sealed });
  return [
    {
      table: 'vault_keys',
      owner: 't.session_id',
      part: "''::text",
      sealed: 'wrapped',
      account: 't.account_id',
      join: '',
      reseal: (row, target) => {
        const stored = { kid: row.kid, keyVersion: row.key_version, wrapped: row.sealed };
        const made = SessionVault.rewrap(ring, stored, target, row.account_id, row.owner as SessionId);
        return made === null ? null : { kid: made.kid, keyVersion: made.keyVersion, sealed: made.wrapped };
      },
    },
    {
      table: 'agent_secrets',
      owner: 't.agent_id',
      part: 't.purpose::text',
      sealed: 'sealed',
      account: 'o.account_id',
      join: 'JOIN agents o ON o.id = t.agent_id',
      reseal: (row, target) =>
        agents.reseal(row.account_id, row.owner as AgentId, row.part as AgentSecretPurpose, of(row), target),
    },
    {
      table: 'webhook_secrets',
      owner: 't.webhook_id',
      part: 't.generation::text',
      sealed: 'sealed',
      account: 'o.account_id',
      join: 'JOIN webhooks o ON o.id = t.webhook_id',
      reseal: (row, target) => webhooks.reseal(row.account_id, row.owner as WebhookId, of(row), target),
    },
  ];
}

/** Where rows belong: `kid|version` of the target for each kid that is rotated. */
function targetsOf({ ring, newKid, oldKid }: RotationOptions, kids: readonly string[]): ReadonlyMap<string, RingKey> {
  const targets = new Map<string, RingKey>();
  for (const kid of kids) {
    const target = ring.active(newKid ?? kid);
    if (target !== null && (oldKid === null || oldKid === kid)) targets.set(kid, target);
  }
  return targets;
}

const none = (): Counts => ({ vault_keys: 0, agent_secrets: 0, webhook_secrets: 0 });

/** What a pass over one table needs. */
interface Pass {
  readonly options: RotationOptions;
  readonly kind: SealedKind;
  readonly targets: ReadonlyMap<string, RingKey>;
  readonly onDone: (rows: number) => void;
}

/** Kid, and the target's kid and version, for a condition on rows that are not where they belong. */
const wantedOf = (targets: ReadonlyMap<string, RingKey>): readonly string[][] => [
  [...targets.keys()],
  [...targets.values()].map(({ kid }) => kid),
  [...targets.values()].map(({ version }) => version),
];

const MISPLACED = `JOIN unnest($1::text[], $2::text[], $3::text[]) AS w(kid, new_kid, new_version)
  ON w.kid = t.kid AND (t.kid <> w.new_kid OR t.key_version <> w.new_version)`;

async function readBatch({ options, kind, targets }: Pass, after: SealedRow | null): Promise<readonly SealedRow[]> {
  const { rows } = await options.pool.query<SealedRow>(
    `SELECT t.kid, t.key_version, t.${kind.sealed} AS sealed, ${kind.account} AS account_id,
            ${kind.owner} AS owner, ${kind.part} AS part
     FROM ${kind.table} t ${kind.join} ${MISPLACED}
     WHERE ${kind.owner} >= $4 AND (${kind.owner}, ${kind.part}) > ($4, $5) ORDER BY ${kind.owner}, ${kind.part} LIMIT ${BATCH}`,
    [...wantedOf(targets), after?.owner ?? '', after?.part ?? ''],
  );
  return rows;
}

/** Changes the rows that are still as they were read. Returns how many. */
async function writeBatch(
  { options, kind }: Pass,
  batch: readonly (readonly [SealedRow, Resealed])[],
): Promise<number> {
  if (batch.length === 0) return 0;
  const changes = batch.map(([row, made]) => ({
    owner: row.owner,
    part: row.part,
    old_version: row.key_version,
    old_sealed: row.sealed.toString('hex'),
    kid: made.kid,
    key_version: made.keyVersion,
    sealed: Buffer.from(made.sealed).toString('hex'),
  }));
  const { rowCount } = await options.pool.query(
    `UPDATE ${kind.table} AS t SET kid = r.kid, key_version = r.key_version, ${kind.sealed} = decode(r.sealed, 'hex')
     FROM json_to_recordset($1::json)
       AS r(owner text, part text, old_version text, old_sealed text, kid text, key_version text, sealed text)
     WHERE ${kind.owner} = r.owner AND ${kind.part} = r.part AND t.key_version = r.old_version
       AND t.${kind.sealed} = decode(r.old_sealed, 'hex')`,
    [JSON.stringify(changes)],
  );
  return rowCount ?? 0;
}

/** One pass over a table. Resolves with what was changed, and with what does not open. */
async function passOver(pass: Pass): Promise<{ readonly changed: number; readonly unopened: number }> {
  let [changed, unopened] = [0, 0];
  for (let after: SealedRow | null = null; ;) {
    const rows = await readBatch(pass, after);
    const made: (readonly [SealedRow, Resealed])[] = [];
    for (const row of rows) {
      const target = pass.targets.get(row.kid);
      const resealed = target === undefined ? null : pass.kind.reseal(row, target);
      if (resealed !== null) made.push([row, resealed]);
    }
    changed += await writeBatch(pass, made);
    unopened += rows.length - made.length;
    pass.onDone(rows.length);
    after = rows.at(-1) ?? null;
    if (after === null || rows.length < BATCH) return { changed, unopened };
  }
}

interface PendingRecord {
  readonly account_id: AccountId;
  readonly table_name: SealedTable;
  readonly kid: string;
  readonly key_version: string;
  readonly rows: string;
}

/** Rows that are not where they belong, by account and key. */
async function readPending(
  { pool }: RotationOptions,
  kinds: readonly SealedKind[],
  targets: ReadonlyMap<string, RingKey>,
): Promise<readonly PendingRecord[]> {
  const counts = kinds.map(
    ({ table, account, join }) => `SELECT ${account} AS account_id, '${table}' AS table_name, t.kid, t.key_version,
       count(*) AS rows FROM ${table} t ${join} ${MISPLACED} GROUP BY 1, t.kid, t.key_version`,
  );
  const { rows } = await pool.query<PendingRecord>(counts.join(' UNION ALL '), [...wantedOf(targets)]);
  return rows;
}

/** Puts on record, for each account, what is about to change: before it changes, so that no change is without a record. */
async function recordRotation(
  { pool, clock, userId }: RotationOptions,
  targets: ReadonlyMap<string, RingKey>,
  pending: readonly PendingRecord[],
): Promise<void> {
  const accounts = new Set(pending.map(({ account_id: id }) => id));
  for (const accountId of accounts) {
    const keys = pending
      .filter(({ account_id: id }) => id === accountId)
      .map(({ table_name: table, kid, key_version: version, rows }) => {
        const target = targets.get(kid);
        return {
          table,
          kid,
          key_version: version,
          new_kid: target?.kid ?? null,
          new_key_version: target?.version ?? null,
          rows: Number(rows),
        };
      });
    await inTransaction(pool, (client) =>
      recordActIn(client, { accountId, userId, kind: 'keys_rotated', subject: { keys } }, clock.now()),
    );
  }
}

/** Kids that rows are under. */
async function kidsInUse(pool: RotationOptions['pool'], kinds: readonly SealedKind[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ kid: string }>(
    kinds.map(({ table }) => `SELECT DISTINCT kid FROM ${table}`).join(' UNION '),
  );
  return rows.map(({ kid }) => kid);
}

/** Resolves with what was done; null where another rotation is under way. Rejects when the database does. */
export function rotateKeys(options: RotationOptions): Promise<RotationTotals | null> {
  return withJobLock(options.pool, 'keyRotation', async () => {
    const kinds = sealedKinds(options.ring);
    const targets = targetsOf(options, await kidsInUse(options.pool, kinds));
    const pending = await readPending(options, kinds, targets);
    const [waiting, changed, unopened] = [none(), none(), none()];
    for (const { table_name: table, rows } of pending) waiting[table] += Number(rows);
    if (options.dryRun) return { pending: waiting, changed, unopened };
    await recordRotation(options, targets, pending);
    const total = Object.values(waiting).reduce((sum, rows) => sum + rows, 0);
    let done = 0;
    const onDone = (rows: number): void => {
      done += rows;
      options.onProgress?.(Math.min(done, total), total);
    };
    for (const kind of kinds) {
      // Sessions that began meanwhile on a node with other keys are behind the pass: it is made again until nothing changes.
      for (;;) {
        const pass = await passOver({ options, kind, targets, onDone });
        changed[kind.table] += pass.changed;
        unopened[kind.table] = pass.unopened;
        if (pass.changed === 0) break;
      }
    }
    return { pending: waiting, changed, unopened };
  });
}

/**
 * What a turn cannot do without, each part by itself: masking and recording without doors and database, and the journal's
 * writes without either. Nothing in front of them can be faster than the slower of the two.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Journal } from '../../src/audit/journal.ts';
import type { WriteOutcome } from '../../src/audit/journal.ts';
import type { JournalWrite } from '../../src/audit/journal-rows.ts';
import { Signer } from '../../src/audit/seal.ts';
import { walkingChatRequest } from '../../src/masking/request/chat-request.ts';
import type { JsonObject } from '../../src/json/json-text.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { newId } from '../../src/platform/ids.ts';
import { applyMigrations } from '../../src/platform/migrations.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { SearchPool } from '../../src/masking/turn/long-texts/search-pool.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import type { TurnAgent } from '../../src/sessions/turn.ts';
import { TokenKeys } from '../../src/tokens/issuer.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { ENDING } from '../turn-ending.ts';
import { singleTurn } from './call-turn.ts';

/** Turns per second of the request of `singleTurn`, each a session by itself. */
export interface Floors {
  /** Masked, sealed and recorded in this process, by a database that takes no time. */
  readonly sessions: number;
  /** Both journal writes of such turns, on Masker's own database. */
  readonly journal: number;
}

export interface FloorShape {
  readonly connections: number;
  readonly milliseconds: number;
}

/** A journal that takes everything at once, and keeps the writes of the first turn. */
class RecordingJournal extends Journal {
  readonly writes: JournalWrite[] = [];

  override append(write: JournalWrite): Promise<WriteOutcome> {
    if (this.writes.length < 2) this.writes.push(write);
    return Promise.resolve({ ok: true });
  }
}

/** Measures both in turn. `folder` is on the disk of the journal. */
export async function measureFloors(folder: string, shape: FloorShape): Promise<Floors> {
  const agent = await defaultAgent();
  const nothing = { query: () => Promise.resolve({ rows: [] }) } as unknown as ConstructorParameters<typeof Journal>[0];
  const recording = new RecordingJournal(nothing);
  const sessions = new Sessions({
    pool: nothing,
    journal: recording,
    keys: new TokenKeys(new KeyRing([{ kid: agent.policy.kid, role: 'active', secret: Buffer.alloc(32, 1) }])),
    auditKey: Buffer.alloc(32, 2),
    signer: new Signer(Buffer.alloc(32, 3)),
    clock: systemClock,
    llm: null,
    longTexts: { searcher: new SearchPool(), maxTextLength: 1_000_000 },
    memoryBytes: 64 * 1024 * 1024,
    onLostEnding: () => undefined,
  });
  const turn = (): Promise<void> => oneTurn(sessions, agent);
  await rate({ ...shape, connections: 1 }, turn); // for the compilers
  const alone = await rate(shape, turn);
  const [begun, ended] = recording.writes;
  if (begun === undefined || ended === undefined) throw new Error('a turn has two writes');
  return { sessions: alone, journal: await journalRate(folder, shape, agent, [begun, ended]) };
}

async function oneTurn(sessions: Sessions, agent: TurnAgent): Promise<void> {
  const forwarded = await sessions.forward(
    agent,
    { by: 'nothing' },
    {
      provider: 'stub',
      model: 'gpt-4o-mini',
      streamed: false,
      credential: 'none',
      kept: null,
      receivedAt: Date.now(),
      *walking() {
        const masked = yield* walkingChatRequest(JSON.parse(REQUEST) as JsonObject, { binaryContent: 'block' });
        if (!masked.ok) throw new Error(masked.problem.message);
        return { ok: true, body: Buffer.from(JSON.stringify(masked.body)), binaryParts: 0 };
      },
    },
  );
  if (!forwarded.ok) throw new Error('the turn was refused');
  await forwarded.turn.complete(ENDING);
}

const REQUEST = singleTurn(false).toString('utf8');

/** The same two writes again and again, each pair as a new session's. */
async function journalRate(
  folder: string,
  shape: FloorShape,
  agent: TurnAgent,
  [begun, ended]: readonly [JournalWrite, JournalWrite],
): Promise<number> {
  const server = await startEmbeddedPostgres(folder);
  const database = openDatabase({ url: server.url() });
  try {
    await applyMigrations(server.url());
    const { pool } = database;
    await pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'bench')`, [agent.accountId]);
    await pool.query(
      `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
       VALUES ($1, $2, 'bench', 'stub', $3, 'bench', 1)`,
      [agent.id, agent.accountId, agent.tokenization],
    );
    await pool.query('INSERT INTO policy_snapshots (digest, text) VALUES ($1, $2)', [
      begun.session.policyDigest,
      agent.policyText,
    ]);
    const journal = new Journal(pool);
    const append = async (write: JournalWrite): Promise<void> => {
      const outcome = await journal.append(write);
      if (!outcome.ok) throw new Error(`the journal refused a write: ${outcome.reason}`);
    };
    const turn = async (): Promise<void> => {
      const [id, turnId] = [newId('session'), newId('turn')];
      const own = (write: JournalWrite): JournalWrite => ({
        ...write,
        session: { ...write.session, id },
        turn: write.turn && { ...write.turn, id: turnId },
      });
      await append(own(begun));
      await append(own(ended));
    };
    await rate(shape, turn);
    return await rate(shape, turn);
  } finally {
    await database.close();
    await server.stop();
  }
}

/** Completed turns per second of a closed loop. */
async function rate({ connections, milliseconds }: FloorShape, turn: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let completed = 0;
  const run = async (): Promise<void> => {
    while (performance.now() - start < milliseconds) {
      await turn();
      completed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, run));
  return completed / ((performance.now() - start) / 1000);
}

async function defaultAgent(): Promise<TurnAgent> {
  const policyText = await readFile(
    path.join(fileURLToPath(new URL('../..', import.meta.url)), 'configs/mask_policy.yaml'),
    'utf8',
  );
  const parsed = parsePolicy(policyText, { kids: new Set(['K_HEALTHCARE']) });
  if (!parsed.ok) throw new Error('the default policy does not hold');
  return {
    id: newId('agent'),
    accountId: newId('account'),
    tokenization: 'vault-deterministic',
    policy: parsed.policy,
    policyText,
    policyVersion: 1,
  };
}

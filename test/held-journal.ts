/** A journal whose database takes no statement: writes wait, as behind a full disk or a lock, for as long as a test needs. */
import pg from 'pg';
import type { EntryRow, SessionRow } from '../src/audit/journal-rows.ts';
import { Journal } from '../src/audit/journal.ts';
import { newId } from '../src/platform/ids.ts';

export interface HeldJournal {
  readonly journal: Journal;
  /** Appends so many writes. */
  append(count: number): void;
  /** Lets the writes go to the database, which refuses them: their account does not exist. Resolves when all have failed. */
  release(): Promise<void>;
}

/** The one connection is taken, so that no statement begins and none times out. */
export async function holdJournal(url: string): Promise<HeldJournal> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const taken = await pool.connect();
  const journal = new Journal(pool);
  const writes: Promise<unknown>[] = [];
  return {
    journal,
    append: (count) => {
      for (let write = 0; write < count; write += 1) {
        const entry: EntryRow = { seq: 0, kind: 'session_started', turn: 1, body: '{}', leaf: Buffer.alloc(32) };
        const parts = { turn: null, vaultKey: null, vaultEntries: [], entries: [entry] };
        writes.push(journal.append({ session: nobodysSession(), ...parts }));
      }
    },
    release: async () => {
      taken.release();
      await Promise.all(writes);
      await pool.end();
    },
  };
}

function nobodysSession(): SessionRow {
  return {
    id: newId('session'),
    accountId: newId('account'),
    agentId: newId('agent'),
    keyDigest: null,
    callDigest: null,
    credentialDigest: null,
    continuesId: null,
    startedAt: 0,
    lastTurnAt: 0,
    endedAt: null,
    sealedAt: null,
    status: 'ok',
    upstreamModel: 'stub',
    policyName: 'p',
    policyVersion: 1,
    policyDigest: 'p',
    vaultGeneration: 0,
    turnCount: 0,
    redactionCount: 0,
    redactionsByKind: {},
    detectionUs: 0,
    tokenizeUs: 0,
    upstreamUs: 0,
    rehydrateUs: 0,
    tokensIssued: 0,
    tokensExact: 0,
    tokensRepaired: 0,
    tokensUnknown: 0,
    tokensRefused: 0,
    tokensWithheld: 0,
    tokensOutsideTurn: 0,
    merkleRoot: null,
    seal: null,
    sealKeyId: null,
    sealSignature: null,
  };
}

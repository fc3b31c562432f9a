/** What `restore --verify` proves: rows that were changed, cut or taken away by someone who can write to the database. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Signer } from '../../src/audit/seal.ts';
import { inSnapshot } from '../../src/custody/snapshot.ts';
import { LineProof, PROVEN_TABLES } from '../../src/custody/line-proof.ts';
import type { ProofResult } from '../../src/custody/line-proof.ts';
import { dumpTables, readTables } from '../../src/custody/table-lines.ts';
import { KEYS } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

type Row = Record<string, unknown>;
type Tables = Map<string, Row[]>;

const bytesOf = (name: string): Buffer => Buffer.from(KEYS[name] ?? '', 'base64');
const signer = new Signer(bytesOf('MASKER_SIGNING_KEY'));

let calls: Calls;
let dumped: Tables;
let sealed: readonly string[];
let open: string;

beforeAll(async () => {
  calls = await startCalls();
  const agent = await calls.masker.createAgent();
  const say = async (name: string): Promise<string> => {
    const response = await calls.masker.chat(agent, saying('call 415-555-2671'), { 'x-call-id': name });
    await answerOf(response);
    return sessionOf(response);
  };
  sealed = [await say('first'), await say('second')];
  for (const id of sealed)
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
  open = await say('open');
  // Answered when all that is on record is in the log.
  await calls.masker.api('GET', '/audit/checkpoint');
  dumped = await inSnapshot(calls.pool, async (client) => {
    const tables: Tables = new Map();
    await readTables(dumpTables(client, {}, PROVEN_TABLES), {
      rows: (table, rows) => {
        tables.set(table, [...(tables.get(table) ?? []), ...rows.map((row) => JSON.parse(row) as Row)]);
      },
    });
    return tables;
  });
});
afterAll(async () => {
  await calls.close();
});

/** Proves the rows as they are after a change. */
function proof(change: (tables: Tables) => void, by = signer): ProofResult {
  const tables: Tables = new Map([...dumped].map(([table, rows]) => [table, rows.map((row) => ({ ...row }))]));
  change(tables);
  const prover = new LineProof(bytesOf('MASKER_AUDIT_HMAC_KEY'), by);
  for (const table of PROVEN_TABLES)
    prover.rows(
      table,
      (tables.get(table) ?? []).map((row) => JSON.stringify(row)),
    );
  return prover.end();
}

const rowOf = (tables: Tables, table: string, name: string, value: unknown): Row => {
  const row = tables.get(table)?.find((each) => each[name] === value);
  if (row === undefined) throw new Error(`no row of ${table}`);
  return row;
};
const without = (tables: Tables, table: string, isGone: (row: Row) => boolean): void => {
  tables.set(
    table,
    (tables.get(table) ?? []).filter((row) => !isGone(row)),
  );
};
const unsealed = { sealed_at: null, merkle_root: null, seal: null, seal_key_id: null, seal_signature: null };

test('holds for rows as they are', () => {
  const result = proof(() => undefined);
  expect(result).toMatchObject({ faults: [], sessions: 3, erased: 0, other_keys: [] });
});

test.each<readonly [string, (tables: Tables) => void, RegExp]>([
  [
    'a sealed journal whose last entry is missing and whose row has the root of what is left',
    (tables) => {
      const entries = (tables.get('entries') ?? []).filter(({ session_id: id }) => id === sealed[0]);
      without(tables, 'entries', (row) => row === entries.at(-1));
    },
    /is not what its seal signed/,
  ],
  [
    'a seal with another status',
    (tables) => {
      const row = rowOf(tables, 'sessions', 'id', sealed[0]);
      row['seal'] = String(row['seal']).replace('"status":"ok"', '"status":"partial"');
    },
    /is not what was signed/,
  ],
  [
    'the seal of another session',
    (tables) => {
      const { seal } = rowOf(tables, 'sessions', 'id', sealed[1]);
      rowOf(tables, 'sessions', 'id', sealed[0])['seal'] = seal;
    },
    /not that of this session/,
  ],
  [
    'a seal that is said to be of another key',
    (tables) => {
      rowOf(tables, 'sessions', 'id', sealed[0])['seal_key_id'] = '00000000';
    },
    /is not the seal of session/,
  ],
  [
    'a sealed session that is made an open one',
    (tables) => {
      Object.assign(rowOf(tables, 'sessions', 'id', sealed[0]), unsealed);
    },
    /has a seal of session/,
  ],
  [
    'the same with the end of its journal cut and its leaf taken away',
    (tables) => {
      Object.assign(rowOf(tables, 'sessions', 'id', sealed[1]), unsealed);
      without(tables, 'entries', ({ session_id: id, kind }) => id === sealed[1] && kind === 'session_sealed');
      without(tables, 'log_leaves', ({ ref }) => ref === sealed[1]);
    },
    /is not what was put there|is shorter than its checkpoint/,
  ],
  [
    'a sealed session that is not there',
    (tables) => {
      without(tables, 'sessions', ({ id }) => id === sealed[0]);
      without(tables, 'entries', ({ session_id: id }) => id === sealed[0]);
    },
    /1 sessions whose seals are in the log .* are not there, and retention erased 0/,
  ],
  [
    'an open session without its journal',
    (tables) => {
      without(tables, 'entries', ({ session_id: id }) => id === open);
    },
    /has no journal/,
  ],
  [
    'a log without its checkpoints',
    (tables) => {
      tables.set('log_checkpoints', []);
    },
    /no checkpoint counts the leaf/,
  ],
  [
    'a checkpoint that is said to be of another key',
    (tables) => {
      const newest = tables.get('log_checkpoints')?.at(-1) ?? {};
      newest['key_id'] = '00000000';
      newest['note'] = String(newest['note']).replace(/— \S+ \S+/, (line) => `${line.slice(0, -8)}AAAAAAAA`);
    },
    /is not what its checkpoint/,
  ],
  [
    'a leaf that was added',
    (tables) => {
      const leaves = tables.get('log_leaves') ?? [];
      const last = leaves.at(-1) ?? {};
      leaves.push({ ...last, leaf_index: leaves.length, ref: 'evt_0', source: 'event' });
    },
    /no checkpoint counts the leaf/,
  ],
])('does not hold for %s', (_, change, fault) => {
  expect(proof(change).faults.join('\n')).toMatch(fault);
});

test('names the keys that signed before, and judges checkpoints by the key that the log has', () => {
  const { faults, other_keys: keys } = proof(() => undefined, new Signer(Buffer.alloc(32, 7)));
  expect([faults, keys]).toEqual([[], [signer.keyId]]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/audit/canonical.ts';
import type { Entry } from '../../../src/audit/entry.ts';
import { entryText } from '../../../src/audit/entry-text.ts';
import { entry } from './entries.ts';

const HASH = fc.stringMatching(/^[0-9a-f]{64}$/);

test('is the canonical JSON of every kind of entry, with its hashes and without, in whatever order kinds come', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), HASH, HASH, (entries, previous, own) => {
      for (const each of entries) {
        const { bare, with: withHashes } = entryText(each);
        expect(bare).toBe(canonicalJson(each));
        expect(withHashes(previous, own)).toBe(canonicalJson({ ...each, prev_hash: previous, this_hash: own }));
      }
    }),
    { numRuns: 500 },
  );
});

test('leaves out what is undefined, though the entry before it had it', () => {
  const base: Entry = {
    v: 1,
    seq: 0,
    ts: '',
    event_id: 'evt_1',
    turn: 0,
    session_id: 'sess_1',
    agent_id: 'agt_1',
    policy_name: '',
    policy_version: 1,
    kind: 'session_started',
    continues: 'sess_0',
  };
  const { continues: _, ...without } = base;
  for (const each of [base, without, { ...base, continues: undefined } as unknown as Entry, base])
    expect(entryText(each).bare).toBe(canonicalJson(each));
});

/** One byte changed anywhere in any entry is detected, and the entry is named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyBundle, type Verification } from '../src/verify.ts';
import {
  chain,
  chainKey,
  FACTS,
  jcs,
  SESSION,
  sha256,
  signedSeal,
  spelledOut,
  treeHash,
  validBundle,
  type JsonRecord,
  type TestBundle,
} from './bundle-builder.ts';

/**
 * Whether a verification says of entry `index`, which stands at `place` of the file, that it does not hold. A byte that
 * breaks the file's structure (an entry that opens with `]`) is named by where reading stopped.
 */
function names(verification: Verification, index: number, [start, end]: readonly [number, number]): boolean {
  if (verification.outcome === 'unreadable') {
    const { path, offset } = verification.problem;
    const inside = offset !== null && offset >= start && offset <= end;
    return inside || path === `/entries/${index}` || path.startsWith(`/entries/${index}/`);
  }
  return (
    verification.outcome === 'does not hold' &&
    verification.checks.some(({ findings }) => findings.some(({ entry }) => entry?.index === index))
  );
}

function replaced(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = byte;
  return changed;
}

// An open session alone: no signature to check makes each verification cheap enough to try every byte. The entries have
// a number with an exponent and a text with an escape, where upper and lower case mean the same.
const OPEN: readonly JsonRecord[] = [
  { kind: 'session_started', turn: 0 },
  { kind: 'turn_forwarded', turn: 1, upstream: 'stub', model: 'a\u001fb\u20ac', request_sha256: 'ab'.repeat(32) },
  {
    kind: 'turn_completed',
    turn: 1,
    status: 'ok',
    http_status: 200,
    response_sha256: null,
    stage_durations_ms: { detection: 1e-7, tokenize: 10.5, upstream: 728, rehydrate: 0 },
  },
];

function openBundle(): TestBundle {
  const { entries, leafHashes } = chain(OPEN);
  return {
    format: 'masker-bundle/v1',
    report: null,
    entries,
    leaf_hashes: leafHashes,
    seals: [],
    anchored_heads: [],
    keys: [],
  };
}

describe('every byte of every entry', () => {
  const { bytes, places } = spelledOut(openBundle());

  it('the untouched bundle is consistent', () => {
    expect(verifyBundle(bytes).outcome).toBe('consistent');
  });

  // 0x20 turns letters to the other case and breaks structure; 0x01 makes a neighbouring digit or letter.
  it.each([0x01, 0x20, 0x80])(
    'changed by XOR %i',
    (mask) => {
      for (const [index, [start, end]] of places.entries()) {
        for (let at = start; at < end; at += 1) {
          const changed = replaced(bytes, at, (bytes[at] ?? 0) ^ mask);
          if (!names(verifyBundle(changed), index, [start, end]))
            expect.fail(`byte ${at - start} of entry ${index} changed unseen`);
        }
      }
    },
    60_000,
  );

  it('changed to any other byte', () => {
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (index, offset, mask) => {
        const [start, end] = places[index] ?? [0, 1];
        const at = start + (offset % (end - start));
        expect(names(verifyBundle(replaced(bytes, at, (bytes[at] ?? 0) ^ mask)), index, [start, end])).toBe(true);
      }),
      { numRuns: 2000, examples: [[0, 0, 0x7b ^ 0x5d]] },
    );
  });
});

describe('a sealed and reported session', () => {
  const { bytes, places } = spelledOut(validBundle());

  it('any byte of any entry', () => {
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (index, offset, mask) => {
        const [start, end] = places[index] ?? [0, 1];
        const at = start + (offset % (end - start));
        expect(names(verifyBundle(replaced(bytes, at, (bytes[at] ?? 0) ^ mask)), index, [start, end])).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('says what was expected and what was found', () => {
    const { entries, ...rest } = validBundle();
    const changed = entries.map((entry, index) =>
      index === 2 ? { ...(entry as JsonRecord), confidence: 0.96 } : entry,
    );
    const verification = verifyBundle(spelledOut({ ...rest, entries: changed }).bytes);
    if (verification.outcome === 'unreadable') throw new Error('unreadable');
    expect(verification.checks.find(({ id }) => id === 'merkle_leaves')).toMatchObject({
      verdict: 'does not hold',
      findings: [
        {
          code: 'wrong_leaf_hash',
          entry: { index: 2, seq: 2, session_id: SESSION, event_id: (entries[2] as JsonRecord)['event_id'] },
          expected: rest.leaf_hashes[2],
        },
      ],
    });
    expect(verification.checks.find(({ id }) => id === 'merkle_root')?.verdict).toBe('does not hold');
  });

  it('an entry whose stored text was not canonical: named as such', () => {
    const { entries, ...rest } = validBundle();
    const stored = JSON.stringify(entries[3]); // the members in another order
    expect(stored).not.toBe(jcs(entries[3] ?? null));
    const verification = verifyBundle(
      spelledOut({ ...rest, entries: entries.map((entry, index) => (index === 3 ? stored : entry)) }).bytes,
    );
    if (verification.outcome === 'unreadable') throw new Error('unreadable');
    for (const id of ['canonical_form', 'merkle_leaves']) {
      expect(verification.checks.find((check) => check.id === id)?.findings).toMatchObject([
        { entry: { index: 3, seq: 3 } },
      ]);
    }
  });
});

describe('whole entries', () => {
  const bundle = validBundle();
  const key = chainKey(SESSION);
  const failing = (entries: TestBundle['entries'], leaf_hashes: readonly string[]): string[] => {
    const verification = verifyBundle(spelledOut({ ...bundle, entries, leaf_hashes }).bytes, {
      chainKeys: { bySession: new Map(), only: key },
    });
    return verification.outcome === 'unreadable'
      ? ['unreadable']
      : verification.checks.filter(({ verdict }) => verdict === 'does not hold').map(({ id }) => id);
  };

  it('one left out, with its leaf hash', () => {
    const keep = (_: unknown, index: number): boolean => index !== 4;
    expect(failing(bundle.entries.filter(keep), bundle.leaf_hashes.filter(keep))).toEqual([
      'chain_links',
      'merkle_root',
      'counts',
    ]);
  });

  it('one whose prev_hash points elsewhere, with leaf hash, root and signatures made to fit', () => {
    const entries = bundle.entries.map((entry, index) =>
      index === 3 ? { ...(entry as JsonRecord), prev_hash: 'ab'.repeat(32) } : (entry as JsonRecord),
    );
    const leaves = entries.map((entry) => Buffer.from(jcs(entry)));
    const leafHashes = leaves.map((leaf) => sha256(Uint8Array.of(0), leaf).toString('hex'));
    const forged = { session: SESSION, entries, leafHashes, root: treeHash(leaves).toString('hex') };
    const verification = verifyBundle(
      spelledOut({ ...bundle, report: null, entries, leaf_hashes: leafHashes, seals: [signedSeal(forged)] }).bytes,
    );
    if (verification.outcome === 'unreadable') throw new Error('unreadable');
    expect(verification.checks.filter(({ verdict }) => verdict === 'does not hold')).toMatchObject([
      {
        id: 'chain_links',
        findings: [
          {
            code: 'wrong_previous_hash',
            entry: { index: 3 },
            expected: entries[2]?.['this_hash'],
            found: 'ab'.repeat(32),
          },
        ],
      },
    ]);
  });

  it('the last one left out', () => {
    expect(failing(bundle.entries.slice(0, -1), bundle.leaf_hashes.slice(0, -1))).toEqual(['merkle_root', 'counts']);
  });

  it('two changed places', () => {
    const swap = <T>(items: readonly T[]): readonly T[] =>
      items.map((item, index) => items[index === 1 ? 2 : index === 2 ? 1 : index] ?? item);
    expect(failing(swap(bundle.entries), swap(bundle.leaf_hashes))).toEqual(['chain_links', 'merkle_root', 'times']);
  });

  it('one twice', () => {
    const twice = <T>(items: readonly T[]): readonly T[] => [...items.slice(0, 3), ...items.slice(2)];
    expect(failing(twice(bundle.entries), twice(bundle.leaf_hashes))).toEqual(['chain_links', 'merkle_root', 'counts']);
  });

  it('all written anew by one who lacks the audit key: the chain key tells', () => {
    const forged = chain(
      FACTS.map((fact, index) => (index === 1 ? { ...fact, action: 'redact', token_kind: null, kid: null } : fact)),
      SESSION,
    );
    const entries = forged.entries.map((entry, index) => ({
      ...entry,
      this_hash: 'ab'.repeat(31) + String(index).padStart(2, '0'),
    }));
    const chained = entries.map((entry, index) => ({
      ...entry,
      prev_hash: index === 0 ? '0'.repeat(64) : (entries[index - 1]?.this_hash ?? ''),
    }));
    expect(failing(chained, forged.leafHashes)).toContain('chain_hmac');
    expect(failing(chained, forged.leafHashes)).not.toContain('chain_links');
  });
});

/** What a session knows to be on record, and what its stored form tells nobody. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordedDigests } from '../../../../src/masking/turn/recorded-digests.ts';
import type { DigestSubject } from '../../../../src/masking/turn/recorded-digests.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';

const KEY = Buffer.alloc(32, 7);
const OTHER_KEY = Buffer.alloc(32, 8);
const BYTES = 8;

const subject = fc.constantFrom<DigestSubject>('redaction', 'exact', 'repaired');
/** Texts of a small world, so that some come twice. */
const anyText = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((n) => `token ${n}`),
  fc.string(),
);
const mark = fc.tuple(subject, anyText);
const recorded = fc.array(mark, { maxLength: 30 });

/** The stored digests, in hex. */
function digestsOf(stored: Buffer | null): string[] {
  const bytes = stored ?? Buffer.alloc(0);
  return Array.from({ length: bytes.length / BYTES }, (_, at) =>
    bytes.subarray(at * BYTES, (at + 1) * BYTES).toString('hex'),
  );
}

/** The stored form of these digests under a session's key. */
function stored(key: Buffer, added: readonly (readonly [DigestSubject, string])[]): Buffer | null {
  const draft = new RecordedDigests(key).draft();
  for (const [about, each] of added) draft.add(about, each);
  return draft.bytes();
}

function isAmong(
  all: readonly (readonly [DigestSubject, string])[],
  [about, text]: readonly [DigestSubject, string],
): boolean {
  return all.some(([otherSubject, other]) => otherSubject === about && other === text);
}

describe('a draft', () => {
  test('knows what it adds, and the session does so once it is kept, not before', () => {
    fc.assert(
      fc.property(recorded, recorded, (before, added) => {
        const session = new RecordedDigests(KEY);
        const first = session.draft();
        for (const [about, each] of before) first.add(about, each);
        runAtOnce(first.keeping());
        const draft = session.draft();
        for (const [about, each] of added) draft.add(about, each);
        for (const each of [...before, ...added]) {
          expect(draft.has(...each)).toBe(true);
          // The write may still be lost.
          expect(session.draft().has(...each)).toBe(isAmong(before, each));
        }
        runAtOnce(draft.keeping());
        for (const each of added) expect(session.draft().has(...each)).toBe(true);
      }),
    );
  });

  test('that is given up leaves nothing behind', () => {
    const session = new RecordedDigests(KEY);
    session.draft().add('exact', 'a token');
    expect(session.draft().has('exact', 'a token')).toBe(false);
    expect(session.draft().bytes()).toBeNull();
  });

  test('tells one subject from another', () => {
    const draft = new RecordedDigests(KEY).draft();
    draft.add('repaired', 'a token');
    expect(draft.has('repaired', 'a token')).toBe(true);
    expect(draft.has('exact', 'a token')).toBe(false);
    expect(draft.has('redaction', 'a token')).toBe(false);
  });

  test('is stored as 8 bytes for each different mark', () => {
    fc.assert(
      fc.property(recorded, (added) => {
        const different = new Set(
          added.map(([about, each]) => `${about} ${Buffer.from(each, 'utf8').toString('hex')}`),
        );
        expect(digestsOf(stored(KEY, added))).toHaveLength(different.size);
      }),
    );
  });
});

describe('digests that are stored', () => {
  test('are known to whoever loads them, and no others', () => {
    fc.assert(
      fc.property(fc.array(recorded, { maxLength: 4 }), mark, (turns, further) => {
        // As the turns of a session store them, each its own, read back end to end.
        const bytes = Buffer.concat(turns.map((added) => stored(KEY, added) ?? Buffer.alloc(0)));
        const elsewhere = new RecordedDigests(KEY);
        runAtOnce(elsewhere.loading(bytes));
        const all = turns.flat();
        for (const each of all) expect(elsewhere.draft().has(...each)).toBe(true);
        expect(elsewhere.draft().has(...further)).toBe(isAmong(all, further));
      }),
    );
  });

  test('add to what is known, however often they are loaded', () => {
    const session = new RecordedDigests(KEY);
    const draft = session.draft();
    draft.add('exact', 'here');
    runAtOnce(draft.keeping());
    const bytes = stored(KEY, [['exact', 'there']]) ?? Buffer.alloc(0);
    runAtOnce(session.loading(bytes));
    runAtOnce(session.loading(bytes));
    runAtOnce(session.loading(Buffer.alloc(0)));
    expect(session.draft().has('exact', 'here')).toBe(true);
    expect(session.draft().has('exact', 'there')).toBe(true);
    expect(session.draft().has('exact', 'elsewhere')).toBe(false);
  });

  test('of two sessions have no digest in common, whatever both spoke of', () => {
    fc.assert(
      fc.property(recorded, (added) => {
        const mine = new Set(digestsOf(stored(KEY, added)));
        expect(digestsOf(stored(OTHER_KEY, added)).filter((digest) => mine.has(digest))).toEqual([]);
        const stranger = new RecordedDigests(OTHER_KEY);
        runAtOnce(stranger.loading(stored(KEY, added) ?? Buffer.alloc(0)));
        for (const each of added) expect(stranger.draft().has(...each)).toBe(false);
      }),
    );
  });

  test('hold nothing of the text, and no digest of it that one without the key could make', () => {
    const value = '415-555-0142';
    const bytes =
      stored(KEY, [
        ['redaction', value],
        ['exact', value],
        ['repaired', value],
      ]) ?? Buffer.alloc(0);
    expect(digestsOf(bytes)).toHaveLength(3);
    expect(bytes.toString('latin1')).not.toContain('415');
    for (const guess of [value, ...[1, 2, 3].map((n) => `${String.fromCharCode(n)}${value}`)]) {
      expect(bytes.toString('hex')).not.toContain(hash('sha256', guess).slice(0, 2 * BYTES));
    }
  });
});

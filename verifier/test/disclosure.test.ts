/** Reports that are disclosed in part. The documents are built here, as docs/audit-format.md says. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyBundle, type Verified } from '../src/verify.ts';
import {
  bytesOf,
  jcs,
  keyEntry,
  OTHER_SEED,
  SESSION,
  signingKey,
  SIGNING_SEED,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';

const KEY = signingKey(SIGNING_SEED);
const MEMBERS: readonly (readonly [string, Json])[] = [
  ['/window', { since: 'a', until: 'b' }],
  ['/agents/-', 2],
  ['/agents/0', { id: 'agt', name: 'front desk' }],
  ['/agents/1', { id: 'agt', name: 'front desk' }],
  ['/policy_snapshot', 'name: p\n'],
  ['/limits/-', 1],
  ['/limits/0', 'words'],
  ['/sample_transcripts', []],
];
type Opening = readonly [string, string, Json];
const OPENINGS: readonly Opening[] = MEMBERS.map(([pointer, value], at) => [
  Buffer.alloc(16, at + 1).toString('base64'),
  pointer,
  value,
]);
const commitmentOf = (opening: Json): string => createHash('sha256').update(jcs(opening)).digest('hex');

function documentOf(openings: Json, changes: JsonRecord = {}, more: JsonRecord = {}): JsonRecord {
  const statement = {
    v: 1,
    report_id: 'rep_01JD0000000000000000000001',
    schema: 'masker-audit/v1',
    scope: 'session',
    session_id: SESSION,
    generated_at: '2026-05-03T21:14:59.000Z',
    merkle_root_hex: '0'.repeat(64),
    commitments: OPENINGS.map(commitmentOf).sort(),
    ...changes,
  };
  const signature = KEY.sign(statement);
  return { format: 'masker-disclosure/v1', statement, signature, openings, keys: [keyEntry(KEY)], ...more };
}

function verified(document: JsonRecord, trusted = KEY): Verified {
  const verification = verifyBundle(bytesOf(document), { trustedKeys: [trusted.publicKey] });
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  return verification;
}
/** Whether each list of which an item is open has its number of items open too. */
const isCounted = (some: readonly Opening[]): boolean => {
  const pointers = some.map(([, pointer]) => pointer);
  return pointers.every((pointer) => !/\/\d+$/.test(pointer) || pointers.includes(pointer.replace(/\d+$/, '-')));
};
const openings = (document: JsonRecord): Verified['checks'][number] | undefined =>
  verified(document).checks.find(({ id }) => id === 'openings');

describe('a report that is disclosed in part', () => {
  it('is authentic with any subset of its members open, and says how many are closed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...OPENINGS]), (some) => {
        fc.pre(isCounted(some));
        const document = documentOf(some);
        expect(verified(document).outcome).toBe('authentic');
        const reason = openings(document)?.reason ?? '';
        expect(reason).toMatch(new RegExp(`^${some.length} open: .*; ${OPENINGS.length - some.length} closed(;|$)`));
        for (const [, pointer] of some) expect(reason).toContain(pointer);
      }),
      { seed: 13, numRuns: 60 },
    );
  });

  it('is refused with any opening changed: its value, its salt, its place', () => {
    const change = fc.oneof(
      fc.record({ part: fc.constant(0), to: fc.uint8Array({ minLength: 16, maxLength: 16 }) }),
      fc.record({ part: fc.constant(1), to: fc.constantFrom('/agents/2', '/limits/1', '/other', '/agents') }),
      fc.record({ part: fc.constant(2), to: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.nat(OPENINGS.length - 1), change, (at, { part, to }) => {
        const changed = [...(OPENINGS[at] ?? [])] as Json[];
        changed[part] = part === 0 ? Buffer.from(to as Uint8Array).toString('base64') : (to as Json);
        fc.pre(jcs(changed) !== jcs(OPENINGS[at] as unknown as Json));
        const all = OPENINGS.map((opening, nth) => (nth === at ? changed : opening)) as Json;
        expect(verified(documentOf(all)).outcome).toBe('does not hold');
        // A number of items that is changed leaves the items without one.
        const codes = openings(documentOf(all))?.findings.map(({ code }) => code);
        expect(new Set(codes)).toEqual(new Set(['wrong_opening']));
      }),
      { seed: 14, numRuns: 100 },
    );
  });

  it('says which list is open in part, and of how many items', () => {
    const some = (...pointers: readonly string[]): JsonRecord =>
      documentOf(OPENINGS.filter(([, pointer]) => pointers.includes(pointer)));
    const reason = (document: JsonRecord): string => openings(document)?.reason ?? '';
    expect(reason(some('/agents/-', '/agents/1', '/limits/-', '/limits/0'))).toBe(
      '4 open: /agents/- /agents/1 /limits/- /limits/0; 4 closed; in part: /agents 1 of 2 items',
    );
    expect(reason(some('/agents/-'))).toContain('in part: /agents 0 of 2 items');
    expect(reason(some('/agents/-', '/agents/0', '/agents/1'))).not.toContain('in part');
  });

  it('is refused with an item of a list open whose number of items is closed', () => {
    const document = documentOf(OPENINGS.filter(([, pointer]) => pointer === '/agents/0'));
    expect(openings(document)?.verdict).toBe('does not hold');
    expect(openings(document)?.findings.map(({ code }) => code)).toEqual(['wrong_opening']);
  });

  it.each<[string, readonly (readonly [string, Json])[]]>([
    [
      'an item behind the last one',
      [
        ['/agents/-', 1],
        ['/agents/1', 'x'],
      ],
    ],
    [
      'a list that is open as a whole too',
      [
        ['/agents/-', 1],
        ['/agents/0', 'x'],
        ['/agents', ['x']],
      ],
    ],
    ['a number of items that is none', [['/agents/-', 'two']]],
    ['no items counted', [['/agents/-', 0]]],
  ])('is refused although it was signed with %s', (_, members) => {
    const signed = members.map(([pointer, value], at) => [Buffer.alloc(16, at).toString('base64'), pointer, value]);
    const commitments = signed.map((opening) => commitmentOf(opening as Json)).sort();
    expect(openings(documentOf(signed as Json, { commitments }))?.verdict).toBe('does not hold');
  });

  it('is refused with the salts of two openings swapped, also where their values are equal', () => {
    const [a, b] = [OPENINGS[2], OPENINGS[3]];
    const swapped = [
      [b?.[0] ?? '', a?.[1] ?? '', a?.[2] ?? null],
      [a?.[0] ?? '', b?.[1] ?? '', b?.[2] ?? null],
    ];
    expect(openings(documentOf([OPENINGS[1], ...swapped] as Json))?.findings).toHaveLength(2);
  });

  it('is refused with one member opened twice, and with one commitment twice', () => {
    const [first] = OPENINGS;
    expect(openings(documentOf([first, first] as unknown as Json))?.verdict).toBe('does not hold');
    const commitments = [...OPENINGS.map(commitmentOf), commitmentOf(first as unknown as Json)].sort();
    expect(openings(documentOf([], { commitments }))?.verdict).toBe('does not hold');
  });

  it('is refused where a commitment was added to what was signed', () => {
    const document = documentOf([]);
    const statement = document['statement'] as JsonRecord;
    const more = { ...statement, commitments: [...(statement['commitments'] as string[]), 'f'.repeat(64)] };
    expect(verified({ ...document, statement: more }).outcome).toBe('does not hold');
  });

  it('is not authentic under another key than the trusted one', () => {
    expect(verified(documentOf([]), signingKey(OTHER_SEED)).outcome).toBe('does not hold');
    const verification = verifyBundle(bytesOf(documentOf([])));
    expect(verification.outcome).toBe('consistent');
  });

  it('is authentic without keys of its own under the trusted one, and does not hold without either', () => {
    const bare = documentOf([], {}, { keys: [] });
    expect(verified(bare).outcome).toBe('authentic');
    expect(verifyBundle(bytesOf(bare)).outcome).toBe('does not hold');
  });

  it('has members that the format does not know named', () => {
    expect(verified(documentOf([], {}, { more: 1 })).not_covered).toEqual(['/more']);
  });

  it.each<[string, JsonRecord]>([
    ['no statement', { statement: null }],
    ['no signature', { signature: {} }],
    ['openings that are no list', { openings: {} }],
    ['openings that are none', { openings: [1, [], ['a'], ['a', 'b', 'c'], [null, null, null]] }],
    ['a key that is none', { keys: [7] }],
  ])('does not hold with %s', (_, more) => {
    expect(verified(documentOf([], {}, more)).outcome).toBe('does not hold');
  });
});

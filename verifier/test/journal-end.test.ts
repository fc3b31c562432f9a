/** The end of an open journal: any cut behind a signed head is found, and any change to a head. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseReceipt,
  verifyBundle,
  type Check,
  type SignedHead,
  type Verified,
  type VerifyOptions,
} from '../src/verify.ts';
import {
  anchoredHead,
  bytesOf,
  chain,
  FACTS,
  headOf,
  keyEntry,
  openBundle,
  OTHER_SEED,
  OTHER_SESSION,
  receiptOf,
  SESSION,
  signedReport,
  signingKey,
  SIGNING_SEED,
  unsignedReport,
  validBundle,
  type Json,
  type JsonRecord,
  type TestBundle,
} from './bundle-builder.ts';

const key = signingKey(SIGNING_SEED);
const OPEN_FACTS = FACTS.slice(0, -1);
const open = chain(OPEN_FACTS);

function verify(file: TestBundle | Json, options?: VerifyOptions): Verified {
  const verification = verifyBundle(bytesOf(file), options);
  if (verification.outcome === 'unreadable') throw new Error(`unreadable: ${verification.problem.message}`);
  return verification;
}

function check(verification: Verified, id: Check['id']): Check {
  const found = verification.checks.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

const codes = (verification: Verified): string[] => [
  ...new Set(verification.checks.flatMap(({ findings }) => findings.map(({ code }) => code))),
];

/** What the operator hands over after the journal was cut to its first `entries` entries: all of it made to fit, and signed. */
function cutTo(entries: number, heads: readonly JsonRecord[]): TestBundle {
  const short = chain(OPEN_FACTS.slice(0, entries));
  return {
    format: 'masker-bundle/v1',
    report: signedReport(unsignedReport(short, [], heads.slice(-1))),
    entries: short.entries,
    leaf_hashes: short.leafHashes,
    seals: [],
    anchored_heads: heads,
    keys: [keyEntry(key)],
  };
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function receipt(events: number, signer = key): SignedHead {
  const parsed = parseReceipt(receiptOf(headOf(open, events), signer));
  if (parsed === null) throw new Error('no receipt');
  return parsed;
}

describe('an open session with anchored heads', () => {
  it('holds, is authentic under the pinned key, and is said to have been open', () => {
    const verification = verify(openBundle(), { trustedKeys: [key.publicKey] });
    expect(verification).toMatchObject({ outcome: 'authentic', open: [SESSION], not_covered: [] });
    expect(check(verification, 'journal_end')).toMatchObject({
      verdict: 'holds',
      reason: '1 session open when made: later entries are not here; 2 signed heads',
    });
    expect(check(verification, 'head_signature').verdict).toBe('holds');
  });

  it('that was cut anywhere behind a head does not hold, and the finding names the cut', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: OPEN_FACTS.length }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: OPEN_FACTS.length }),
        (anchoredAt, entries) => {
          const heads = anchoredAt.map((events) => anchoredHead(headOf(open, events)));
          const verification = verify(cutTo(entries, heads));
          const newest = Math.max(...anchoredAt);
          expect(verification.outcome).toBe(entries < newest ? 'does not hold' : 'consistent');
          if (entries >= newest) return;
          expect(check(verification, 'journal_end').findings).toContainEqual({
            code: 'cut_journal',
            message: `the end of the journal of ${SESSION} was cut: an anchor says that there were more entries at ${text(headOf(open, newest)['ts'])}`,
            expected: `${newest} entries, the last with this_hash ${text(headOf(open, newest)['last_hash'])}`,
            found: `${entries} entries, the last with this_hash ${text(headOf(open, entries)['last_hash'])}`,
          });
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('whose end was cut and written anew does not hold: a head names another entry', () => {
    const rewritten = chain(OPEN_FACTS.map((fact, index) => (index === 8 ? { ...fact, count: 9 } : fact)));
    const bundle = {
      ...openBundle(),
      report: null,
      entries: rewritten.entries,
      leaf_hashes: rewritten.leafHashes,
    };
    expect(check(verify(bundle), 'journal_end').findings).toMatchObject([{ code: 'wrong_head', entry: { index: 10 } }]);
  });

  it('with any member of an anchored head altered does not hold', () => {
    const bundle = openBundle([11]);
    const [head = {}] = bundle.anchored_heads;
    const at = (path: readonly string[]): Json =>
      path.reduce<Json>((value, step) => (value as JsonRecord)[step] ?? null, head);
    const paths = [
      ...['session_id', 'event_count', 'last_hash', 'ts'].map((name) => ['head', name]),
      ...['account_id', 'ts', 'tree_size', 'root_hex'].map((name) => ['anchor', name]),
      ...['key_id', 'sig'].map((name) => ['signature', name]),
      ['index'],
      ...['0', '1', '2'].map((step) => ['proof', step]),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 9 }), (path, place, change) => {
        const value = at(path);
        const altered = typeof value === 'number' ? value + change : alter(text(value), place, change);
        const verification = verifyBundle(
          bytesOf({ ...bundle, report: null, anchored_heads: [replace(head, path, altered)] }),
        );
        expect(verification.outcome).toBe('does not hold');
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('does not hold with an anchor of another key under the pinned one', () => {
    const heads = [anchoredHead(headOf(open, 11), { key: signingKey(OTHER_SEED) })];
    const bundle = {
      ...openBundle(),
      report: null,
      anchored_heads: heads,
      keys: [keyEntry(key), keyEntry(signingKey(OTHER_SEED))],
    };
    expect(codes(verify(bundle, { trustedKeys: [key.publicKey] }))).toContain('untrusted_key');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is proven at each place of a tree of %i heads, and at no other', (size) => {
    for (let index = 0; index < size; index += 1) {
      const head = anchoredHead(headOf(open, 11), { index, size });
      const bundle = { ...openBundle(), report: null };
      expect(verify({ ...bundle, anchored_heads: [head] }).outcome).toBe('consistent');
      for (let other = 0; other <= size; other += 1) {
        const moved = verify({ ...bundle, anchored_heads: [{ ...head, index: other }] });
        expect(moved.outcome).toBe(other === index ? 'consistent' : 'does not hold');
      }
    }
  });
});

/** The text with one letter of it exchanged. */
function alter(text: string, place: number, change: number): string {
  const letters = '0123456789abcdefghij';
  const at = place % text.length;
  const old = text.charAt(at);
  const letter = letters.charAt((letters.indexOf(old) + change + letters.length) % letters.length);
  return `${text.slice(0, at)}${letter === old ? 'k' : letter}${text.slice(at + 1)}`;
}

function replace(value: Json, [step, ...rest]: readonly string[], part: Json): JsonRecord {
  if (step === undefined) throw new Error('no path');
  const inner = (value as JsonRecord)[step] ?? null;
  const replaced = rest.length === 0 ? part : replace(inner, rest, part);
  const entries = Object.entries(value as JsonRecord).map(([name, member]) => [
    name,
    name === step ? replaced : member,
  ]);
  return (Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries)) as JsonRecord;
}

describe('a receipt that a caller kept', () => {
  it('holds against a journal that goes on from it', () => {
    const verification = verify(openBundle([]), { receipts: [receipt(7)], trustedKeys: [key.publicKey] });
    expect(verification.outcome).toBe('authentic');
    expect(check(verification, 'journal_end').verdict).toBe('holds');
  });

  it('finds any cut behind it, with no anchor in the file', () => {
    for (let events = 1; events <= OPEN_FACTS.length; events += 1) {
      for (let entries = 1; entries <= OPEN_FACTS.length; entries += 1) {
        const found = codes(verify(cutTo(entries, []), { receipts: [receipt(events)] }));
        expect({ events, entries, found }).toEqual({ events, entries, found: entries < events ? ['cut_journal'] : [] });
      }
    }
  }, 60_000);

  it('of a session that is not in the file is a finding', () => {
    const other = chain(OPEN_FACTS, OTHER_SESSION);
    const parsed = parseReceipt(receiptOf(headOf(other, 3)));
    expect(codes(verify(openBundle(), { receipts: parsed === null ? [] : [parsed] }))).toEqual(['missing_entries']);
  });

  it('that is signed by nobody the file knows, or altered, does not hold', () => {
    expect(codes(verify(openBundle(), { receipts: [receipt(7, signingKey(OTHER_SEED))] }))).toEqual(['unknown_key']);
    const forged = Buffer.from(receiptOf(headOf(open, 7)), 'base64url')
      .toString()
      .replace('"event_count":7', '"event_count":8');
    const parsed = parseReceipt(forged);
    expect(codes(verify(openBundle(), { receipts: parsed === null ? [] : [parsed] }))).toEqual(
      expect.arrayContaining(['bad_signature', 'wrong_head']),
    );
  });

  it.each(['', 'abcde', '{}', 'AAAA', 'not a receipt', receiptOf({ v: 1 }), '[1]', '{"head":{},"signature":{}}'])(
    'is none: %s',
    (text) => {
      expect(parseReceipt(text)).toBeNull();
    },
  );
});

describe('a seal that is required', () => {
  it('is missing from an open session', () => {
    const verification = verify(openBundle(), { requireSealed: true });
    expect(verification.outcome).toBe('does not hold');
    expect(check(verification, 'journal_end').findings).toMatchObject([{ code: 'not_sealed' }]);
  });

  it('is there in a sealed one, which is not said to have been open', () => {
    expect(verify(validBundle(), { requireSealed: true })).toMatchObject({ outcome: 'consistent', open: [] });
  });
});

describe('members that nobody signed', () => {
  it('are named, wherever the format leaves room for them, and change nothing else', () => {
    const bundle = validBundle();
    const [seal = {}] = bundle.seals;
    const extended = {
      ...bundle,
      'a/b~c': 1,
      seals: [{ ...seal, note: 'x', signature: { ...(seal['signature'] as JsonRecord), by: 'me' } }],
      keys: bundle.keys.map((each) => ({ ...each, owner: 'clinic' })),
      anchored_heads: [{ ...anchoredHead(headOf(chain(), 11)), witness: [] }],
      report: { ...bundle.report, signature: { ...(bundle.report?.['signature'] as JsonRecord), at: 'now' } },
    };
    const verification = verify(extended, { trustedKeys: [key.publicKey] });
    expect(verification.outcome).toBe('authentic');
    expect(verification.not_covered).toEqual([
      '/a~1b~0c',
      '/keys/0/owner',
      '/seals/0/note',
      '/seals/0/signature/by',
      '/anchored_heads/0/witness',
      '/report/signature/at',
    ]);
  });

  it('inside what is signed are covered: changed, they do not hold', () => {
    const facts = FACTS.map((fact, index) => (index === 0 ? { ...fact, later: 'member' } : fact));
    expect(verify(validBundle(facts), { trustedKeys: [key.publicKey] })).toMatchObject({
      outcome: 'authentic',
      not_covered: [],
    });
  });
});

describe('times', () => {
  const at = (time: string): JsonRecord => ({ ts: time });
  const early = '2026-05-03T21:13:59.999Z';

  it('that stand still hold', () => {
    const facts = FACTS.map((fact) => ({ ...fact, ...at('2026-05-03T21:14:00.000Z') }));
    expect(verify(validBundle(facts)).outcome).toBe('consistent');
  });

  it('that run backwards by a millisecond within a journal are a finding at the entry', () => {
    for (let index = 1; index < FACTS.length; index += 1) {
      const facts = FACTS.map((fact, place) => ({
        ...fact,
        ...at(place === index ? '2026-05-03T21:14:00.000Z' : '2026-05-03T21:14:00.001Z'),
      }));
      expect(check(verify(validBundle(facts)), 'times').findings).toMatchObject([
        { code: 'time_runs_backwards', entry: { index }, expected: '2026-05-03T21:14:00.001Z or later' },
      ]);
    }
  });

  it.each([
    ['a report before its journal', { generated_at: early }],
    ['a window that ends before it begins', { window: { since: '2026-05-03T21:14:00.000Z', until: early } }],
  ])('of %s are a finding', (_, changes) => {
    const report = signedReport({ ...unsignedReport(open, []), ...changes });
    expect(codes(verify({ ...openBundle([]), report }))).toEqual(['time_runs_backwards']);
  });

  it('of an anchor before the head in it are a finding', () => {
    const heads = [anchoredHead(headOf(open, 11), { changes: { ts: early } })];
    expect(codes(verify({ ...openBundle(), report: null, anchored_heads: heads }))).toEqual(['time_runs_backwards']);
  });
});

import { describe, expect, test } from 'vitest';
import { anchorHeads, journalHead, receiptText } from '../../../src/audit/journal-head.ts';
import { Signer } from '../../../src/audit/seal.ts';
import { emptyChain } from '../../../src/audit/session-chain.ts';
import { parseReceipt } from '../../../verifier/src/verify.ts';

const SIGNER = new Signer(Buffer.alloc(32, 9));
const ACCOUNT = 'acc_01JD0000000000000000000001';
const NOW = Date.UTC(2026, 4, 3, 21, 14);

const head = (events: number, at: number) =>
  journalHead(`sess_01JD00000000000000000000${String(events).padStart(2, '0')}`, {
    ...emptyChain(),
    nextSeq: events,
    lastHash: Buffer.alloc(32, events),
    lastAt: at,
  });

describe('an anchor', () => {
  test('signs all heads at once, each with its place', () => {
    const anchored = anchorHeads(SIGNER, ACCOUNT, [head(1, NOW - 2), head(2, NOW - 1), head(3, NOW)], NOW + 5);
    expect(anchored.map(({ index, proof }) => [index, proof.length])).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ]);
    expect(new Set(anchored.map(({ signature }) => signature.sig)).size).toBe(1);
    expect(anchored[0]?.anchor).toMatchObject({ tree_size: 3, ts: new Date(NOW + 5).toISOString() });
  });

  test('is not of before a head in it, where the clock of the node that signs is behind', () => {
    const [only] = anchorHeads(SIGNER, ACCOUNT, [head(1, NOW + 60_000)], NOW);
    expect(only?.anchor.ts).toBe(new Date(NOW + 60_000).toISOString());
  });
});

test('a receipt is a text that fits into a header, and that masker-verify reads', () => {
  const text = receiptText(SIGNER, head(7, NOW));
  expect(text).toMatch(/^[A-Za-z0-9_-]{1,600}$/);
  expect(parseReceipt(text)?.head).toEqual({
    session_id: 'sess_01JD0000000000000000000007',
    event_count: 7,
    last_hash: '07'.repeat(32),
    ts: new Date(NOW).toISOString(),
  });
});

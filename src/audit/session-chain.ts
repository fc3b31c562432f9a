/** The growing end of one session's journal: pure, so that a write that fails leaves no trace. */
import { HmacKey } from '../platform/hmac.ts';
import { newId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { ownBytes } from '../platform/own-bytes.ts';
import { GENESIS, chainEntry } from './chain.ts';
import type { Entry, EntryContext, EntryFact } from './entry.ts';
import type { EntryRow } from './journal-rows.ts';
import { MerkleFrontier } from './merkle.ts';

export interface ChainHead {
  readonly nextSeq: number;
  /** `this_hash` of the last entry; 32 zero bytes before the first. */
  readonly lastHash: Buffer;
  /** `ts` of the last entry, in milliseconds since the epoch. No entry is written with an earlier one. */
  readonly lastAt: number;
  readonly frontier: MerkleFrontier;
}

/** The chain of a session that began at `startedAt`, in milliseconds since the epoch, before its first entry. */
export function emptyChain(startedAt = 0): ChainHead {
  return { nextSeq: 0, lastHash: GENESIS, lastAt: startedAt, frontier: new MerkleFrontier() };
}

export interface Extension {
  readonly rows: readonly EntryRow[];
  readonly head: ChainHead;
}

/** What the entries of one write have in common; each fact brings its turn. */
export type SharedContext = Omit<EntryContext, 'turn' | 'session_id'> & { readonly session_id: SessionId };

/** A fact and the turn it belongs to; 0 for what belongs to the session as a whole. */
export interface TurnFact {
  readonly turn: number;
  readonly fact: EntryFact;
}

/**
 * Appends facts to the chain. `key` is the session's chain key; `now` in milliseconds since the epoch. Times in a journal
 * never run backwards: where a clock does, or the node's is behind that of another, the entries get the time of the last.
 */
export function extendChain(
  key: Uint8Array,
  head: ChainHead,
  context: SharedContext,
  facts: readonly TurnFact[],
  now: number,
): Extension {
  const mac = new HmacKey(key);
  const frontier = head.frontier.clone();
  const rows: EntryRow[] = [];
  const lastAt = Math.max(now, head.lastAt);
  const ts = new Date(lastAt).toISOString();
  let { nextSeq, lastHash } = head;
  for (const { turn, fact } of facts) {
    const entry: Entry = { v: 1, seq: nextSeq, ts, event_id: newId('event', lastAt), turn, ...context, ...fact };
    const { body, hash, leaf } = chainEntry(mac, lastHash, entry);
    frontier.append(leaf);
    rows.push({ seq: nextSeq, kind: fact.kind, turn, body, leaf });
    lastHash = hash;
    nextSeq += 1;
  }
  // The head of a call is kept until its next write.
  frontier.settle();
  return { rows, head: { nextSeq, lastHash: ownBytes(lastHash), lastAt, frontier } };
}

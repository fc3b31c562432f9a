/** The chain of a session's entries, with and without its key. docs/audit-format.md, Chain. */
import type { Bundle } from './bundle.ts';
import type { EntryList } from './entry-list.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** The `prev_hash` of entry 0. */
const GENESIS = '0'.repeat(64);

/** Chain keys that the caller was given. Each opens one session and no other. */
export interface ChainKeys {
  /** 32 bytes each, by session id. */
  readonly bySession: ReadonlyMap<string, Uint8Array>;
  /** 32 bytes for the session of a file that holds one session; null for none. */
  readonly only: Uint8Array | null;
}

/** Whether each session's entries follow each other: `seq` from 0 without a gap, `prev_hash` the `this_hash` before it. */
export function checkChainLinks({ entries, sessions }: Bundle): Check {
  if (entries === null) return notChecked('chain_links', 'the file holds no entries');
  const findings = new Findings();
  for (const entry of entries) {
    if (entry.link === null) {
      findings.add('unreadable_entry', 'the entry lacks a field that chains it', { entry: entry.name });
    }
  }
  for (const chain of sessions.values()) checkLinks(chain, findings);
  return findings.conclude(
    'chain_links',
    `${counted(entries.length, 'entry', 'entries')} in ${counted(sessions.size, 'session')}`,
  );
}

function checkLinks(chain: EntryList, findings: Findings): void {
  let previous: string | null = GENESIS;
  let seq = -1;
  for (const entry of chain) {
    seq += 1;
    const { link } = entry;
    if (link === null) {
      previous = null; // already named: what follows it cannot be held against it
      continue;
    }
    findings.compare('wrong_sequence', 'seq is out of order', String(seq), String(link.seq), entry);
    if (previous !== null) {
      const message =
        seq === 0
          ? 'prev_hash of the first entry is not 32 zero bytes'
          : 'prev_hash is not the this_hash of the entry before';
      findings.compare('wrong_previous_hash', message, previous, link.prev_hash, entry);
    }
    previous = link.this_hash;
  }
}

/** Whether each `this_hash` is the HMAC of its entry: that the holder of the audit key wrote it. Needs the session's key. */
export function checkChainHmacs({ entries, sessions }: Bundle, keys: ChainKeys): Check {
  if (entries === null) return notChecked('chain_hmac', 'the file holds no entries');
  if (keys.only === null && keys.bySession.size === 0) return notChecked('chain_hmac', "needs the session's chain key");
  const findings = new Findings();
  let checked = 0;
  for (const [session, chain] of sessions) {
    const key = keys.bySession.get(session) ?? (sessions.size === 1 ? keys.only : null);
    if (key === null) continue;
    checkHmacs(chain, findings);
    checked += 1;
  }
  if (checked === sessions.size && checked > 0)
    return findings.conclude('chain_hmac', `${counted(checked, 'session')} under the chain key`);
  return findings.concludePartly(
    'chain_hmac',
    `no chain key for ${sessions.size - checked} of ${counted(sessions.size, 'session')}`,
  );
}

function checkHmacs(chain: EntryList, findings: Findings): void {
  for (const entry of chain) {
    const { link, expectedHash } = entry;
    // What has no hash to compare is named by checkChainLinks and checkCanonicalForm.
    if (link === null || expectedHash === null) continue;
    const message = 'this_hash is not the HMAC of the entry under the chain key';
    findings.compare('wrong_hash', message, expectedHash, link.this_hash, entry);
  }
}

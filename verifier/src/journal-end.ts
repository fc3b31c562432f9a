/** Where journals end: whether one was cut behind a head that was signed, and whether it may have gone on. docs/audit-format.md. */
import type { Bundle } from './bundle.ts';
import type { EntryList } from './entry-list.ts';
import type { SignedHead } from './heads.ts';
import { counted } from './shown.ts';
import { Findings, type Check } from './verdict.ts';

/** The sessions of the file that have neither a closing entry nor a seal: entries may have followed after it was made. */
export function openSessions({ sessions, seals }: Bundle): readonly string[] {
  const sealed = new Set(seals.map(({ seal }) => seal.session_id));
  return [...sessions].flatMap(([id, chain]) =>
    sealed.has(id) || chain.at(-1)?.fact?.kind === 'session_sealed' ? [] : [id],
  );
}

/**
 * Whether each journal reaches every head that was signed of it, and holds the entry that the head names. `sealRequired`
 * makes an open session a finding.
 */
export function checkJournalEnd(bundle: Bundle, receipts: readonly SignedHead[], sealRequired: boolean): Check {
  const { entries, sessions } = bundle;
  const findings = new Findings();
  const open = openSessions(bundle);
  if (sealRequired) {
    const missing = entries === null && bundle.seals.length === 0 ? ['the file'] : open;
    for (const id of missing) findings.add('not_sealed', `${id} is not sealed, and a seal is required`);
  }
  const heads = [...bundle.heads, ...receipts];
  for (const head of heads) {
    if (!head.included)
      findings.add('wrong_proof', `the proof of a head of ${head.head.session_id} does not lead to its anchor`);
    if (entries !== null) compareHead(head, sessions.get(head.head.session_id), findings);
  }
  if (entries === null) return findings.concludePartly('journal_end', 'the file holds no entries');
  const signed = heads.length === 0 ? 'no signed head' : counted(heads.length, 'signed head');
  if (open.length === 0)
    return findings.conclude('journal_end', `${counted(sessions.size, 'session')} sealed, ${signed}`);
  const reason = `${counted(open.length, 'session')} open when made: later entries are not here; ${signed}`;
  const covered = new Set(heads.map(({ head }) => head.session_id));
  return open.every((id) => covered.has(id))
    ? findings.conclude('journal_end', reason)
    : findings.concludePartly('journal_end', reason);
}

function compareHead({ head, signedBy }: SignedHead, chain: EntryList | undefined, findings: Findings): void {
  const { session_id: id, event_count: count, last_hash: hash, ts } = head;
  if (chain === undefined) {
    findings.add(
      'missing_entries',
      `the entries of ${id}, a head of which is signed by ${signedBy}, are not in the file`,
    );
    return;
  }
  const named = chain.at(count - 1);
  if (named === undefined) {
    findings.add(
      'cut_journal',
      `the end of the journal of ${id} was cut: ${signedBy} says that there were more entries at ${ts}`,
      {
        expected: `${count} entries, the last with this_hash ${hash}`,
        found: `${chain.length} entries, the last with this_hash ${chain.at(-1)?.link?.this_hash ?? 'unreadable'}`,
      },
    );
    return;
  }
  const message = `the entry is not the one that ${signedBy} names as the last at ${ts}`;
  findings.compare('wrong_head', message, hash, named.link?.this_hash ?? 'unreadable', named);
  if (named.ts !== null)
    findings.compare(
      'wrong_head',
      `the time of a head, signed by ${signedBy}, is not that of its last entry`,
      ts,
      named.ts,
      named,
    );
}

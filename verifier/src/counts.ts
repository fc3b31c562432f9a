/** What reports and seals state, held against the entries and against each other. docs/audit-format.md, Numbers. */
import type { Bundle } from './bundle.ts';
import { compareReport } from './report-counts.ts';
import type { Seal, SignedSeal } from './seal.ts';
import { counted } from './shown.ts';
import { listed } from './sums.ts';
import { tally, type Tally } from './tally.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Whether every number of the report and of each seal is what the entries say, and every session named is there. */
export function checkCounts(bundle: Bundle): Check {
  const { entries, sessions, report } = bundle;
  if (entries === null) return notChecked('counts', 'the file holds no entries');
  const findings = new Findings();
  const seals = sealsBySession(bundle, findings);
  const tallies = new Map([...sessions].map(([id, chain]) => [id, tally(chain)]));
  for (const [id, { seal }] of seals) compareSeal(seal, tallies.get(id), findings);
  for (const [id, { closedAs }] of tallies) {
    if (closedAs !== null && !seals.has(id))
      findings.add('missing_seal', `${id} is closed, but its seal is not in the file`);
  }
  const stated = report?.report ?? null;
  if (stated !== null) compareReport(stated, tallies, seals, findings);
  const against = [seals.size > 0 ? counted(seals.size, 'seal') : '', stated === null ? '' : 'the report'].filter(
    (part) => part !== '',
  );
  if (against.length === 0) return findings.concludePartly('counts', 'no seal and no report states a number');
  return findings.conclude('counts', `${against.join(' and ')} against ${counted(entries.length, 'entry', 'entries')}`);
}

/** One seal for each session: the report's copy and the one beside the entries must be the same. */
function sealsBySession({ seals }: Bundle, findings: Findings): ReadonlyMap<string, SignedSeal> {
  const found = new Map<string, SignedSeal>();
  for (const signed of seals) {
    const { session_id } = signed.seal;
    if (found.has(session_id)) findings.add('conflicting_seals', `the file holds two different seals of ${session_id}`);
    else found.set(session_id, signed);
  }
  return found;
}

function compareSeal(seal: Seal, entries: Tally | undefined, findings: Findings): void {
  const id = seal.session_id;
  if (entries === undefined) {
    findings.add('missing_entries', `the entries of ${id}, which is sealed, are not in the file`);
    return;
  }
  const compare = (field: string, expected: string, found: string): void => {
    findings.compare('wrong_number', `${field} in the seal of ${id} is not what the entries say`, expected, found);
  };
  compare('event_count', String(entries.events), String(seal.event_count));
  compare('last_hash', entries.lastHash, seal.last_hash);
  compare('redactions_by_kind', listed(entries.byKind), listed(seal.redactions_by_kind));
  compare('status', entries.closedAs ?? 'a closing entry at the end', seal.status);
}

/** Times that cannot be: what was written later with an earlier time. docs/audit-format.md, Times. */
import type { Bundle } from './bundle.ts';
import type { EntryList } from './entry-list.ts';
import type { SignedHead } from './heads.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Whether times run forwards: in each journal, and from there to the seal, to the anchors and to the report. */
export function checkTimes(
  { entries, sessions, seals, heads, report }: Bundle,
  receipts: readonly SignedHead[],
): Check {
  const stated = report?.report ?? null;
  if (entries === null && stated === null) return notChecked('times', 'the file holds neither entries nor a report');
  const findings = new Findings();
  const last = new Map<string, string>();
  for (const [id, chain] of sessions) {
    const end = checkJournal(chain, findings);
    if (end !== null) last.set(id, end);
  }
  const order = (earlier: string | null | undefined, later: string, what: string): void => {
    if (earlier === undefined || earlier === null || earlier <= later) return;
    findings.add('time_runs_backwards', what, { expected: `${earlier} or later`, found: later });
  };
  for (const { seal } of seals) {
    const id = seal.session_id;
    const first = sessions.get(id)?.at(0)?.ts;
    if (typeof first === 'string')
      order(seal.started_at, first, `the first entry of ${id} is of before started_at in its seal`);
    order(last.get(id), seal.sealed_at, `sealed_at of ${id} is before its last entry`);
  }
  for (const { head, signedAt } of [...heads, ...receipts])
    order(head.ts, signedAt, `a head of ${head.session_id} was signed before its last entry`);
  if (stated !== null) {
    const before = (time: string | null | undefined, what: string): void => {
      order(time, stated.generated_at, `generated_at of the report is before ${what}`);
    };
    for (const [id, time] of last) before(time, `the last entry of ${id}`);
    for (const { seal } of seals) before(seal.sealed_at, `the seal of ${seal.session_id}`);
    for (const { head, signedAt } of heads) before(signedAt, `an anchor of ${head.session_id}`);
    order(stated.window.since, stated.window.until, 'the window of the report ends before it begins');
  }
  return findings.conclude('times', counted(entries?.length ?? 0, 'entry', 'entries'));
}

/** The latest time of a journal. Times are ISO 8601 in UTC with milliseconds: they sort as texts. */
function checkJournal(chain: EntryList, findings: Findings): string | null {
  let latest: string | null = null;
  for (const entry of chain) {
    const { ts } = entry;
    if (ts === null) continue; // named by the schema check
    if (latest !== null && ts < latest)
      findings.add('time_runs_backwards', 'the entry is of before the entry in front of it', {
        entry: entry.name,
        expected: `${latest} or later`,
        found: ts,
      });
    if (latest === null || ts > latest) latest = ts;
  }
  return latest;
}

/** What a report states, held against the entries and the seals. docs/audit-format.md, Numbers. */
import type { LeakDetection, PciDss, Report, ReportedSession, TokenAccount } from './report.ts';
import { TOKEN_FIELDS } from './report.ts';
import type { Seal, SignedSeal } from './seal.ts';
import { listed, summed, total } from './sums.ts';
import type { Tally } from './tally.ts';
import type { Findings } from './verdict.ts';

type Compare = (field: string, expected: string, found: string) => void;

/** Compares each number of the report. `tallies` and `seals` are by session. */
export function compareReport(
  report: Report,
  tallies: ReadonlyMap<string, Tally>,
  seals: ReadonlyMap<string, SignedSeal>,
  findings: Findings,
): void {
  const compare: Compare = (field, expected, found) => {
    findings.compare('wrong_number', `${field} in the report is not what the entries say`, expected, found);
  };
  const all = [...tallies.values()];
  compareSessions(report, tallies, compare);
  compareAudit(report, tallies, compare);
  compare('redactions_by_kind', listed(summed(all.map(({ byKind }) => byKind))), listed(report.redactions_by_kind));
  compare('redactions_by_pass', listed(summed(all.map(({ byPass }) => byPass))), listed(report.redactions_by_pass));
  if (report.tokens !== null) compareTokens(report.tokens, all, compare);
  if (report.leak_detection !== null) compareLeaks(report.leak_detection, all, compare);
  if (report.pci_dss !== null) compareCards(report.pci_dss, all, compare);
  for (const session of report.sessions) {
    const entries = tallies.get(session.id);
    if (entries === undefined) continue; // its absence is already said
    compare(`turns of ${session.id}`, String(entries.turns), String(session.turns));
    compare(`redaction_count of ${session.id}`, String(total(entries.byKind)), String(session.redaction_count));
    if (session.event_count !== null)
      compare(`event_count of ${session.id}`, String(entries.events), String(session.event_count));
    compareSession(session, seals.get(session.id)?.seal, findings);
  }
}

const sum = (all: readonly Tally[], of: (tally: Tally) => number): number =>
  all.reduce((result, tally) => result + of(tally), 0);

function compareSessions(
  { scope, session_id, agent_id, sessions }: Report,
  tallies: ReadonlyMap<string, Tally>,
  compare: Compare,
): void {
  const ids = sessions.map(({ id }) => id);
  compare('sessions', [...tallies.keys()].sort().join(' '), [...ids].sort().join(' '));
  if (scope === 'session') compare('session_id', ids.join(' '), session_id ?? 'null');
  if (scope === 'agent')
    for (const { id, agent_id: agent } of sessions) compare(`agent_id of ${id}`, agent_id ?? 'null', agent);
}

function compareAudit({ audit, sessions }: Report, tallies: ReadonlyMap<string, Tally>, compare: Compare): void {
  const none = sessions.length === 0 ? 'null' : 'no entries';
  const [first, last] = [sessions.at(0)?.id ?? '', sessions.at(-1)?.id ?? ''];
  compare('audit.event_count', String(sum([...tallies.values()], ({ events }) => events)), String(audit.event_count));
  compare('audit.first_hash', tallies.get(first)?.firstHash ?? none, audit.first_hash ?? 'null');
  compare('audit.last_hash', tallies.get(last)?.lastHash ?? none, audit.last_hash ?? 'null');
}

function compareTokens(stated: TokenAccount, all: readonly Tally[], compare: Compare): void {
  for (const field of TOKEN_FIELDS) {
    const found = stated[field];
    if (found === null) continue;
    compare(`tokens.${field}`, String(sum(all, ({ tokens }) => tokens[field] ?? 0)), String(found));
  }
  if (stated.redactions_by_scheme === null) return;
  const byScheme = summed(all.map((tally) => tally.byScheme));
  compare('tokens.redactions_by_scheme', listed(byScheme), listed(stated.redactions_by_scheme));
}

function compareLeaks(stated: LeakDetection, all: readonly Tally[], compare: Compare): void {
  const blocked = sum(all, ({ blockedRequests }) => blockedRequests);
  compare('leak_detection.blocked_requests', String(blocked), String(stated.blocked_requests));
  if (stated.searched_requests !== null) {
    const searched = blocked + sum(all, ({ turns }) => turns);
    compare('leak_detection.searched_requests', String(searched), String(stated.searched_requests));
  }
  const suspected = summed(all.map(({ leaksByKind }) => leaksByKind));
  compare('leak_detection.suspected_by_kind', listed(suspected), listed(stated.suspected_by_kind));
}

const CARD = 'CREDIT_CARD';

function compareCards(stated: PciDss, all: readonly Tally[], compare: Compare): void {
  const replaced = sum(all, ({ byKind }) => byKind.get(CARD) ?? 0);
  const forwarded = sum(all, ({ passedByKind }) => passedByKind.get(CARD) ?? 0);
  const blocked = sum(all, ({ leaksByKind }) => leaksByKind.get(CARD) ?? 0);
  compare('pci_dss.replaced', String(replaced), String(stated.replaced));
  compare('pci_dss.forwarded', String(forwarded), String(stated.forwarded));
  compare('pci_dss.blocked', String(blocked), String(stated.blocked));
  const found = forwarded > 0 ? 'forwarded' : replaced + blocked > 0 ? 'replaced' : 'none_found';
  compare('pci_dss.cardholder_data', found, stated.cardholder_data);
}

/** Compares a session in the report with its seal. A forger who removes the seal must also deny that there was one. */
function compareSession(session: ReportedSession, seal: Seal | undefined, findings: Findings): void {
  if (seal === undefined) {
    if (session.sealed_at !== null)
      findings.add('missing_seal', `${session.id} is said to be sealed, but its seal is not in the file`);
    return;
  }
  const compare = (field: string, expected: string, found: string): void => {
    findings.compare(
      'wrong_number',
      `${field} of ${session.id} in the report is not what its seal says`,
      expected,
      found,
    );
  };
  compare('agent_id', seal.agent_id, session.agent_id);
  compare('started_at', seal.started_at, session.started_at);
  compare('sealed_at', seal.sealed_at, session.sealed_at ?? 'null');
  compare('status', seal.status, session.status);
}

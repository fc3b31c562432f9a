/** What reports and seals state, held against the entries and against each other. docs/audit-format.md, Numbers. */
import type { Bundle } from './bundle.ts';
import type { EntryRecord } from './entry.ts';
import { TOKEN_FIELDS, type Report, type ReportedSession, type TokenAccount } from './report.ts';
import type { Seal, SignedSeal } from './seal.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** What the entries of one session add up to. */
interface Tally {
  readonly events: number;
  readonly firstHash: string;
  readonly lastHash: string;
  readonly turns: number;
  readonly byKind: ReadonlyMap<string, number>;
  readonly byPass: ReadonlyMap<string, number>;
  readonly tokens: TokenAccount;
  readonly blockedRequests: number;
  readonly leaksByKind: ReadonlyMap<string, number>;
  /** What the closing entry says; null where the last entry is none. */
  readonly closedAs: string | null;
}

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
      findings.add({ code: 'missing_seal', message: `${id} is closed, but its seal is not in the file` });
  }
  const stated = report?.report ?? null;
  if (stated !== null) compareReport(stated, tallies, seals, findings);
  const against = [
    seals.size > 0 ? counted(seals.size, 'seal', 'seals') : '',
    stated === null ? '' : 'the report',
  ].filter((part) => part !== '');
  if (against.length === 0) return findings.concludePartly('counts', 'no seal and no report states a number');
  return findings.conclude('counts', `${against.join(' and ')} against ${counted(entries.length, 'entry', 'entries')}`);
}

/** One seal for each session: the report's copy and the one beside the entries must be the same. */
function sealsBySession({ seals }: Bundle, findings: Findings): ReadonlyMap<string, SignedSeal> {
  const found = new Map<string, SignedSeal>();
  for (const signed of seals) {
    const { session_id } = signed.seal;
    if (found.has(session_id))
      findings.add({ code: 'conflicting_seals', message: `the file holds two different seals of ${session_id}` });
    else found.set(session_id, signed);
  }
  return found;
}

function tally(chain: readonly EntryRecord[]): Tally {
  const byKind = new Map<string, number>();
  const byPass = new Map<string, number>();
  let turns = 0;
  for (const { fact } of chain) {
    if (fact?.kind === 'turn_forwarded') turns += 1;
    // What a policy let through is journalled, but nothing was redacted.
    if (fact?.kind !== 'redaction' || !fact.replaced) continue;
    byKind.set(fact.entity_kind, (byKind.get(fact.entity_kind) ?? 0) + 1);
    byPass.set(fact.pass, (byPass.get(fact.pass) ?? 0) + 1);
  }
  const last = chain.at(-1);
  return {
    events: chain.length,
    firstHash: chain.at(0)?.link?.this_hash ?? 'unreadable',
    lastHash: last?.link?.this_hash ?? 'unreadable',
    turns,
    byKind,
    byPass,
    tokens: tallyTokens(chain),
    ...tallyLeaks(chain),
    closedAs: last?.fact?.kind === 'session_sealed' ? last.fact.status : null,
  };
}

function tallyTokens(chain: readonly EntryRecord[]): TokenAccount {
  let [issued, exact, repaired] = [0, 0, 0];
  const failed = new Map<string, number>();
  for (const { fact } of chain) {
    if (fact?.kind === 'turn_forwarded' || fact?.kind === 'call_started') issued += fact.tokensIssued;
    if (fact?.kind === 'rehydration_failed') failed.set(fact.reason, (failed.get(fact.reason) ?? 0) + fact.count);
    if (fact?.kind !== 'turn_completed') continue;
    exact += fact.exact;
    repaired += fact.repaired;
  }
  const [unknown = 0, malformed = 0, ambiguous = 0, outsideTurn = 0, withheld = 0] = [
    'unknown',
    'malformed',
    'ambiguous',
    'outside_turn',
    'withheld',
  ].map((reason) => failed.get(reason));
  const refused = malformed + ambiguous + outsideTurn;
  return {
    issued,
    returned_exact: exact,
    returned_repaired: repaired,
    not_returned: issued - exact - repaired,
    unknown,
    refused,
    outside_turn: outsideTurn,
    withheld,
  };
}

function tallyLeaks(chain: readonly EntryRecord[]): Pick<Tally, 'blockedRequests' | 'leaksByKind'> {
  const requests = new Set<number>();
  const leaksByKind = new Map<string, number>();
  for (const { fact } of chain) {
    if (fact?.kind !== 'leak_suspected') continue;
    requests.add(fact.turn);
    leaksByKind.set(fact.entity_kind, (leaksByKind.get(fact.entity_kind) ?? 0) + fact.count);
  }
  return { blockedRequests: requests.size, leaksByKind };
}

function compareSeal(seal: Seal, entries: Tally | undefined, findings: Findings): void {
  const id = seal.session_id;
  if (entries === undefined) {
    findings.add({ code: 'missing_entries', message: `the entries of ${id}, which is sealed, are not in the file` });
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

function compareReport(
  report: Report,
  tallies: ReadonlyMap<string, Tally>,
  seals: ReadonlyMap<string, SignedSeal>,
  findings: Findings,
): void {
  const compare = (field: string, expected: string, found: string): void => {
    findings.compare('wrong_number', `${field} in the report is not what the entries say`, expected, found);
  };
  compare(
    'sessions',
    [...tallies.keys()].sort().join(' '),
    report.sessions
      .map(({ id }) => id)
      .sort()
      .join(' '),
  );
  compare('session_id', report.sessions.map(({ id }) => id).join(' '), report.session_id);
  const all = [...tallies.values()];
  compare(
    'audit.event_count',
    String(all.reduce((sum, { events }) => sum + events, 0)),
    String(report.audit.event_count),
  );
  compare('audit.first_hash', tallies.get(report.session_id)?.firstHash ?? 'no entries', report.audit.first_hash);
  compare('audit.last_hash', tallies.get(report.session_id)?.lastHash ?? 'no entries', report.audit.last_hash);
  compare('redactions_by_kind', listed(summed(all.map(({ byKind }) => byKind))), listed(report.redactions_by_kind));
  compare('redactions_by_pass', listed(summed(all.map(({ byPass }) => byPass))), listed(report.redactions_by_pass));
  if (report.tokens !== null) {
    for (const field of TOKEN_FIELDS) {
      const stated = report.tokens[field];
      if (stated === null) continue;
      compare(
        `tokens.${field}`,
        String(all.reduce((sum, { tokens }) => sum + (tokens[field] ?? 0), 0)),
        String(stated),
      );
    }
  }
  if (report.leak_detection !== null) {
    const { blocked_requests: blocked, suspected_by_kind: suspected } = report.leak_detection;
    compare(
      'leak_detection.blocked_requests',
      String(all.reduce((sum, { blockedRequests }) => sum + blockedRequests, 0)),
      String(blocked),
    );
    compare(
      'leak_detection.suspected_by_kind',
      listed(summed(all.map(({ leaksByKind }) => leaksByKind))),
      listed(suspected),
    );
  }
  for (const session of report.sessions) {
    const entries = tallies.get(session.id);
    if (entries === undefined) continue; // its absence is already said
    compare(`turns of ${session.id}`, String(entries.turns), String(session.turns));
    compare(`redaction_count of ${session.id}`, String(total(entries.byKind)), String(session.redaction_count));
    compareSession(session, seals.get(session.id)?.seal, findings);
  }
}

/** A session in the report against its seal: whoever strips the seal must also deny that there was one. */
function compareSession(session: ReportedSession, seal: Seal | undefined, findings: Findings): void {
  if (seal === undefined) {
    if (session.sealed_at !== null)
      findings.add({
        code: 'missing_seal',
        message: `${session.id} is said to be sealed, but its seal is not in the file`,
      });
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

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function summed(parts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts) for (const [name, count] of part) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** Counts as a text to compare and to print, by name. A name with 0 is the same as no name. */
function listed(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? 'none' : parts.sort().join(', ');
}

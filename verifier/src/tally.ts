/** What the entries of one session add up to. docs/audit-format.md, Numbers. */
import type { EntryList } from './entry-list.ts';
import type { TokenAccount } from './report.ts';

export interface Tally {
  readonly events: number;
  readonly firstHash: string;
  readonly lastHash: string;
  readonly turns: number;
  readonly byKind: ReadonlyMap<string, number>;
  readonly byPass: ReadonlyMap<string, number>;
  /** Values that were found and that the policy let through. */
  readonly passedByKind: ReadonlyMap<string, number>;
  /** Redactions that a token stands for. */
  readonly byScheme: ReadonlyMap<string, number>;
  readonly tokens: Omit<TokenAccount, 'redactions_by_scheme'>;
  readonly blockedRequests: number;
  readonly leaksByKind: ReadonlyMap<string, number>;
  /** What the closing entry says; null where the last entry is none. */
  readonly closedAs: string | null;
}

/** Adds up the entries of one session. */
export function tally(chain: EntryList): Tally {
  const byKind = new Map<string, number>();
  const byPass = new Map<string, number>();
  const passedByKind = new Map<string, number>();
  const byScheme = new Map<string, number>();
  const addTo = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  let turns = 0;
  for (const { fact } of chain) {
    if (fact?.kind === 'turn_forwarded') turns += 1;
    if (fact?.kind !== 'redaction') continue;
    // What a policy let through is journalled, but nothing was redacted.
    if (!fact.replaced) {
      addTo(passedByKind, fact.entity_kind);
      continue;
    }
    addTo(byKind, fact.entity_kind);
    addTo(byPass, fact.pass);
    if (fact.scheme !== null) addTo(byScheme, fact.scheme);
  }
  const last = chain.at(-1);
  return {
    events: chain.length,
    firstHash: chain.at(0)?.link?.this_hash ?? 'unreadable',
    lastHash: last?.link?.this_hash ?? 'unreadable',
    turns,
    byKind,
    byPass,
    passedByKind,
    byScheme,
    tokens: tallyTokens(chain),
    ...tallyLeaks(chain),
    closedAs: last?.fact?.kind === 'session_sealed' ? last.fact.status : null,
  };
}

function tallyTokens(chain: EntryList): Tally['tokens'] {
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

function tallyLeaks(chain: EntryList): Pick<Tally, 'blockedRequests' | 'leaksByKind'> {
  const requests = new Set<number>();
  const leaksByKind = new Map<string, number>();
  for (const { fact } of chain) {
    if (fact?.kind !== 'leak_suspected') continue;
    requests.add(fact.turn);
    leaksByKind.set(fact.entity_kind, (leaksByKind.get(fact.entity_kind) ?? 0) + fact.count);
  }
  return { blockedRequests: requests.size, leaksByKind };
}

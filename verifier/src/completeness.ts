/** What the report says of the platforms' own records, against the account's log. docs/audit-format.md, Completeness. */
import type { LoggedLeaf } from './account-log.ts';
import type { Bundle } from './bundle.ts';
import { canonicalText } from './jcs.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { checkProof } from './log-inclusion.ts';
import { isCount } from './shape.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

const COUNTS = ['matched', 'unseen', 'unseen_at_end', 'only_ours', 'excluded', 'unknown'] as const;

/** Whether each comparison that the report states is a leaf of the account's log, and the sums are theirs. */
export function checkCompleteness({ report, compared }: Bundle): Check {
  const stated = report?.object.get('completeness');
  const list = isObject(stated) ? stated.get('sessions') : undefined;
  if (!isObject(stated) || !isArray(list) || (list.length === 0 && compared.length === 0))
    return notChecked('completeness', "no platform's own record of a call was compared");
  const findings = new Findings();
  const calls = new Map<JsonValue | undefined, JsonObject>();
  const proven = new Set<JsonObject>();
  const byId = new Map(compared.map((logged) => [logged.leaf.get('event_id'), logged]));
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) {
      findings.add('wrong_shape', `/report/completeness/sessions/${index} must be an object`);
      continue;
    }
    calls.set(item.get('call_session'), item);
    const logged = byId.get(item.get('event_id'));
    if (logged !== undefined && isRecordOf(logged, item)) proven.add(logged.leaf);
    else if (compared.length > 0)
      findings.add('wrong_leaf', `no leaf of the account log says what /report/completeness/sessions/${index} says`);
  }
  for (const logged of compared) {
    checkProof(logged, findings);
    if (!proven.has(logged.leaf))
      findings.add('wrong_leaf', `the report does not say what the leaf at ${logged.path} says`);
  }
  compareSums(stated, list.length, [...calls.values()], report?.report?.sessions.length ?? null, findings);
  const reason = COUNTS.map((name) => `${name} ${numberOf(stated, name)}`).join(', ');
  return compared.length > 0
    ? findings.conclude('completeness', reason)
    : findings.concludePartly('completeness', `${reason}: no leaf of the account log`);
}

/** Whether a leaf is the record of what the report says: the same members, with the id and the time of the act. */
function isRecordOf({ leaf, checkpoint }: LoggedLeaf, item: JsonObject): boolean {
  const said = new Map(item);
  said.delete('event_id');
  said.delete('compared_at');
  const [subject, account] = [leaf.get('subject'), leaf.get('account_id')];
  return (
    leaf.get('kind') === 'call_compared' &&
    leaf.get('ts') === item.get('compared_at') &&
    isObject(subject) &&
    canonicalText(subject) === canonicalText(said) &&
    typeof account === 'string' &&
    checkpoint.origin.endsWith(`/log/${account}`)
  );
}

function compareSums(
  stated: JsonObject,
  compared: number,
  calls: readonly JsonObject[],
  sessions: number | null,
  findings: Findings,
): void {
  const compare = (name: string, expected: number): void => {
    const message = `completeness.${name} in the report is not the sum of its sessions`;
    findings.compare('wrong_number', message, String(expected), numberOf(stated, name));
  };
  for (const name of COUNTS)
    compare(
      name,
      calls.reduce((sum, call) => sum + Number(numberOf(call, name)), 0),
    );
  compare('sessions_compared', compared);
  if (sessions !== null) compare('sessions_not_compared', sessions - compared);
}

function numberOf(object: JsonObject, name: string): string {
  const value = object.get(name);
  return isCount(value) ? String(value) : 'no number';
}

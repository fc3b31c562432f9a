/** Members of a file that no signature covers and that the format does not know: anyone may have put them there. */
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { MAX_FINDINGS } from './verdict.ts';
import { shown } from './shown.ts';

const SIGNATURE = ['alg', 'key_id', 'sig'];
const KEY = ['key_id', 'alg', 'public_key'];
const SEAL = ['seal', 'signature'];
const ANCHORED = ['head', 'anchor', 'signature', 'index', 'proof'];
const LOGGED = ['checkpoint', 'inclusion_proof', 'leaf'];
const FILE = ['format', 'report', 'entries', 'leaf_hashes', 'seals', 'anchored_heads', 'keys', 'account_log'];

/** JSON Pointers to them, made safe to print, the first `MAX_FINDINGS`. What is inside a signed object is covered, unknown or not. */
export function uncoveredMembers(file: JsonObject): readonly string[] {
  const found: string[] = [];
  const look = (value: JsonValue | undefined, path: string, known: readonly string[]): void => {
    if (!isObject(value)) return;
    for (const name of value.keys()) {
      if (found.length < MAX_FINDINGS && !known.includes(name))
        found.push(shown(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`));
    }
  };
  const each = (value: JsonValue | undefined, path: string, known: readonly string[]): void => {
    if (!isArray(value)) return;
    for (const [index, item] of value.entries()) {
      look(item, `${path}/${index}`, known);
      if (known !== KEY && isObject(item)) look(item.get('signature'), `${path}/${index}/signature`, SIGNATURE);
    }
  };
  look(file, '', FILE);
  each(file.get('keys'), '/keys', KEY);
  each(file.get('seals'), '/seals', SEAL);
  each(file.get('anchored_heads'), '/anchored_heads', ANCHORED);
  const logged = file.get('account_log');
  if (isArray(logged)) each(logged, '/account_log', LOGGED);
  else look(logged, '/account_log', LOGGED);
  const report = file.get('report');
  // The rest of the report is what its signature is over.
  if (isObject(report)) look(report.get('signature'), '/report/signature', SIGNATURE);
  return found;
}

/** Members of a report whose every number and text is held against the entries, the seals or the clocks of the file. */
const COMPARED = [
  'id',
  'schema',
  'scope',
  'session_id',
  'agent_id',
  'generated_at',
  'merkle_root_hex',
  'redactions_by_kind',
  'redactions_by_pass',
  'leak_detection',
  'policy_snapshot',
  'window',
  'audit',
  'seals',
  'anchored_heads',
  'account_log',
  'signature',
];

/** The other members of a report, made safe to print: what they say is signed, and nothing in the file can confirm it. */
export function uncomparedMembers(report: JsonObject | undefined): readonly string[] {
  const names = [...(report?.keys() ?? [])].filter((name) => !COMPARED.includes(name));
  return names.slice(0, MAX_FINDINGS).map(shown);
}

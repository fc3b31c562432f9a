/** Members of a file that no signature covers, and members of its report that nothing in the file confirms. */
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { MAX_FINDINGS } from './verdict.ts';
import { shown } from './shown.ts';

const SIGNATURE = ['alg', 'key_id', 'sig'];
const KEY = ['key_id', 'alg', 'public_key'];
const FILE = [
  'format',
  'report',
  'entries',
  'leaf_hashes',
  'seals',
  'anchored_heads',
  'keys',
  'account_log',
  'completeness_log',
  'timestamps',
];

/** What wraps the signed parts of a file and of its report, by the member that holds them. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  seals: ['seal', 'signature'],
  anchored_heads: ['head', 'anchor', 'signature', 'index', 'proof'],
  account_log: ['checkpoint', 'inclusion_proof', 'leaf', 'timestamp_proof'],
  completeness_log: ['checkpoint', 'inclusion_proof', 'leaf'],
  timestamps: ['checkpoint', 'token'],
};

/** JSON Pointers to the members that no signature covers and that the format does not know, as `firstShown` makes them. */
export function uncoveredMembers(file: JsonObject): readonly string[] {
  const report = file.get('report');
  return firstShown(function* () {
    yield* unknown(file, '', FILE);
    yield* unknown(file.get('keys'), '/keys', KEY);
    yield* wrappers(file, '');
    // The rest of the report is what its signature is over.
    if (isObject(report)) yield* unknown(report.get('signature'), '/report/signature', SIGNATURE);
  });
}

/** Members of a report that name it, or whose numbers and texts are held against the entries, the seals or the clocks. */
const COMPARED = [
  'id',
  'schema',
  'scope',
  'generated_at',
  'merkle_root_hex',
  'redactions_by_kind',
  'redactions_by_pass',
  'leak_detection',
  'completeness',
  'policy_snapshot',
  'audit',
  'seals',
  'anchored_heads',
  'account_log',
  'signature',
];
/** Those of which only these members are compared. */
const PARTS = {
  audit: ['status', 'event_count', 'first_hash', 'last_hash'],
  completeness: [
    'matched',
    'unseen',
    'unseen_at_end',
    'only_ours',
    'excluded',
    'unknown',
    'sessions_compared',
    'sessions_not_compared',
    'sessions',
  ],
  leak_detection: ['searched_requests', 'blocked_requests', 'suspected_by_kind'],
};

/**
 * Paths in a report to its other members, as `firstShown` makes them: what they say is signed, and nothing in the file confirms
 * it, or not all of it.
 */
export function uncomparedMembers(report: JsonObject | undefined): readonly string[] {
  if (report === undefined) return [];
  const [scope, sessions] = [report.get('scope'), report.get('sessions')];
  // The agent of a report is held against that of its sessions; in another scope nothing reads these two members.
  const isAgent = scope === 'agent' && isArray(sessions) && sessions.length > 0;
  const subject = scope === 'session' ? ['session_id'] : isAgent ? ['agent_id'] : [];
  return firstShown(function* () {
    yield* unknown(report, '', [...COMPARED, ...subject]);
    for (const [name, known] of Object.entries(PARTS)) yield* unknown(report.get(name), `/${name}`, known);
    yield* wrappers(report, '');
  }).map((path) => path.slice(1));
}

/** The first `MAX_FINDINGS` of the paths, made safe to print. */
function firstShown(paths: () => Iterable<string>): readonly string[] {
  const found: string[] = [];
  for (const path of paths()) {
    if (found.length === MAX_FINDINGS) break;
    found.push(shown(path));
  }
  return found;
}

function* wrappers(holder: JsonObject, path: string): Generator<string> {
  for (const [name, known] of Object.entries(WRAPPERS)) yield* unknown(holder.get(name), `${path}/${name}`, known);
}

/** JSON Pointers to the members of an object, of each object in a list, and of their signatures, that are not among `known`. */
function* unknown(value: JsonValue | undefined, path: string, known: readonly string[]): Generator<string> {
  if (isArray(value)) for (const [index, item] of value.entries()) yield* unknown(item, `${path}/${index}`, known);
  if (!isObject(value)) return;
  for (const name of value.keys()) {
    if (!known.includes(name)) yield `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  if (Object.values(WRAPPERS).includes(known)) yield* unknown(value.get('signature'), `${path}/signature`, SIGNATURE);
}

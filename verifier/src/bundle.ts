/** What a file holds: a bundle, or a report alone. docs/audit-format.md, Bundles. */
import { toHex } from './bytes.ts';
import { readEntry, type ChainKeyOf } from './entry.ts';
import { EntryList, EntryTable } from './entry-list.ts';
import { readAccountLog, type LoggedLeaf } from './account-log.ts';
import { readAnchoredHeads, type SignedHead } from './heads.ts';
import { HashList } from './hash-list.ts';
import { canonicalText } from './jcs.ts';
import {
  isArray,
  isObject,
  readJson,
  type JsonArray,
  type JsonDocument,
  type JsonItem,
  type JsonObject,
  type JsonValue,
} from './json.ts';
import { readKey, type StatedKey } from './keys.ts';
import type { Limits } from './limits.ts';
import { readReport, type ReportRecord } from './report.ts';
import { readSignedSeal, type SignedSeal } from './seal.ts';
import { matches } from './shape.ts';
import type { Source } from './text-source.ts';
import { uncoveredMembers } from './uncovered.ts';
import { bound, Unreadable } from './unreadable.ts';
import { Findings } from './verdict.ts';

export interface Bundle {
  readonly report: ReportRecord | null;
  /** Null in a file that holds a report alone. */
  readonly entries: EntryList | null;
  /** The entries by the session they say they belong to, in the order of the file. */
  readonly sessions: ReadonlyMap<string, EntryList>;
  /** The leaf hash that was recorded for each entry when it was appended, in hex; null where malformed. */
  readonly leafHashes: HashList | null;
  /** The seals beside the entries and those in the report, each once. */
  readonly seals: readonly SignedSeal[];
  /** The anchored heads beside the entries and those in the report, each once. */
  readonly heads: readonly SignedHead[];
  readonly keys: readonly StatedKey[] | null;
  /** What the file holds of the account's log. */
  readonly logged: readonly LoggedLeaf[];
  /** What it holds there of comparisons with platforms' records. */
  readonly compared: readonly LoggedLeaf[];
  /** Where the file holds something that no signature covers and the format does not know. */
  readonly uncovered: readonly string[];
}

const FORMAT = 'masker-bundle/v1';
const SCHEMA = 'masker-audit/v1';

/** A file as it was read. */
export interface ReadFile {
  readonly document: JsonDocument;
  /** The entries of a bundle: they are hashed while they are read, and not kept. */
  readonly told: EntryTable;
  /** What is wrong with them. */
  readonly faults: Findings;
  readonly leafHashes: HashList;
  readonly leafFaults: Findings;
}

/**
 * Reads the bytes of a file. Throws `Unreadable` where they are no JSON document, or hold more entries than the limits allow.
 * `chainKeyOf` gives the key of a session.
 */
export function readFile(bytes: Uint8Array | Source, limits: Limits, chainKeyOf: ChainKeyOf): ReadFile {
  const faults = new Findings();
  const told = new EntryTable();
  const [leafHashes, leafFaults] = [new HashList(), new Findings()];
  const readOne = (item: JsonItem): void => {
    bound('entries', item.index + 1, limits.entries);
    told.add(readEntry(item, chainKeyOf, faults));
  };
  const readHash = ({ value, index }: JsonItem): void => {
    bound('leaf hashes', index + 1, limits.entries);
    leafHashes.add(readLeafHash(value, index, leafFaults));
  };
  const tell = new Map([
    ['entries', readOne],
    ['leaf_hashes', readHash],
  ]);
  return { document: readJson(bytes, limits, { tell }), told, faults, leafHashes, leafFaults };
}

/**
 * Makes a bundle of a file. Faults in its parts go to `findings`; throws `Unreadable` where the document is no bundle and no
 * report at all, or has more seals, keys or signatures than the limits allow.
 */
export function readBundle(read: ReadFile, limits: Limits, findings: Findings): Bundle {
  const { document, told, faults } = read;
  const file = fileOf(document);
  const required = file.get('format') === FORMAT;
  const report = reportOf(file, required, findings);
  const values = arrayOf(file, 'entries', required, findings);
  const hasLeafHashes = arrayOf(file, 'leaf_hashes', required, findings) !== null;
  const seals = arrayOf(file, 'seals', required, findings);
  // Bundles of an early version 1 have none.
  const heads = arrayOf(file, 'anchored_heads', false, findings) ?? [];
  const keys = arrayOf(file, 'keys', required, findings);
  bound('seals', (seals?.length ?? 0) + (report?.seals.length ?? 0), limits.seals);
  bound('anchored heads', heads.length + (report?.heads.length ?? 0), limits.seals);
  bound('keys', keys?.length ?? 0, limits.keys);
  if (values?.length === 0 && !isOfNoSession(report))
    findings.add('wrong_shape', '/entries must hold an entry: each session begins with one');
  const entries = values === null ? null : new EntryList(told);
  if (values !== null) findings.take(faults);
  if (hasLeafHashes) findings.take(read.leafFaults);
  return {
    report,
    entries,
    sessions: entries === null ? new Map<string, EntryList>() : told.chains(),
    leafHashes: hasLeafHashes ? read.leafHashes : null,
    seals: distinct([
      ...readSeals(seals ?? [], '/seals', findings),
      ...readSeals(report?.seals ?? [], '/report/seals', findings),
    ]),
    heads: distinctHeads([
      ...readAnchoredHeads(heads, '/anchored_heads', findings),
      ...readAnchoredHeads(report?.heads ?? [], '/report/anchored_heads', findings),
    ]),
    ...readAccountLog(file, limits, findings),
    uncovered: uncoveredMembers(file),
    keys: keys?.flatMap((value, index) => readKey(value, `/keys/${index}`, findings) ?? []) ?? null,
  };
}

/** A window of an agent or an account may hold no session. */
function isOfNoSession(record: ReportRecord | null): boolean {
  const stated = record?.report ?? null;
  return stated !== null && stated.scope !== 'session' && stated.sessions.length === 0;
}

// A report may stand alone, or wrapped as the REST API answers with it: {"report": {...}}.
function fileOf({ value }: JsonDocument): JsonObject {
  if (!isObject(value)) throw new Unreadable('not_masker', 'the document is not an object');
  if (value.get('schema') === SCHEMA && !value.has('format')) return new Map([['report', value]]);
  if (value.has('format') ? value.get('format') !== FORMAT : !isObject(value.get('report'))) {
    throw new Unreadable('not_masker', `neither a bundle ("format": "${FORMAT}") nor a report ("schema": "${SCHEMA}")`);
  }
  return value;
}

function reportOf(file: JsonObject, required: boolean, findings: Findings): ReportRecord | null {
  const value = file.get('report');
  if (isObject(value)) return readReport(value, '/report', findings);
  if (value !== null && (required || value !== undefined)) {
    findings.add('wrong_shape', '/report must be a report object or null');
  }
  return null;
}

function arrayOf(file: JsonObject, name: string, required: boolean, findings: Findings): JsonArray | null {
  const value = file.get(name);
  if (isArray(value)) return value;
  if (required || value !== undefined) findings.add('wrong_shape', `/${name} must be an array`);
  return null;
}

function readSeals(values: JsonArray, path: string, findings: Findings): readonly SignedSeal[] {
  return values.flatMap((value, index) => readSignedSeal(value, `${path}/${index}`, findings) ?? []);
}

function distinct(seals: readonly SignedSeal[]): readonly SignedSeal[] {
  return [
    ...new Map(
      seals.map((signed) => [
        `${toHex(signed.signature.bytes)} ${signed.signature.key_id} ${canonicalText(signed.object)}`,
        signed,
      ]),
    ).values(),
  ];
}

function distinctHeads(heads: readonly SignedHead[]): readonly SignedHead[] {
  const name = ({ head, object, signature, included }: SignedHead): string =>
    [
      `${head.session_id} ${head.event_count} ${head.last_hash} ${head.ts} ${String(included)}`,
      `${toHex(signature.bytes)} ${signature.key_id} ${canonicalText(object)}`,
    ].join(' ');
  return [...new Map(heads.map((head) => [name(head), head])).values()];
}

function readLeafHash(value: JsonValue, index: number, findings: Findings): string | null {
  if (matches('hash', value)) return value;
  findings.add('wrong_shape', `/leaf_hashes/${index} must be 64 lower-case hex digits`);
  return null;
}

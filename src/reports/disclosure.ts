/**
 * A report whose members can be shown one by one: the signature is over salted commitments to them, and who holds the document
 * leaves out the openings of what stays closed. The construction is that of SD-JWT. See docs/audit-format.md, Selective disclosure.
 */
import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson } from '../audit/canonical.ts';
import type { Signature, Signer } from '../audit/seal.ts';
import { Failure } from '../platform/failure.ts';
import { publicKeys } from './bundle.ts';
import type { Bundle, Report, UnsignedReport } from './report.ts';

/** What is always open: what the report is about, and what its other members are commited to. */
export interface DisclosureStatement {
  readonly v: 1;
  readonly report_id: string;
  readonly schema: 'masker-audit/v1';
  readonly scope: UnsignedReport['scope'];
  readonly session_id?: string;
  readonly agent_id?: string;
  readonly generated_at: string;
  readonly merkle_root_hex: string;
  /** SHA-256 of each opening in RFC 8785 form, in hex, in their own order: the order says nothing of the members. */
  readonly commitments: readonly string[];
}

/** Base64 of 16 random bytes, a JSON Pointer into the report, and the value there. */
export type Opening = readonly [salt: string, pointer: string, value: unknown];

export interface DisclosedReport {
  readonly format: 'masker-disclosure/v1';
  readonly statement: DisclosureStatement;
  readonly signature: Signature;
  readonly openings: readonly Opening[];
  readonly keys: Bundle['keys'];
}

/** Members that are always open, or that the statement takes the place of. */
const OPEN: ReadonlySet<string> = new Set([
  'id',
  'schema',
  'scope',
  'session_id',
  'agent_id',
  'generated_at',
  'merkle_root_hex',
  'signature',
]);
/** Opens all members. */
export const ALL_MEMBERS = '*';

/**
 * Makes the document, with the openings of the named members; ALL_MEMBERS for all. `salt` gives 16 random bytes.
 * Throws Failure `validation_failed` for a member that the report does not have.
 */
export function discloseReport(
  report: Report,
  members: readonly string[],
  signer: Signer,
  salt: () => Buffer = () => randomBytes(16),
): DisclosedReport {
  const openings = openingsOf(report, salt);
  const names = new Set(openings.map(memberOf));
  const unknown = members.find((name) => name !== ALL_MEMBERS && !names.has(name));
  if (unknown !== undefined) {
    const message = `Name members of the report that can be closed: ${[...names].join(', ')}.`;
    throw new Failure('validation_failed', message, [{ path: 'disclose', code: 'invalid_value', message }]);
  }
  const { id, schema, scope, session_id, agent_id, generated_at, merkle_root_hex } = report;
  const statement: DisclosureStatement = {
    v: 1,
    report_id: id,
    schema,
    scope,
    ...(session_id === undefined ? {} : { session_id }),
    ...(agent_id === undefined ? {} : { agent_id }),
    generated_at,
    merkle_root_hex,
    commitments: openings.map(commitmentOf).sort(),
  };
  const isOpen = members.includes(ALL_MEMBERS) ? () => true : (of: Opening) => members.includes(memberOf(of));
  return {
    format: 'masker-disclosure/v1',
    statement,
    signature: signer.sign(statement),
    openings: openings.filter(isOpen),
    keys: publicKeys(signer),
  };
}

/**
 * Returns one opening for each member, and for each item of a list. The number of items has an opening of its own, so that
 * an item that is left out is noticed.
 */
function openingsOf(report: Report, salt: () => Buffer): readonly Opening[] {
  const opening = (pointer: string, value: unknown): Opening => [salt().toString('base64'), pointer, value];
  return Object.entries(report).flatMap(([name, value]: [string, unknown]): readonly Opening[] => {
    if (OPEN.has(name)) return [];
    if (!Array.isArray(value) || value.length === 0) return [opening(`/${name}`, value)];
    return [opening(`/${name}/-`, value.length), ...value.map((item: unknown, at) => opening(`/${name}/${at}`, item))];
  });
}

function memberOf([, pointer]: Opening): string {
  return pointer.split('/')[1] ?? '';
}

function commitmentOf(opening: Opening): string {
  return createHash('sha256').update(canonicalJson(opening)).digest('hex');
}

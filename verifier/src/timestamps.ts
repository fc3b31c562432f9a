/**
 * The check of time-stamp tokens (RFC 3161) of a file: a time-stamping authority vouches for when each seal was in the log.
 * Apart from `verifyBundle`, because WebCrypto answers later. A file of its own in `dist/`: masker-verify-more.mjs.
 */
import { readStampedLeaves, type StampedLeaf } from './stamped-leaves.ts';
import { readBundle, type Bundle, type ReadFile } from './bundle.ts';
import type { Certificate } from './certificate.ts';
import { isDisclosure } from './disclosure.ts';
import { EntryTable } from './entry-list.ts';
import { HashList } from './hash-list.ts';
import { readJson } from './json.ts';
import { distinctKeys } from './keys.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { addFault, judgeCheckpoints, type JudgedCheckpoint } from './log-signatures.ts';
import { logKeysOf } from './note-key.ts';
import { attachedOf } from './rewritten-pdf.ts';
import { counted } from './shown.ts';
import { TimestampError } from './timestamp-error.ts';
import { verifyTimestamp } from './timestamp-token.ts';
import { utf8 } from './bytes.ts';
import { CHECKS, Findings, notChecked, notRead, type Check, type Verification, type Verified } from './verdict.ts';

export { parseAuthorities, type Certificate } from './certificate.ts';
export { TimestampError, type TimestampErrorCode } from './timestamp-error.ts';
export { verifyTimestamp, type TimestampTerms, type VerifiedTimestamp } from './timestamp-token.ts';

/** What the caller knows. */
export interface TimestampOptions {
  /** Certificates of time-stamping authorities that the caller trusts, from `parseAuthorities`. */
  readonly authorities: readonly Certificate[];
  /** As in `verifyBundle`. */
  readonly trustedKeys?: readonly Uint8Array[];
  readonly limits?: Partial<Limits>;
}

/** How far the clock of an authority may be behind that of the server, in milliseconds. */
const CLOCKS_APART = 300_000;

/**
 * Adds the check of the tokens to a verification of the same bytes. Each seal must have a token that holds. Never rejects,
 * whatever the bytes are.
 */
export async function withTimestamps(
  bytes: Uint8Array,
  verification: Verification,
  options: TimestampOptions,
): Promise<Verification> {
  if (verification.outcome === 'unreadable') return verification;
  let judged: Judged;
  try {
    judged = await checkTimestamps(bytes, options);
  } catch (error) {
    return notRead(error);
  }
  const { check, stamped } = judged;
  const place = CHECKS.indexOf('timestamps');
  const checks = verification.checks.filter(({ id }) => id !== 'timestamps');
  const at = checks.filter(({ id }) => CHECKS.indexOf(id) < place).length;
  return {
    ...verification,
    outcome: check.verdict === 'does not hold' ? 'does not hold' : verification.outcome,
    checks: checks.toSpliced(at, 0, check),
    checkpoints: [...verification.checkpoints, ...stamped],
  };
}

interface Judged {
  readonly check: Check;
  /** Checkpoints that the tokens are of: a fork may show in one. */
  readonly stamped: Verified['checkpoints'];
}

async function checkTimestamps(bytes: Uint8Array, options: TimestampOptions): Promise<Judged> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const file = readWithoutEntries(bytes, limits);
  const { value } = file.document;
  if (isDisclosure(value)) return unmade('a report that is partly disclosed holds nothing of the account log');
  const bundle = readBundle(file, limits, new Findings());
  if (bundle.entries === null) return unmade('the file is a report alone: tokens are in bundles');
  if (bundle.seals.length === 0) return unmade('the file holds no seal');
  const findings = new Findings();
  const { leaves, tokens } = readStampedLeaves(value, limits, findings);
  // Of each seal by itself: the report has leaves too, which no token is of.
  const proven = new Set(leaves.map(({ sessionId }) => sessionId));
  const missing = bundle.seals.filter(({ seal }) => !proven.has(seal.session_id)).length;
  if (missing > 0)
    findings.add('not_timestamped', `the file has no proof to a stamped checkpoint for ${counted(missing, 'seal')}`);
  const judged = judge(bundle, leaves, options);
  for (const each of judged) addSignatureFault(each, findings, options.trustedKeys ?? []);
  const times = await timesOf(leaves, tokens, options.authorities, findings);
  return {
    check: findings.conclude('timestamps', times.length === 0 ? 'no token holds' : spanOf(times)),
    stamped: judged.flatMap(({ stated }) => (stated.signed_by_hex.length > 0 ? stated : [])),
  };
}

/** The file without its entries, which the check does not need. */
function readWithoutEntries(bytes: Uint8Array, limits: Limits): ReadFile {
  const leave = (): void => undefined;
  const tell = new Map([
    ['entries', leave],
    ['leaf_hashes', leave],
  ]);
  const document = readJson(attachedOf(bytes, limits), limits, { tell });
  const [faults, leafFaults] = [new Findings(), new Findings()];
  return { document, told: new EntryTable(), faults, leafHashes: new HashList(), leafFaults };
}

function unmade(reason: string): Judged {
  return { check: notChecked('timestamps', reason), stamped: [] };
}

function judge({ keys }: Bundle, leaves: readonly StampedLeaf[], options: TimestampOptions) {
  const own = logKeysOf(distinctKeys((keys ?? []).map(({ bytes }) => bytes)));
  const notes = leaves.map(({ stamped }) => stamped);
  return judgeCheckpoints(notes, own, logKeysOf(distinctKeys(options.trustedKeys ?? [])), 'the stamped checkpoint');
}

function addSignatureFault(each: JudgedCheckpoint, findings: Findings, trusted: readonly Uint8Array[]): void {
  addFault(each, findings);
  const found = { found: each.key_id };
  if (each.judgement === 'no key') findings.add('unknown_key', `${each.what} is signed with no key of the file`, found);
  else if (trusted.length > 0 && each.judgement === 'stated')
    findings.add('untrusted_key', `${each.what} is signed by no trusted key`, found);
}

/** Verifies each token once. Returns the times of those that hold. */
async function timesOf(
  leaves: readonly StampedLeaf[],
  tokens: ReadonlyMap<string, Uint8Array>,
  authorities: readonly Certificate[],
  findings: Findings,
): Promise<readonly number[]> {
  const times = new Map<string, number | TimestampError>();
  for (const { path, stamped, sealedAt } of leaves) {
    const token = tokens.get(stamped.whole);
    if (token === undefined) {
      findings.add('not_timestamped', `the file holds no token of the checkpoint that the proof at ${path} leads to`);
      continue;
    }
    const time = times.get(stamped.whole) ?? (await timeOf(token, stamped.whole, authorities));
    if (time instanceof TimestampError) {
      if (!times.has(stamped.whole))
        findings.add(
          'bad_timestamp',
          `the token of the checkpoint of size ${stamped.checkpoint.size}: ${time.message}`,
          {
            found: time.code,
          },
        );
    } else if (sealedAt !== null && sealedAt > time + CLOCKS_APART)
      findings.add('time_runs_backwards', `the leaf at ${path} is of after the token that counts it`, {
        expected: `not after ${timeText(time)}`,
        found: timeText(sealedAt),
      });
    times.set(stamped.whole, time);
  }
  return [...times.values()].filter((time) => typeof time === 'number');
}

async function timeOf(
  token: Uint8Array,
  note: string,
  authorities: readonly Certificate[],
): Promise<number | TimestampError> {
  try {
    return (await verifyTimestamp(token, { message: utf8(note), authorities })).time;
  } catch (error) {
    if (error instanceof TimestampError) return error;
    throw error;
  }
}

/** How many checkpoints were stamped, and from when to when. */
function spanOf(times: readonly number[]): string {
  const span = [...new Set([Math.min(...times), Math.max(...times)])].map(timeText).join(' to ');
  return `${counted(times.length, 'checkpoint')} stamped: ${span}`;
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

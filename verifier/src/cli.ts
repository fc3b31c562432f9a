/** The command line of masker-verify. The only file that touches the machine: it reads files and prints. */
import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chainKeysOf, trustedKeysOf } from './given.ts';
import { asJson, asText, forksAsText } from './printout.ts';
import { useHashes } from './sha.ts';
import { useHex } from './bytes.ts';
import { shown } from './shown.ts';
import { boundBytes, Unreadable } from './unreadable.ts';
import { notRead } from './verdict.ts';
import { VERSION } from './version.ts';
import {
  DEFAULT_LIMITS,
  forksAmong,
  FormatError,
  parseCheckpointNote,
  parseConsistencyProof,
  parseKeyManifest,
  parsePolicy,
  parseReceipt,
  verifyBundle,
  type ChainKeys,
  type SignedHead,
  type Verification,
  type VerifyOptions,
} from './verify.ts';

/** A tab begins what is one column with the lines above it. */
const USAGE = `Usage: masker-verify FILE... [options]

Checks Masker audit bundles and reports offline.

  --trusted-key KEY  Ed25519 public key that you got from elsewhere: base64, hex, or a file with
	one of these, PEM, or masker-keys.json. May be repeated.
  --chain-key K      chain key of the file's session, 64 hex digits; or SESSION_ID=K. May be repeated.
  --receipt TEXT     receipt of an answer that you kept (header Masker-Receipt), or a file with one:
	the session's journal must hold what it says. May be repeated.
  --previous-checkpoint FILE
	checkpoint of the account's log that you kept: the log must have grown from it.
	Not checked where no proof of that is at hand. May be repeated.
  --consistency-proof FILE
	proof that the log grew from one checkpoint to another. May be repeated.
  --policy FILE      witness policy (C2SP tlog-policy): whose cosignatures the checkpoint must have.
	A seal for which the file has no checkpoint does not hold.
  --log-keys FILE    key manifest of the log (GET /api/v1/audit/keys) that you kept: its keys are trusted,
	and a checkpoint must be signed by the key that signs at its size
  --tsa-ca FILE      certificate of a time-stamping authority that you trust, PEM or DER: each seal must
	have its token
  --subject FILE     report of a search for a subject: checked against the entries of the other files
  --require-sealed   a session that was open when the file was made does not hold
  --max-size MIB     largest file to read, 1 to 256; default 64
  --json             print one JSON object
  --version, --help

Exit status: 0 all that was checked holds; 1 something does not hold; 2 a file is unreadable,
malformed, or a report without its entries, which cannot be verified by itself; 64 usage.
`.replaceAll('\t', ' '.repeat(21));

const EXIT = { holds: 0, doesNotHold: 1, unreadable: 2, usage: 64 } as const;
const LARGEST_MIB = 256;
const MIB = 1024 * 1024;

/** Where the program prints. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Command {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly options: VerifyOptions;
  /** The file with certificates of time-stamping authorities. */
  readonly tsaCa: string | undefined;
  /** The file with a subject report. */
  readonly subject: string | undefined;
  readonly maxBytes: number;
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

useHashes({
  sha256: (message) => hash('sha256', message, 'buffer'),
  sha512: (message) => hash('sha512', message, 'buffer'),
});
useHex((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'));

/** Runs the program on the arguments after its name; answers the exit status, later where tokens are checked. */
export function main(args: readonly string[], output: Output): number | Promise<number> {
  try {
    const command = parseCommand(args);
    if (typeof command === 'string') {
      output.out(command);
      return EXIT.holds;
    }
    const { files, maxBytes, options, tsaCa, subject } = command;
    const results = new Map(files.map((file) => [file, verifyFile(file, maxBytes, options)]));
    const isWhole = tsaCa === undefined && subject === undefined && ![...results.values()].some(isOtherPdf);
    if (isWhole) return report(results, command, output);
    return addChecks(results, command).then(
      () => report(results, command, output),
      (error: unknown) => usage(error, output),
    );
  } catch (error) {
    return usage(error, output);
  }
}

function usage(error: unknown, { err }: Output): number {
  if (!(error instanceof UsageError)) throw error;
  err(`masker-verify: ${error.message}\n\n${USAGE}`);
  return EXIT.usage;
}

/** Whether another program may have written the PDF. */
const isOtherPdf = (result: Verification): boolean =>
  result.outcome === 'unreadable' && result.problem.code === 'not_pdf';

/** Adds the checks whose code is in a file of its own, so that this one stays small. */
async function addChecks(
  results: Map<string, Verification>,
  { maxBytes, options, tsaCa, subject }: Command,
): Promise<void> {
  const { trustedKeys, keyManifest } = options;
  const more = await import('./second-file.ts').catch(() => null);
  if (more === null) {
    if (tsaCa === undefined && subject === undefined) return;
    throw new UsageError('masker-verify-more.mjs must be beside this program');
  }
  const authorities = tsaCa === undefined ? [] : fromFile('--tsa-ca', tsaCa, more.readAuthorities);
  if (authorities === null) throw new UsageError('--tsa-ca must hold a certificate, as PEM or DER');
  const keys = [...(trustedKeys ?? []), ...(keyManifest?.keys ?? []).map(({ publicKey }) => publicKey)];
  const bundles: Uint8Array[] = [];
  const add = async (file: string, check: (bytes: Uint8Array) => Verification | Promise<Verification>) => {
    try {
      results.set(file, await check(readBounded(file, maxBytes)));
    } catch (error) {
      results.set(file, notRead(error));
    }
  };
  for (const [file, first] of results)
    if (isOtherPdf(first))
      await add(file, (bytes) => {
        const pdf = more.rewritePdf(bytes, maxBytes);
        if (pdf instanceof Uint8Array) return verifyBundle(pdf, options);
        throw new Unreadable(...pdf);
      });
  for (const [file, result] of results) {
    if (result.outcome === 'unreadable') continue;
    await add(file, (bytes) => {
      if (result.outcome !== 'does not hold') bundles.push(bytes);
      return tsaCa === undefined ? result : more.checkTokens(bytes, result, authorities, keys, maxBytes);
    });
  }
  if (subject !== undefined) await add(subject, (bytes) => more.checkSubject(bytes, bundles, keys, maxBytes));
}

function report(results: ReadonlyMap<string, Verification>, { json }: Command, { out }: Output): number {
  const checkpoints = [...results.values()].flatMap((each) => (each.outcome === 'unreadable' ? [] : each.checkpoints));
  const forks = forksAmong(checkpoints);
  const exitCode = forks.length > 0 ? EXIT.doesNotHold : exitCodeOf([...results.values()]);
  if (json) out(asJson(VERSION, exitCode, results, forks));
  else {
    for (const [file, verification] of results) out(asText(file, verification));
    out(forksAsText(forks));
  }
  return exitCode;
}

/** Of several files the gravest finding counts: one that does not hold, then one that could not be judged. */
function exitCodeOf(results: readonly Verification[]): number {
  if (results.some(({ outcome }) => outcome === 'does not hold')) return EXIT.doesNotHold;
  const unjudged = results.some(({ outcome }) => outcome === 'unreadable' || outcome === 'not verifiable');
  return unjudged ? EXIT.unreadable : EXIT.holds;
}

/** A file is read part by part: one of the greatest size would fill the memory twice. */
function verifyFile(file: string, maxBytes: number, options: VerifyOptions): Verification {
  let opened: number | null = null;
  try {
    const size = sizeOf(file, maxBytes);
    const descriptor = (opened = attempt(() => openSync(file, 'r')));
    let part = Buffer.alloc(0);
    const read = (start: number, end: number): Uint8Array => {
      if (part.length < end - start) part = Buffer.alloc(end - start);
      return attempt(() => readPart(descriptor, part.subarray(0, end - start), start));
    };
    return verifyBundle({ size, read }, options);
  } catch (error) {
    return notRead(error);
  } finally {
    if (opened !== null) closeSync(opened);
  }
}

/** Fills the bytes from a place in the file. Throws where the file has become shorter. */
function readPart(descriptor: number, bytes: Uint8Array, start: number): Uint8Array {
  for (let filled = 0; filled < bytes.length;) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
    if (count === 0) throw new Error('the file became shorter');
    filled += count;
  }
  return bytes;
}

/** The bytes of a regular file. Throws as `sizeOf` does. */
function readBounded(file: string, maxBytes: number): Uint8Array {
  sizeOf(file, maxBytes);
  return attempt(() => readFileSync(file));
}

/** The size of a regular file. Throws Unreadable for a larger one, and for a pipe or device, which may have no end. */
function sizeOf(file: string, maxBytes: number): number {
  const stat = attempt(() => statSync(file)); // before opening: opening a pipe waits for a writer
  if (!stat.isFile()) throw new Unreadable('no_file', 'not a regular file');
  boundBytes(stat.size, maxBytes);
  return stat.size;
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new Unreadable('no_file', `cannot be read: ${code}`);
  }
}

/** The command, or a text to print instead of running one. Throws UsageError. */
function parseCommand(args: readonly string[]): Command | string {
  const { values, positionals } = parse(args);
  if (values.help === true) return USAGE;
  if (values.version === true) return `${VERSION}\n`;
  const { subject } = values;
  if (positionals.length === 0 && subject === undefined) throw new UsageError('no file was given');
  const maxBytes = maxSize(values['max-size']) * MIB;
  const options = {
    trustedKeys: (values['trusted-key'] ?? []).flatMap(trustedKeys),
    chainKeys: chainKeys(values['chain-key'] ?? []),
    receipts: (values.receipt ?? []).map(receipt),
    requireSealed: values['require-sealed'] === true,
    previousCheckpoints: (values['previous-checkpoint'] ?? []).map(previousCheckpoint),
    consistencyProofs: (values['consistency-proof'] ?? []).map((file) =>
      fromFile('--consistency-proof', file, parseConsistencyProof),
    ),
    ...(values.policy === undefined ? {} : { policy: fromFile('--policy', values.policy, parsePolicy) }),
    ...(values['log-keys'] === undefined
      ? {}
      : { keyManifest: fromFile('--log-keys', values['log-keys'], parseKeyManifest) }),
    limits: { bytes: maxBytes },
  };
  return { files: positionals, json: values.json === true, options, tsaCa: values['tsa-ca'], subject, maxBytes };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'trusted-key': { type: 'string', multiple: true },
        'chain-key': { type: 'string', multiple: true },
        receipt: { type: 'string', multiple: true },
        'require-sealed': { type: 'boolean' },
        'previous-checkpoint': { type: 'string', multiple: true },
        'consistency-proof': { type: 'string', multiple: true },
        policy: { type: 'string' },
        'log-keys': { type: 'string' },
        'tsa-ca': { type: 'string' },
        subject: { type: 'string' },
        'max-size': { type: 'string' },
        json: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? shown(error.message) : 'bad arguments');
  }
}

function maxSize(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMITS.bytes / MIB;
  const size = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > LARGEST_MIB) throw new UsageError(`--max-size must be an integer from 1 to ${LARGEST_MIB}`);
  return size;
}

/** Keys from an argument: the key itself, or a file with keys. The value is not repeated in messages. */
function trustedKeys(argument: string): readonly Uint8Array[] {
  const keys = trustedKeysOf(argument) ?? trustedKeysOf(textOfFile(argument));
  if (keys === null)
    throw new UsageError('--trusted-key must be a public key (base64 or hex of 32 bytes), or a file that holds one');
  return keys;
}

/** The text of a file that an option names; empty where it cannot be read. */
function textOfFile(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBounded(file, MIB));
  } catch {
    return '';
  }
}

/** A receipt from an argument: its text, or a file that holds it. */
function receipt(argument: string): SignedHead {
  const parsed = parseReceipt(argument) ?? parseReceipt(textOfFile(argument));
  if (parsed === null)
    throw new UsageError('--receipt must be the value of a header Masker-Receipt, or a file that holds one');
  return parsed;
}

/** What a file of an option holds. The message names the option, never the content. */
function fromFile<T>(option: string, file: string, read: (bytes: Uint8Array) => T): T {
  try {
    return read(readBounded(file, MIB));
  } catch (error) {
    if (!(error instanceof Unreadable) && !(error instanceof FormatError)) throw error;
    throw new UsageError(`${option}: ${error.message}`);
  }
}

/** The whole signed note of an earlier checkpoint. */
function previousCheckpoint(file: string): string {
  return fromFile('--previous-checkpoint', file, (bytes) => parseCheckpointNote(bytes).whole);
}

function chainKeys(values: readonly string[]): ChainKeys {
  const keys = chainKeysOf(values);
  if (keys === 'malformed') throw new UsageError('--chain-key must be 64 lower-case hex digits, or SESSION_ID=KEY');
  if (keys === 'repeated') throw new UsageError('--chain-key is given twice for one session');
  return keys;
}

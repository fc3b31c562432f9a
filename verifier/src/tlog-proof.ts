/** Inclusion proofs as text, with the checkpoint that they lead to. C2SP tlog-proof. */
import { fromBase64, toBase64 } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { asCount, LONGEST_INPUT, parseCount, textOf } from './strict-text.ts';

/** A proof that an entry is in a log. */
export interface TlogProof {
  /** Data of the application, which nothing vouches for; null where there is none. */
  readonly extra: Uint8Array | null;
  /** Position of the entry in the log, from 0; at most 2^64 - 1. */
  readonly index: bigint;
  /** Hashes of 32 bytes, from the sibling of the leaf upwards. At most 64. */
  readonly proof: readonly Uint8Array[];
  /** The whole signed note, as it stands. It is not read here: give it to `openNote`. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No tree of fewer than 2^64 leaves has a longer proof. */
const LONGEST_PROOF = 64;

/**
 * A proof from its text. Throws FormatError `malformed_tlog_proof` or `input_too_large`.
 *
 * Verifies nothing. To verify: open `checkpoint` with the keys of its log (`openNote`), read it (`parseCheckpoint`), and give
 * its size and root with `index` and `proof` to `verifyInclusion`.
 */
export function parseTlogProof(input: string | Uint8Array): TlogProof {
  const text = textOf(input, 'malformed_tlog_proof');
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('an empty line must part the proof from the checkpoint');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) throw malformed(`line 1 must be ${HEADER}`);
  const extra = readExtra(lines);
  const index = readIndex(lines.shift());
  if (lines.length > LONGEST_PROOF) throw malformed(`a proof has at most ${LONGEST_PROOF} hashes`);
  return { extra, index, proof: lines.map(readHash), checkpoint: checkedCheckpoint(text.slice(end + 2)) };
}

/** What `formatTlogProof` takes: a TlogProof, or the same with an index that is a safe integer, or without extra data. */
export interface TlogProofParts extends Pick<TlogProof, 'proof' | 'checkpoint'> {
  readonly index: number | bigint;
  readonly extra?: Uint8Array | null;
}

/** The text of a proof. Throws FormatError `malformed_tlog_proof` for what no proof may hold, or `input_too_large`. */
export function formatTlogProof(parts: TlogProofParts): string {
  const index = asCount(parts.index);
  if (index === null) throw malformed('the index must be an integer from 0 to 2^64 - 1');
  if (parts.proof.length > LONGEST_PROOF) throw malformed(`a proof has at most ${LONGEST_PROOF} hashes`);
  if (parts.proof.some(({ length }) => length !== 32)) throw malformed('each hash of the proof must have 32 bytes');
  const extra = parts.extra ?? null;
  const lines = [
    HEADER,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...parts.proof.map(toBase64),
    '',
    checkedCheckpoint(parts.checkpoint),
  ];
  const text = lines.join('\n');
  if (text.length > LONGEST_INPUT)
    throw new FormatError('input_too_large', `the proof is longer than ${LONGEST_INPUT}`);
  return text;
}

/** Takes the line of extra data away from `lines`, where there is one. */
function readExtra(lines: string[]): Uint8Array | null {
  if (lines[0]?.startsWith('extra ') !== true) return null;
  const extra = fromBase64((lines.shift() ?? '').slice('extra '.length));
  if (extra === null) throw malformed('the extra data must be base64');
  return extra;
}

function readIndex(line = ''): bigint {
  const index = line.startsWith('index ') ? parseCount(line.slice('index '.length)) : null;
  if (index === null)
    throw malformed('the line before the hashes must be: index, space, decimal number up to 2^64 - 1');
  return index;
}

function readHash(line: string): Uint8Array {
  const hash = fromBase64(line, 32);
  if (hash === null) throw malformed('each line of the proof must be base64 of 32 bytes');
  return hash;
}

function checkedCheckpoint(checkpoint: string): string {
  if (checkpoint.length < 2 || !checkpoint.endsWith('\n'))
    throw malformed('the checkpoint must be a text that ends in a newline');
  return checkpoint;
}

function malformed(message: string): FormatError {
  return new FormatError('malformed_tlog_proof', message);
}

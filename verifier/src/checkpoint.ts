/** Checkpoints of transparency logs: the text of a signed note. C2SP tlog-checkpoint. */
import { fromBase64 } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { readNote } from './signed-note.ts';
import { parseCount, textOf } from './strict-text.ts';

/** The head of a log's tree, as a checkpoint states it. */
export interface Checkpoint {
  /** Identity of the log; not empty. */
  readonly origin: string;
  /** Number of leaves, at most 2^64 - 1. */
  readonly size: bigint;
  /** RFC 6962 root over the leaves, 32 bytes. */
  readonly root: Uint8Array;
  /** Lines behind the root, none of them empty, without their newlines. */
  readonly extensions: readonly string[];
}

/**
 * A checkpoint from the text of its note (what `openNote` returns), or from the whole signed note. Verifies no signature: what
 * is read is not to be trusted before `openNote` has opened the note. Throws FormatError `malformed_checkpoint`, and for a
 * whole note also `malformed_note`.
 */
export function parseCheckpoint(input: string | Uint8Array): Checkpoint {
  const text = textOf(input, 'malformed_checkpoint');
  // The text of a checkpoint has no empty line. Where there is one, signatures follow.
  return readCheckpoint(text.includes('\n\n') ? readNote(text).text : text);
}

/** A checkpoint from the text of its note alone. Throws FormatError `malformed_checkpoint`. */
export function readCheckpoint(text: string): Checkpoint {
  // eslint-disable-next-line no-control-regex -- no note may hold one but newline
  if (/[\x00-\x09\x0b-\x1f]/.test(text))
    throw new FormatError('malformed_checkpoint', 'the checkpoint holds a control character');
  if (!text.endsWith('\n')) throw new FormatError('malformed_checkpoint', 'the checkpoint must end in a newline');
  const [origin = '', sizeLine = '', rootLine = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '') throw new FormatError('malformed_checkpoint', 'line 1, the origin, must not be empty');
  const size = parseCount(sizeLine);
  if (size === null)
    throw new FormatError('malformed_checkpoint', 'line 2 must be the tree size: a decimal number up to 2^64 - 1');
  const root = fromBase64(rootLine, 32);
  if (root === null) throw new FormatError('malformed_checkpoint', 'line 3 must be the root: base64 of 32 bytes');
  if (extensions.includes('')) throw new FormatError('malformed_checkpoint', 'an extension line must not be empty');
  return { origin, size, root, extensions };
}

/** Whether a text is that of a checkpoint. */
export function isCheckpointText(text: string): boolean {
  try {
    readCheckpoint(text);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The form of signed notes: a text, a blank line and signature lines. C2SP signed-note, Format. */
import { fromBase64, toHex } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { isKeyName } from './note-key.ts';
import { textOf } from './strict-text.ts';

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lower-case hex digits. */
  readonly keyId: string;
  /** What follows the key ID in the line, at least 1 byte. */
  readonly signature: Uint8Array;
}

/** A note as it is written; nothing of it is verified. */
export interface SignedNote {
  /** The text with its final newline, without the blank line before the signatures. */
  readonly text: string;
  /** Each distinct signature line, in the order of the note. */
  readonly signatures: readonly NoteSignature[];
}

/** Most signature lines in a note; the format asks for at least 16. */
const MOST_SIGNATURES = 100;
const LINE_START = '\u2014 ';

/**
 * Reads a signed note without verifying it. Throws FormatError `malformed_note` or `input_too_large`.
 *
 * A line that is given twice counts once.
 */
export function readNote(input: string | Uint8Array): SignedNote {
  const note = textOf(input, 'malformed_note');
  // eslint-disable-next-line no-control-regex -- the format forbids all of them but newline
  if (/[\x00-\x09\x0b-\x1f]/.test(note)) throw new FormatError('malformed_note', 'the note holds a control character');
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw new FormatError('malformed_note', 'no blank line parts the text from the signatures');
  const block = note.slice(split + 2);
  if (!block.endsWith('\n'))
    throw new FormatError('malformed_note', 'the note must end in a signature line and newline');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MOST_SIGNATURES)
    throw new FormatError('input_too_large', `the note has more than ${MOST_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: [...new Set(lines)].map(readSignatureLine) };
}

function readSignatureLine(line: string): NoteSignature {
  const space = line.indexOf(' ', LINE_START.length);
  const name = line.slice(LINE_START.length, space);
  if (!line.startsWith(LINE_START) || space < 0 || !isKeyName(name))
    throw new FormatError('malformed_note', 'a signature line must be: em dash, space, key name, space, base64');
  const bytes = fromBase64(line.slice(space + 1));
  if (bytes === null || bytes.length < 5)
    throw new FormatError('malformed_note', 'a signature must be base64 of a key ID of 4 bytes and a signature');
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

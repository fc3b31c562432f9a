/** Why a note, key, checkpoint, proof or witness policy was refused. Every code is described in README.md. */
export type FormatErrorCode =
  | 'malformed_note' // not a signed note: text, blank line, signature lines
  | 'malformed_key' // not a verifier key: name, key ID, base64
  | 'unsupported_key' // a key type that does not fit here, or that cannot be checked here
  | 'wrong_key_id' // the key ID is not derived from the name and the public key
  | 'malformed_checkpoint' // a text that is no checkpoint: origin, size, root
  | 'malformed_tlog_proof' // not of the form c2sp.org/tlog-proof@v1
  | 'malformed_policy' // a line of a witness policy that cannot be read, or contradicts another
  | 'malformed_key_manifest' // no list of a log's keys with the sizes at which each signs
  | 'input_too_large' // more bytes, signatures or lines than the limits allow
  | 'bad_note_signature' // a line of a known key that does not verify
  | 'no_known_signature' // no line is by a known key
  | 'ambiguous_key'; // two known keys have one name and one key ID

/**
 * The one error of the readers of notes, keys, checkpoints, proofs and policies. Whatever the input is, they throw this
 * or nothing. The message holds no text of the input, so it is safe to print.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

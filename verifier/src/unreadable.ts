/** Why a file could not be read at all, so that nothing about it was checked. */
export type UnreadableCode =
  | 'too_large' // more bytes, values, containers or signatures than the limits allow
  | 'not_utf8'
  | 'not_json'
  | 'duplicate_key'
  | 'lone_surrogate'
  | 'number_out_of_range'
  | 'too_deep'
  | 'not_pdf' // begins as a PDF, but is not as Masker writes one
  | 'not_masker' // JSON, but neither a bundle nor a report
  | 'no_file'; // the file itself cannot be opened or read

/** The one error of the readers. Whatever the bytes are, they throw this or nothing. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code: UnreadableCode;
  /** JSON Pointer (RFC 6901) to the value being read. It may hold text of the file: display it through `shown`. */
  readonly path: string;
  /** Offset in UTF-16 code units of the decoded text, or null where no one place is to blame. */
  readonly offset: number | null;

  constructor(code: UnreadableCode, message: string, path = '', offset: number | null = null) {
    super(message);
    this.code = code;
    this.path = path;
    this.offset = offset;
  }
}

/** Throws `Unreadable` for a file of more bytes than a limit allows. */
export function boundBytes(size: number, limit: number): void {
  if (size > limit) throw new Unreadable('too_large', `the file has ${size} bytes; the limit is ${limit}`);
}

/** Throws `Unreadable` for more of something than a limit allows. */
export function bound(what: string, count: number, limit: number): void {
  if (count > limit) throw new Unreadable('too_large', `more than ${limit} ${what}`);
}

/**
 * What a session has on record already, as keyed digests that are stored with its turns: another node, or this one after
 * a restart, sees the same history again and must not record or count it a second time.
 *
 * A digest is the first 8 bytes of SHA-256(k || subject || text), k made of the session's chain key: whoever reads the
 * table can neither guess at a value nor tell that two sessions spoke of the same.
 */
import { ownBytes } from '../../platform/own-bytes.ts';
import { sha256 } from '../../platform/sha256.ts';

/** What is remembered of a text: that a redaction is in the journal, or how a token came back. */
export type DigestSubject = 'redaction' | 'exact' | 'repaired';

const BYTES = 8;
const NO_DIGESTS = Buffer.alloc(0);
/** Room for the first digests of a draft. */
const FIRST_BYTES = 16 * BYTES;
const SUBJECTS: Readonly<Record<DigestSubject, number>> = { redaction: 1, exact: 2, repaired: 3 };

/** What a session knows to be on record. Grows only, by drafts that the journal has taken. */
export class RecordedDigests {
  readonly #key: Buffer;
  readonly #known = new Set<string>();

  /** `chainKey` is the session's, 32 bytes. */
  constructor(chainKey: Uint8Array) {
    this.#key = ownBytes(sha256(Buffer.concat([chainKey, Buffer.from('masker/marks/v1')])));
  }

  /** Returns an empty draft for the digests of one write. */
  draft(): DigestDraft {
    return new DigestDraft(this.#key, this.#known);
  }

  /** Knows what is stored, besides what it knows. Yields wherever it may be interrupted. */
  *loading(stored: Uint8Array): Generator<undefined, void> {
    const digests = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
    for (let at = 0; at + BYTES <= digests.length; at += BYTES) {
      this.#known.add(digests.toString('base64', at, at + BYTES));
      yield;
    }
  }
}

/** Recorded digests that a write is to store. They count for the session once the journal has them, and not before: `keeping`. */
export class DigestDraft {
  readonly #key: Buffer;
  readonly #known: Set<string>;
  readonly #fresh = new Set<string>();
  /** The digests of what was added, end to end, with room for more. */
  #digests: Buffer = NO_DIGESTS;

  constructor(key: Buffer, known: Set<string>) {
    this.#key = key;
    this.#known = known;
  }

  has(subject: DigestSubject, text: string): boolean {
    if (this.#known.size + this.#fresh.size === 0) return false;
    const name = this.#digest(subject, text).toString('base64');
    return this.#known.has(name) || this.#fresh.has(name);
  }

  add(subject: DigestSubject, text: string): void {
    const digest = this.#digest(subject, text);
    const name = digest.toString('base64');
    if (this.#fresh.has(name)) return;
    const length = this.#fresh.size * BYTES;
    if (length === this.#digests.length)
      this.#digests = Buffer.concat([this.#digests], Math.max(FIRST_BYTES, 2 * length));
    this.#digests.set(digest, length);
    this.#fresh.add(name);
  }

  /** What was added, end to end; null where nothing was. */
  bytes(): Buffer | null {
    return this.#fresh.size === 0 ? null : Buffer.from(this.#digests.subarray(0, this.#fresh.size * BYTES));
  }

  /** To be run once the journal has the write. Yields wherever it may be interrupted. */
  *keeping(): Generator<undefined, void> {
    for (const name of this.#fresh) {
      this.#known.add(name);
      yield;
    }
  }

  #digest(subject: DigestSubject, text: string): Buffer {
    const subjectByte = Buffer.of(SUBJECTS[subject]);
    return sha256(Buffer.concat([this.#key, subjectByte, Buffer.from(text, 'utf8')])).subarray(0, BYTES);
  }
}

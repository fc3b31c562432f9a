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
export type MarkSubject = 'redaction' | 'exact' | 'repaired';

const BYTES = 8;
const SUBJECTS: Readonly<Record<MarkSubject, number>> = { redaction: 1, exact: 2, repaired: 3 };

/** What a session knows to be on record. Grows only, by drafts that the journal has taken. */
export class Marks {
  readonly #key: Buffer;
  readonly #known = new Set<string>();

  /** `chainKey` is the session's, 32 bytes. */
  constructor(chainKey: Uint8Array) {
    this.#key = ownBytes(sha256(Buffer.concat([chainKey, Buffer.from('masker/marks/v1')])));
  }

  /** The marks of one write. */
  draft(): MarkDraft {
    return new MarkDraft(this.#key, this.#known);
  }

  /** Knows what is stored, besides what it knows. */
  load(stored: Uint8Array): void {
    for (let at = 0; at + BYTES <= stored.length; at += BYTES) {
      this.#known.add(Buffer.from(stored.subarray(at, at + BYTES)).toString('base64'));
    }
  }
}

/** Marks that a write is to store. They count for the session once the journal has them, and not before: `keep`. */
export class MarkDraft {
  readonly #key: Buffer;
  readonly #known: Set<string>;
  readonly #fresh = new Map<string, Buffer>();

  constructor(key: Buffer, known: Set<string>) {
    this.#key = key;
    this.#known = known;
  }

  has(subject: MarkSubject, text: string): boolean {
    if (this.#known.size + this.#fresh.size === 0) return false;
    const name = this.#digest(subject, text).toString('base64');
    return this.#known.has(name) || this.#fresh.has(name);
  }

  add(subject: MarkSubject, text: string): void {
    const digest = this.#digest(subject, text);
    this.#fresh.set(digest.toString('base64'), digest);
  }

  /** What was added, end to end; null where nothing was. */
  bytes(): Buffer | null {
    return this.#fresh.size === 0 ? null : Buffer.concat([...this.#fresh.values()]);
  }

  /** To be called once the journal has the write. */
  keep(): void {
    for (const name of this.#fresh.keys()) this.#known.add(name);
  }

  /** The same, to be run in stretches: yields wherever it may be interrupted. */
  *keeping(): Generator<void, void> {
    for (const name of this.#fresh.keys()) {
      this.#known.add(name);
      yield;
    }
  }

  #digest(subject: MarkSubject, text: string): Buffer {
    const subjectByte = Buffer.of(SUBJECTS[subject]);
    return sha256(Buffer.concat([this.#key, subjectByte, Buffer.from(text, 'utf8')])).subarray(0, BYTES);
  }
}

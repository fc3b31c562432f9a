/** What proofs of rows have in common. */
import { z } from 'zod';

const MOST_FAULTS = 20;

/** Bytes as PostgreSQL writes them. */
export const BYTES = z.string().regex(/^\\x(?:[0-9a-f]{2})*$/);

/** The bytes of `BYTES`. */
export const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');

/** What a proof finds. */
export class Findings {
  /** What does not hold: the first MOST_FAULTS. Never a value. */
  readonly faults: string[] = [];
  /** Keys of signatures that were made with another key than the server's. */
  readonly otherKeys = new Set<string>();
  /** Sealed sessions whose journal retention has erased. */
  erased = 0;

  fault(text: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(text);
  }
}

/** The witnesses of the operator's policy. A line that held is not verified again: verifying takes milliseconds. */
import { sha256 } from '../platform/sha256.ts';
import { cosignedAt, isOfKey, statedTime } from './cosignature.ts';
import { signatureLine } from './note.ts';
import type { NoteSignature } from './note.ts';
import type { Witness, WitnessPolicy } from './witness-policy.ts';

/** A cosignature that was checked. */
export interface Cosignature {
  /** Name of the witness in the policy. */
  readonly witness: string;
  /** When the witness signed, in seconds since the epoch: not later than the year 9999. */
  readonly timestamp: bigint;
  /** The line of the note, with its newline. */
  readonly line: string;
}

/** The last second that a date of RFC 3339 can state. */
const LATEST_DATE = 253_402_300_799n;
/** Lines that are remembered, some 150 bytes each. */
const REMEMBERED = 10_000;

export class Witnesses {
  readonly #policy: WitnessPolicy;
  readonly #judge: typeof cosignedAt;
  /** Hashes of the lines that held, each with the text it signs; the oldest first. */
  readonly #held = new Set<string>();

  constructor(policy: WitnessPolicy, judge = cosignedAt) {
    this.#policy = policy;
    this.#judge = judge;
  }

  /** Returns the witness whose key a line names; null where the policy names none. */
  find(signature: NoteSignature): Witness | null {
    return this.#policy.witnesses.find(({ key }) => isOfKey(signature, key)) ?? null;
  }

  /** Returns a line as a cosignature of the text; null where it is none of a witness, or states no date. */
  check(text: string, signature: NoteSignature): Cosignature | null {
    const witness = this.find(signature);
    const timestamp = statedTime(signature);
    if (witness === null || timestamp === null || timestamp > LATEST_DATE) return null;
    const line = signatureLine(signature);
    const digest = sha256(`${line}${text}`).toString('base64');
    if (!this.#held.has(digest)) {
      if (this.#judge(text, signature, witness.key) === null) return null;
      this.#remember(digest);
    }
    return { witness: witness.name, timestamp, line };
  }

  /** Returns true if the quorum of the policy is among the cosignatures. */
  isQuorum(cosignatures: readonly Cosignature[]): boolean {
    return this.#policy.hasQuorum(new Set(cosignatures.map(({ witness }) => witness)));
  }

  #remember(digest: string): void {
    this.#held.add(digest);
    const [oldest] = this.#held;
    if (this.#held.size > REMEMBERED && oldest !== undefined) this.#held.delete(oldest);
  }
}

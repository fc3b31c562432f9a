/** What the thread of synthetic data runs. */
import { synthesise } from '../../../synthesis/surrogates.ts';
import type { FoundSpan, Synthetic } from '../../../synthesis/surrogates.ts';

export interface SynthesisTask {
  readonly text: string;
  readonly found: readonly FoundSpan[];
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

/** The synthetic text, or null where it threw: an error would carry what it choked on across, into whatever logs it. */
export default function synthesis({ text, found, seed }: SynthesisTask): Synthetic | null {
  try {
    return synthesise(text, found, seed);
  } catch {
    return null;
  }
}

/** Replaces stretches of a recording by a tone. */
import { sampleWriter } from './wav.ts';
import type { Wav } from './wav.ts';

/** A stretch of time, in seconds from the beginning. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const TONE_HZ = 1000;
/** A quarter of the full range: heard, and no shock. */
const LOUDNESS = 0.25;
/** Recognisers find the borders of words to about this, in seconds. */
export const MARGIN = 0.12;

/**
 * Returns the recording with a tone in place of each stretch, in all channels. It has as many frames as before, and every
 * sample outside the stretches and their margins is the same.
 */
export function bleep(wav: Wav, stretches: readonly Stretch[]): Wav {
  const data = Uint8Array.from(wav.data);
  const writer = sampleWriter(wav.encoding, new DataView(data.buffer));
  for (const { start, end } of stretches) {
    const first = Math.max(0, Math.floor((start - MARGIN) * wav.rate));
    const last = Math.min(wav.frames, Math.ceil((end + MARGIN) * wav.rate));
    for (let frame = first; frame < last; frame++) {
      const value = LOUDNESS * Math.sin((2 * Math.PI * TONE_HZ * frame) / wav.rate);
      for (let channel = 0; channel < wav.channels; channel++)
        writer.set((frame * wav.channels + channel) * writer.bytes, value);
    }
  }
  return { ...wav, data };
}

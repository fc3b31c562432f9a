import { runAtOnce } from '../../platform/steps.ts';
import { holdingNumber } from './grouped-number.ts';

/** Fewer characters may be a word or a number. */
const SHORTEST = 64;
const DATA_URL = /^data:[a-z0-9.+-]+\/[a-z0-9.+-]+(?:;[a-z0-9=.+-]+)*;base64,/i;
const PAYLOAD = /^(?!\d+=*$)[A-Za-z0-9+/_-]+={0,2}$/;

/** Returns where the bytes begin: behind the head of a data: URL. */
export function payloadStart(text: string): number {
  return DATA_URL.exec(text)?.[0].length ?? 0;
}

/** Returns what {@link readingEncoded} does, at once. */
export function isEncodedBytes(text: string): boolean {
  return runAtOnce(readingEncoded(text));
}

/**
 * Returns true for base64, or a data: URL of it, that is long enough to be more than a word or a number. Yields wherever it
 * may be interrupted.
 */
export function* readingEncoded(text: string): Generator<undefined, boolean> {
  const start = payloadStart(text);
  const payload = text.slice(start);
  if ((start === 0 && payload.length < SHORTEST) || !PAYLOAD.test(payload)) return false;
  // Only the alphabet of URLs has hyphens, and a number in groups.
  return !payload.includes('-') || !(yield* holdingNumber(payload));
}

/**
 * Length in bytes of the longest well-formed UTF-8 beginning of `bytes` (Unicode 16, table 3-7). A TextDecoder says
 * that bytes are malformed, but not where.
 */
export function wellFormedLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) break;
    at += length;
  }
  return at;
}

/** Bytes of the sequence that begins at `at`; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  // The second byte's range shuts out overlong forms (E0, F0), surrogates (ED) and code points past 10FFFF (F4).
  if (lead >= 0xc2 && lead <= 0xdf) return within(bytes[at + 1], 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const second = within(bytes[at + 1], lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf);
    return second && within(bytes[at + 2], 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const second = within(bytes[at + 1], lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf);
    return second && within(bytes[at + 2], 0x80, 0xbf) && within(bytes[at + 3], 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

function within(byte: number | undefined, least: number, most: number): boolean {
  return byte !== undefined && byte >= least && byte <= most;
}

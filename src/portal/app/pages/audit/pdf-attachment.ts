/**
 * The bundle inside a PDF report. The file may come from an attacker: only the bytes that are returned here are
 * verified, and the pages of the PDF are not.
 */
import { Unreadable } from '../../../../../verifier/src/unreadable.ts';

// The members are bounded, so that a hostile file takes no more than linear time.
const ATTACHMENT = /\/Type\s{1,9}\/EmbeddedFile\b((?:(?!endobj)[^]){0,4096}?)stream\r?\n/g;

/** Returns true if the file begins as a PDF does. */
export function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 5)) === '%PDF-';
}

/**
 * Returns the one file that is attached to a PDF as Masker writes it: one stream, as it is or by FlateDecode, whose length
 * is in front of it. `most` is the greatest size in bytes. Rejects with Unreadable for none, several, and one that is broken.
 */
export async function attachmentOf(bytes: Uint8Array, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const [found, ...more] = [...new TextDecoder('latin1').decode(bytes).matchAll(ATTACHMENT)];
  if (found === undefined || more.length > 0)
    throw new Unreadable('not_json', 'the PDF must have one attached file, the bundle, as Masker writes it');
  const [whole, members = ''] = found;
  const length = Number(/\/Length\s+(\d{1,10})\b(?!\s+\d+\s+R)/.exec(members)?.[1] ?? 'NaN');
  const start = found.index + whole.length;
  if (!Number.isSafeInteger(length) || start + length > bytes.length)
    throw new Unreadable('not_json', 'the file that is attached to the PDF has no length that fits');
  const stored = new Uint8Array(bytes.subarray(start, start + length));
  return /\/Filter\b/.test(members) ? inflated(stored, most) : stored;
}

/** Stops at `most` bytes: a small file can unpack into a very large one. */
async function inflated(stored: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([stored]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value);
      size += next.value.length;
      if (size > most) break;
    }
  } catch {
    throw new Unreadable('not_json', 'the file that is attached to the PDF cannot be unpacked');
  }
  if (size > most)
    throw new Unreadable('too_large', `the file that is attached to the PDF has more than ${most} bytes`);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

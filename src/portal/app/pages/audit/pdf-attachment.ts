/**
 * The bundle inside a PDF report. The file may come from an attacker: only the bytes that are returned here are
 * verified, and the pages of the PDF are not.
 */
import { Unreadable } from '../../../../../verifier/src/unreadable.ts';

const TYPE = /\/Type\s{0,9}\/EmbeddedFile\b/g;
/** Characters between the type of a stream and its first byte, at most. Only one stream is looked at, however many there are. */
const LONGEST_MEMBERS = 4096;
const STREAM = /stream\r?\n/;

/** Returns true if the file begins as a PDF does. */
export function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 5)) === '%PDF-';
}

/**
 * Returns the one file that is attached to a PDF as Masker writes it: one stream, as it is or by FlateDecode, whose length
 * is in front of it. `most` is the greatest size in bytes. Rejects with Unreadable for none, several, and one that is broken.
 */
export async function attachmentOf(bytes: Uint8Array, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextDecoder('latin1').decode(bytes);
  const [found, another] = text.matchAll(TYPE);
  const behind = found === undefined ? '' : text.slice(found.index, found.index + LONGEST_MEMBERS);
  const begins = STREAM.exec(behind);
  const members = behind.slice(0, begins?.index);
  if (found === undefined || another !== undefined || begins === null || members.includes('endobj'))
    throw new Unreadable('not_json', 'the PDF must have one attached file, the bundle, as Masker writes it');
  const length = Number(/\/Length\s+(\d{1,10})\b(?!\s+\d+\s+R)/.exec(members)?.[1] ?? 'NaN');
  const start = found.index + begins.index + begins[0].length;
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
      if (size <= most) continue;
      await reader.cancel();
      break;
    }
  } catch {
    throw new Unreadable('not_json', 'the file that is attached to the PDF cannot be unpacked');
  }
  if (size > most)
    throw new Unreadable('too_large', `the file that is attached to the PDF has more than ${most} bytes`);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

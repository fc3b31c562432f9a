/**
 * What the command line asks of masker-verify-more.mjs, the second of its files. All goes by position: the names of members
 * are shortened in each file by itself.
 */
import { verifySubject } from './subject.ts';
import { parseAuthorities, TimestampError, withTimestamps, type Certificate } from './timestamps.ts';
import { plainPdf } from './rewritten-pdf.ts';
import { Unreadable, type UnreadableCode } from './unreadable.ts';
import type { Verification } from './verdict.ts';

/** The certificates of a file; null where it holds none that can be read. */
export function readAuthorities(file: Uint8Array): readonly Certificate[] | null {
  try {
    return parseAuthorities(file);
  } catch (error) {
    if (error instanceof TimestampError) return null;
    throw error;
  }
}

/** The verification of the same bytes, with the check of their tokens. */
export function checkTokens(
  bytes: Uint8Array,
  verification: Verification,
  authorities: readonly Certificate[],
  trustedKeys: readonly Uint8Array[],
  maxBytes: number,
): Promise<Verification> {
  return withTimestamps(bytes, verification, { authorities, trustedKeys, limits: { bytes: maxBytes } });
}

/** The verification of a subject report against bundles that hold. */
export function checkSubject(
  bytes: Uint8Array,
  bundles: readonly Uint8Array[],
  trustedKeys: readonly Uint8Array[],
  maxBytes: number,
): Verification {
  return verifySubject(bytes, bundles, { trustedKeys, limits: { bytes: maxBytes } });
}

/** The PDF as Masker would have written it, or why it cannot be read. */
export function rewritePdf(bytes: Uint8Array, maxBytes: number): Uint8Array | readonly [UnreadableCode, string] {
  try {
    return plainPdf(bytes, { bytes: maxBytes });
  } catch (error) {
    if (error instanceof Unreadable) return [error.code, error.message];
    throw error;
  }
}

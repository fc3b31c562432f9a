/** Verifies files in this browser. */
import { ApiFailure } from '../../api/failure.ts';
import { trustedKeysOf } from '../../../../../verifier/src/given.ts';
import { boundBytes, Unreadable } from '../../../../../verifier/src/unreadable.ts';
import { notRead } from '../../../../../verifier/src/verdict.ts';
import { DEFAULT_LIMITS, verifyBundle } from '../../../../../verifier/src/verify.ts';
import type { Verification } from '../../../../../verifier/src/verify.ts';
import { withRewrittenPdf } from '../../../../../verifier/src/with-rewritten-pdf.ts';

/** A file, and what the verifier found. */
export interface CheckedFile {
  readonly name: string;
  readonly verification: Verification;
}

/** Verifies each file under the key that was given. Throws ApiFailure for a key that is none. */
export async function verifyFiles(files: readonly File[], key: string): Promise<readonly CheckedFile[]> {
  const trustedKeys = key.trim() === '' ? [] : trustedKeysOf(key.trim());
  if (trustedKeys === null)
    throw new ApiFailure(
      'validation_failed',
      'The key must be base64 or hex of 32 bytes, PEM, or the text of masker-keys.json.',
    );
  return Promise.all(files.map((file) => verifyFile(file, trustedKeys)));
}

async function verifyFile(file: File, trustedKeys: readonly Uint8Array[]): Promise<CheckedFile> {
  const { name } = file;
  try {
    boundBytes(file.size, DEFAULT_LIMITS.bytes);
    const bytes = await bytesOf(file);
    const verification = verifyBundle(bytes, { trustedKeys });
    return { name, verification: withRewrittenPdf(bytes, verification, { trustedKeys }) };
  } catch (error) {
    return { name, verification: notRead(error) };
  }
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Unreadable('no_file', 'the browser cannot read it: it is a folder, was moved, or may not be read');
  }
}

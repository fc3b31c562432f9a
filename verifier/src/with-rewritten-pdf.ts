/** The verification of PDFs that are signed, or that another program has saved again. Apart from `verifyBundle`, so that the command line stays small. */
import { plainPdf } from './rewritten-pdf.ts';
import { notRead, type Verification } from './verdict.ts';
import { verifyBundle, type VerifyOptions } from './verify.ts';

export { plainPdf } from './rewritten-pdf.ts';

/**
 * Returns the verification of a PDF that `verifyBundle` could not read because it is signed, or another program had saved it
 * again; any other verification as it is. Never throws, whatever the bytes are.
 */
export function withRewrittenPdf(
  bytes: Uint8Array,
  verification: Verification,
  options: VerifyOptions = {},
): Verification {
  if (verification.outcome !== 'unreadable' || verification.problem.code !== 'not_pdf') return verification;
  try {
    return verifyBundle(plainPdf(bytes, options.limits), options);
  } catch (error) {
    return notRead(error);
  }
}

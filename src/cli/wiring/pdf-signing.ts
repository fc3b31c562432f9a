/** What PDFs of reports are signed with: MASKER_PDF_SIGNING_KEY and the certificates of MASKER_PDF_SIGNING_CERTS. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { errorCode } from '../../platform/error-code.ts';
import { StartError } from '../../platform/start-error.ts';
import type { SigningIdentity } from '../../reports/pdf/signed-data.ts';
import { readSigningIdentity } from '../../reports/pdf/signing-identity.ts';

/** Reads key and certificates; null where PDFs are not signed. Throws StartError for what cannot sign now. */
export function readPdfSigning({ pdfSigning }: Config, clock: Clock): SigningIdentity | null {
  if (pdfSigning === null) return null;
  const { key, certificates: file } = pdfSigning;
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw new StartError(`MASKER_PDF_SIGNING_CERTS ${file} cannot be read (${errorCode(error) ?? 'unknown error'}).`);
  }
  const read = readSigningIdentity(key.reveal(), text, new Date(clock.now()));
  if (read.ok) return read.identity;
  throw new StartError(
    read.part === 'key'
      ? `MASKER_PDF_SIGNING_KEY ${read.message}.`
      : `MASKER_PDF_SIGNING_CERTS ${file} ${read.message}.`,
  );
}

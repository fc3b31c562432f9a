/**
 * The field of a signature in a PDF (ISO 32000-1, 12.7.4.5 and 12.8): written with the document, so that there is no second
 * revision, and filled in place. The field has no area: nothing is drawn for it.
 */
import { createHash } from 'node:crypto';
import type { PdfKitDocument, PdfKitReference } from 'pdfmake';

/** What the thread that draws needs to know of a signature: no key, and no certificate. */
export interface SignatureRequest {
  /** The subject of the certificate, as the pages name it. */
  readonly signer: string;
  /** Bytes that the signature takes at most. */
  readonly space: number;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
}

/** A PDF that waits for its signature. */
export interface UnsignedPdf {
  readonly bytes: Uint8Array;
  /** SHA-256 of all bytes but those of the signature. */
  readonly digest: Uint8Array;
  /** Where the hexadecimal digits of the signature go. */
  readonly at: number;
}

const LARGEST = 999_999_999;
/** As PDFKit writes it. */
const PLACEHOLDER = `/ByteRange [0 ${LARGEST} ${LARGEST} ${LARGEST}]`;
const CONTENTS = '/Contents ';
/** Bits of SigFlags: there are signatures, and the file is only to be appended to. */
const SIGNED_AND_APPEND_ONLY = 3;
/** Bits of F: printed (which PDF/A asks for) and locked. */
const PRINTED_AND_LOCKED = 132;

/** Adds the field to a document that is drawn and not yet ended. Returns the dictionary of the signature. */
export function addSignatureField(document: PdfKitDocument, space: number, signedAt: Date): PdfKitReference {
  const signature = document.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, LARGEST, LARGEST, LARGEST],
    Contents: Buffer.alloc(space),
    M: signedAt,
  });
  const field = document.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    // PDFKit writes bytes as a string, and a string as a name.
    T: Buffer.from('Signature', 'latin1'),
    F: PRINTED_AND_LOCKED,
    Rect: [0, 0, 0, 0],
    P: document.page.dictionary,
    V: signature,
  });
  document.page.annotations.push(field);
  document.initForm();
  const { AcroForm: form } = document._root.data;
  // PDF/A allows no viewer to draw fields anew, and there is nothing to draw them with.
  delete form.data['NeedAppearances'];
  delete form.data['DA'];
  Object.assign(form.data, { Fields: [field], SigFlags: SIGNED_AND_APPEND_ONLY });
  for (const each of [signature, field]) each.end();
  return signature;
}

/** States in a finished document which of its bytes are signed: all but the signature. */
export function closeByteRange(bytes: Buffer, signature: PdfKitReference, space: number): UnsignedPdf {
  const range = bytes.indexOf(PLACEHOLDER, signature.offset, 'latin1');
  const start = bytes.indexOf(CONTENTS, signature.offset, 'latin1') + CONTENTS.length;
  const end = start + 2 * space + 2;
  if (range < 0 || end >= bytes.length || bytes.length > LARGEST) throw new RangeError('no place for a signature');
  const stated = `/ByteRange [0 ${start} ${end} ${bytes.length - end}]`;
  bytes.write(stated.padEnd(PLACEHOLDER.length), range, 'latin1');
  const digest = createHash('sha256').update(bytes.subarray(0, start)).update(bytes.subarray(end)).digest();
  return { bytes, digest, at: start + 1 };
}

/** Writes a signature into its place; what is left of the place stays zero. */
export function fillSignature({ bytes, at }: UnsignedPdf, signature: Buffer): Uint8Array {
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).write(signature.toString('hex'), at, 'latin1');
  return bytes;
}

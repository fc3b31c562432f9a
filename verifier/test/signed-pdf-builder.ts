/** A PDF of pdf-builder.ts with the field of a signature. It imports nothing of the verifier. */
import type { TestBundle } from './bundle-builder.ts';
import { pdfOfBundle } from './pdf-builder.ts';

const SIGNATURE =
  '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <3000> /M (D:20260503211500Z) >>';

/** What may differ from the field that Masker writes. */
export interface SignedTerms {
  /** Members of the form, besides its fields. */
  readonly form?: string;
  readonly fields?: string;
  /** Members of the field, besides those that it has. */
  readonly field?: string;
  readonly kind?: string;
  readonly area?: string;
  readonly page?: string;
  readonly pages?: readonly (readonly string[])[];
}

/** The first page of a built PDF is object 10; objects from 90 on are free. */
export function signedPdfOfBundle(bundle: TestBundle, terms: SignedTerms = {}): Uint8Array {
  const { form = '/SigFlags 3 /DR << /Font << >> >>', fields = '90 0 R', kind = '/FT /Sig', field = '' } = terms;
  const area = terms.area ?? '0 0 0 0';
  return pdfOfBundle(bundle, {
    ...(terms.pages === undefined ? {} : { pages: terms.pages }),
    catalogue: `/AcroForm << /Fields [${fields}] ${form} >>`,
    objects: {
      90: `<< /Type /Annot /Subtype /Widget ${kind} /T <53> /F 132 /Rect [${area}] /P 10 0 R /V 91 0 R ${field} >>`,
      91: SIGNATURE,
    },
    firstPage: terms.page ?? '/Annots [90 0 R]',
  });
}

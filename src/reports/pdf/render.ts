/** Draws a document as a PDF, with fonts of the installed packages and nothing from outside. */
import { createRequire } from 'node:module';
import path from 'node:path';
import pdfmake from 'pdfmake';
import type { Report } from '../report.ts';
import { documentOf } from './document.ts';
import type { Attachment } from './document.ts';
import { addSignatureField, closeByteRange } from './signature-field.ts';
import type { SignatureRequest, UnsignedPdf } from './signature-field.ts';
import { MONO, SANS } from './theme.ts';

const require = createRequire(import.meta.url);
const folderOf = (name: string): string => path.dirname(require.resolve(`${name}/package.json`));
const SANS_FOLDER = folderOf('@expo-google-fonts/source-sans-3');
const MONO_FOLDER = folderOf('@expo-google-fonts/source-code-pro');

const font = (folder: string, family: string, weight: string): string =>
  path.join(folder, weight, `${family}_${weight}.ttf`);

pdfmake.setFonts({
  [SANS]: {
    normal: font(SANS_FOLDER, 'SourceSans3', '400Regular'),
    bold: font(SANS_FOLDER, 'SourceSans3', '600SemiBold'),
    italics: font(SANS_FOLDER, 'SourceSans3', '400Regular_Italic'),
    bolditalics: font(SANS_FOLDER, 'SourceSans3', '600SemiBold_Italic'),
  },
  [MONO]: {
    normal: font(MONO_FOLDER, 'SourceCodePro', '400Regular'),
    bold: font(MONO_FOLDER, 'SourceCodePro', '600SemiBold'),
    italics: font(MONO_FOLDER, 'SourceCodePro', '400Regular_Italic'),
    bolditalics: font(MONO_FOLDER, 'SourceCodePro', '600SemiBold_Italic'),
  },
});
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((file) => file.startsWith(SANS_FOLDER) || file.startsWith(MONO_FOLDER));

/** The bytes of the PDF. The same report and attachment make the same bytes. */
export async function renderPdf(report: Report, attachment: Attachment): Promise<Uint8Array> {
  return pdfmake.createPdf(documentOf(report, attachment, null)).getBuffer();
}

/** The PDF with a place for its signature. */
export async function renderUnsigned(
  report: Report,
  attachment: Attachment,
  { signer, space, signedAt }: SignatureRequest,
): Promise<UnsignedPdf> {
  const drawn = pdfmake.createPdf(documentOf(report, attachment, signer));
  const signature = addSignatureField(await drawn.getStream(), space, new Date(signedAt));
  return closeByteRange(await drawn.getBuffer(), signature, space);
}

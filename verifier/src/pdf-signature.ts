/**
 * The field of a signature that a PDF was made with (ISO 32000-1, 12.7.4.5). It has no area and no appearance, so the pages show
 * the same without it. The signature itself is not checked: PDF readers do that.
 */
import { isDictionary, isPdfArray, type PdfDictionary, type PdfReference, type PdfValue } from './pdf-values.ts';

/** The value of an object of the file. */
type ReadObject = (reference: PdfReference) => PdfValue;

const FORM = ['Fields', 'SigFlags', 'DR'];
const FIELD = ['Type', 'Subtype', 'FT', 'T', 'F', 'Rect', 'P', 'V'];

/**
 * Returns the catalog and the page of the field without it, by their numbers. Returns none where the form of the file is anything
 * but one field of a signature, in which nothing can be shown.
 */
export function withoutSignature(root: PdfValue, read: ReadObject): ReadonlyMap<number, PdfDictionary> {
  const none = new Map<number, PdfDictionary>();
  const catalog = dictionaryOf(root, read);
  const form = dictionaryOf(catalog?.get('AcroForm'), read);
  const fields = form?.get('Fields');
  if (!isReference(root) || catalog === null || form === null || !hasOnly(form, FORM)) return none;
  if (!isPdfArray(fields) || fields.length !== 1) return none;
  const [place] = fields;
  const field = dictionaryOf(place, read);
  const on = field?.get('P');
  const page = dictionaryOf(on, read);
  const annotations = page?.get('Annots');
  if (!isReference(place) || !isReference(on) || field === null || page === null || !isSignature(field)) return none;
  if (page.get('Type') !== '/Page' || !isPdfArray(annotations)) return none;
  const others = annotations.filter((each) => !isReference(each) || each.of !== place.of);
  return none
    .set(root.of, new Map([...catalog].filter(([name]) => name !== 'AcroForm')))
    .set(on.of, new Map(page).set('Annots', others));
}

function isSignature(field: PdfDictionary): boolean {
  const area = field.get('Rect');
  return (
    hasOnly(field, FIELD) &&
    field.get('Subtype') === '/Widget' &&
    field.get('FT') === '/Sig' &&
    isPdfArray(area) &&
    area.length === 4 &&
    area.every((each) => each === 0)
  );
}

function hasOnly(dictionary: PdfDictionary, names: readonly string[]): boolean {
  return [...dictionary.keys()].every((name) => names.includes(name));
}

function dictionaryOf(value: PdfValue | undefined, read: ReadObject): PdfDictionary | null {
  const found = isReference(value) ? read(value) : value;
  return isDictionary(found) ? found : null;
}

function isReference(value: PdfValue | undefined): value is PdfReference {
  return typeof value === 'object' && 'of' in value;
}

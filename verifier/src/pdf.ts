/**
 * A report as a PDF: the file that is attached to it, and the text of its pages. Only PDFs as Masker writes them are read: one
 * table of objects, no later revision, no encryption. What is read is verified; the PDF itself is signed by nothing.
 */
import { inflate } from './inflate.ts';
import type { Limits } from './limits.ts';
import { PageText, readUnicodeMap, type PdfFont } from './pdf-page.ts';
import {
  isDictionary,
  isPdfArray,
  notPdf,
  PdfScanner,
  refuseOtherTables,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
} from './pdf-values.ts';
import type { Source } from './text-source.ts';
import { bound, boundBytes, Unreadable } from './unreadable.ts';

/** What a PDF holds. */
export interface PdfReport {
  /** The attached file: a bundle, or a report alone. */
  readonly attached: Uint8Array;
  /** The lines of each page, from the top; runs of text on one line are joined by a space. */
  readonly pages: readonly (readonly string[])[];
}

/** Objects and pages of a file: more than a report of the greatest size has. */
const MOST_OBJECTS = 200_000;
const MOST_PAGES = 20_000;
const END = /startxref\n(\d{1,10})\n%%EOF\n?$/;
const TABLE = /xref\n0 (\d{1,10})\n/y;
const TABLE_ROW = /(\d{10}) (?:00000 (n)|\d{5} f) \n/y;

/** Returns true if the bytes begin as a PDF does. */
export function isPdf(source: Source): boolean {
  return String.fromCharCode(...source.read(0, Math.min(5, source.size))) === '%PDF-';
}

/** Reads a PDF. Throws `Unreadable` for one that is not as Masker writes it, or unpacks to more than the limits allow. */
export function readPdf(source: Source, limits: Limits): PdfReport {
  boundBytes(source.size, limits.bytes);
  return new PdfReader(source.read(0, source.size), limits).report();
}

class PdfReader {
  readonly #bytes: Uint8Array;
  readonly #text: string;
  /** Where each object begins; 0 for a number that is free. */
  readonly #offsets: readonly number[];
  readonly #trailer: PdfDictionary;
  readonly #fonts = new Map<number, PdfFont>();
  /** What was read already: no object is read twice, so that a small file cannot take long. */
  readonly #dictionaries = new Map<number, PdfDictionary>();
  readonly #streams = new Set<number>();
  /** Bytes that may still be unpacked. */
  #left: number;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.#bytes = bytes;
    this.#left = limits.bytes;
    this.#text = new TextDecoder('latin1').decode(bytes); // one character for each byte
    const table = Number(END.exec(this.#text.slice(-64))?.[1] ?? notPdf('its end is missing'));
    TABLE.lastIndex = table;
    const size = Number(TABLE.exec(this.#text)?.[1] ?? notPdf('it has no table of objects'));
    bound('objects in the PDF', size, MOST_OBJECTS);
    const rows = TABLE.lastIndex;
    TABLE_ROW.lastIndex = rows;
    this.#offsets = Array.from({ length: size }, () => {
      const row = TABLE_ROW.exec(this.#text) ?? notPdf('its table of objects is malformed');
      return row[2] === undefined ? 0 : Number(row[1]);
    });
    const scanner = new PdfScanner(this.#text, rows + 20 * size);
    if (scanner.next() !== 'trailer') notPdf('it has no trailer');
    this.#trailer = dictionary(scanner.next());
    const used = [...this.#offsets.keys()].filter((of) => this.#offsets[of]);
    for (const of of used) this.#scannerOf({ of });
    refuseOtherTables(this.#text, used.length);
    for (const name of ['Prev', 'XRefStm', 'Encrypt'])
      if (this.#trailer.has(name)) notPdf('it is encrypted, or was changed after it was made');
  }

  report(): PdfReport {
    const root = this.#dictionary(this.#trailer.get('Root'));
    if (root.has('AcroForm') || root.has('OCProperties')) notPdf('it has forms or layers');
    const pages = this.#pagesOf(root.get('Pages'));
    return { attached: this.#attached(root), pages };
  }

  /** The one attached file. */
  #attached(root: PdfDictionary): Uint8Array {
    const files = this.#dictionary(this.#dictionary(root.get('Names')).get('EmbeddedFiles'));
    const names = files.get('Names');
    const file = isPdfArray(names) && names.length === 2 ? this.#dictionary(names[1]) : null;
    const forms = this.#dictionary(file?.get('EF') ?? new Map());
    // Other programs prefer further names of a tree, and other forms of a file.
    if (files.has('Kids') || forms.size !== 1) notPdf('it has not one attached file');
    return this.#stream(forms.get('F'), 'EmbeddedFile');
  }

  /**
   * The lines of the pages, in order. Masker writes a tree of one level. Each page is read before the next one is looked at: a
   * page that is listed twice is found by its contents, before its annotations are read for each time that it is listed.
   */
  #pagesOf(root: PdfValue | undefined): readonly (readonly string[])[] {
    const kids = this.#dictionary(root).get('Kids');
    if (!isPdfArray(kids)) notPdf('it has no pages');
    bound('pages', kids.length, MOST_PAGES);
    return kids.map((kid) => {
      const page = this.#dictionary(kid);
      if (page.get('Type') !== '/Page') notPdf('its pages are nested');
      const annotations = page.get('Annots') ?? [];
      for (const each of isPdfArray(annotations) ? annotations : notPdf('a page has malformed annotations')) {
        const annotation = this.#dictionary(each);
        if (annotation.get('Subtype') !== '/Link' || annotation.has('AP')) notPdf('a page has annotations');
      }
      return this.#linesOf(page);
    });
  }

  #linesOf(page: PdfDictionary): readonly string[] {
    const resources = this.#dictionary(page.get('Resources'));
    const fonts = resources.has('Font') ? this.#dictionary(resources.get('Font')) : new Map<string, PdfValue>();
    const contents = latin1(this.#stream(page.get('Contents')));
    return new PageText(new PdfScanner(contents), (name) => this.#font(fonts.get(name))).lines();
  }

  #font(value: PdfValue | undefined): PdfFont {
    const { of } = isReference(value) ? value : notPdf('a font is missing');
    const known = this.#fonts.get(of);
    if (known !== undefined) return known;
    const map = this.#dictionary(value).get('ToUnicode');
    const font = readUnicodeMap(new PdfScanner(latin1(this.#stream(map))));
    this.#fonts.set(of, font);
    return font;
  }

  #dictionary(value: PdfValue | undefined): PdfDictionary {
    if (!isReference(value)) return dictionary(value);
    const known = this.#dictionaries.get(value.of) ?? dictionary(this.#scannerOf(value).next());
    this.#dictionaries.set(value.of, known);
    return known;
  }

  /** A scanner behind the line with which the object begins. */
  #scannerOf({ of }: PdfReference): PdfScanner {
    const at = this.#offsets[of] ?? 0;
    const head = `${of} 0 obj\n`;
    if (at === 0 || !this.#text.startsWith(head, at)) notPdf('an object is not where the table says');
    return new PdfScanner(this.#text, at + head.length);
  }

  /** The unpacked bytes of a stream. */
  #stream(value: PdfValue | undefined, type?: string): Uint8Array {
    if (!isReference(value) || this.#streams.has(value.of)) notPdf('a stream is missing, or is used twice');
    this.#streams.add(value.of);
    const scanner = this.#scannerOf(value);
    const head = dictionary(scanner.next());
    const [length, filter] = [head.get('Length'), head.get('Filter')];
    const start = scanner.position + '\nstream\n'.length;
    const end = start + (typeof length === 'number' ? length : NaN);
    if (type !== undefined && head.get('Type') !== `/${type}`) notPdf('a stream is of another type');
    if (head.has('DecodeParms') || head.has('F')) notPdf('a stream is packed in another way');
    if (
      this.#text.slice(scanner.position, start) !== '\nstream\n' ||
      this.#text.slice(end, end + 17) !== '\nendstream\nendobj'
    )
      notPdf('a stream has no length that fits');
    const stored = this.#bytes.subarray(start, end);
    if (filter !== undefined && filter !== '/FlateDecode') notPdf('a stream is packed in another way');
    const data = filter === undefined ? stored : inflate(stored, this.#left);
    this.#left -= data.length;
    if (this.#left < 0) throw new Unreadable('too_large', 'the PDF unpacks to more than the limit');
    return data;
  }
}

function dictionary(value: PdfValue | null | undefined): PdfDictionary {
  return value !== null && isDictionary(value) ? value : notPdf('a dictionary is missing');
}

function isReference(value: PdfValue | undefined): value is PdfReference {
  return typeof value === 'object' && 'of' in value;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

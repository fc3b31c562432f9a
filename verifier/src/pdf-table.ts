/** Tables of the objects of a PDF, classic and as a stream (ISO 32000-1, sections 7.5.4 and 7.5.8), as untrusted input. */
import { isDictionary, isPdfArray, notPdf, type PdfDictionary, type PdfValue } from './pdf-values.ts';
import { bound } from './unreadable.ts';

/** Where an object is: in the file, or in a stream of objects, by its order there. */
export type ObjectPlace = { readonly offset: number } | { readonly stream: number; readonly index: number };

const MOST_OBJECTS = 200_000;
const MOST_SECTIONS = 10_000;
const SECTION = /[\r\n ]{0,4}(\d{1,10}) (\d{1,10})[\r\n ]{1,3}/y;
const ROW = /(\d{10}) (?:00000 (n)|\d{5} f)(?: \r| \n|\r\n)/y;
/** The filter of a row that repeats the row above it (PNG, Up). Both it and no filter are used in practice. */
const UP = 2;

/** Places by the numbers of the objects. */
export class ObjectTable {
  readonly #places = new Map<number, ObjectPlace>();

  get places(): ReadonlyMap<number, ObjectPlace> {
    return this.#places;
  }

  /** Reads a classic table from the place behind `xref`. Returns the place behind it. */
  readRows(text: string, start: number): number {
    let at = start;
    for (;;) {
      SECTION.lastIndex = at;
      const section = SECTION.exec(text);
      if (section === null) return at;
      at = SECTION.lastIndex;
      const [first, count] = [Number(section[1]), Number(section[2])];
      bound('objects in the PDF', first + count, MOST_OBJECTS);
      for (let number = first; number < first + count; number += 1) {
        ROW.lastIndex = at;
        const row = ROW.exec(text) ?? notPdf('its table of objects is malformed');
        at = ROW.lastIndex;
        if (row[2] !== undefined) this.#add(number, { offset: Number(row[1]) });
      }
    }
  }

  /** Reads a table that is a stream, from its dictionary and unpacked data. */
  readStream(head: PdfDictionary, stored: Uint8Array): void {
    const widths = numbers(head.get('W'));
    const [first = 0, second = 0, third = 0] = widths;
    if (widths.length !== 3 || widths.some((width) => width > 6)) notPdf('its table of objects is malformed');
    const row = first + second + third;
    const data = unfiltered(head.get('DecodeParms'), stored, row);
    const sections = head.has('Index') ? numbers(head.get('Index')) : [0, ...numbers([head.get('Size') ?? 0])];
    bound('sections of its table', sections.length / 2, MOST_SECTIONS);
    let at = 0;
    const field = (width: number): number => {
      let value = 0;
      for (let read = 0; read < width; read += 1) value = value * 256 + (data[at + read] ?? 0);
      at += width;
      return value;
    };
    for (let place = 0; place < sections.length; place += 2) {
      const [from = 0, count = 0] = [sections[place], sections[place + 1]];
      bound('objects in the PDF', from + count, MOST_OBJECTS);
      if (at + count * row > data.length) notPdf('its table of objects is cut off');
      for (let number = from; number < from + count; number += 1) {
        const kind = first === 0 ? 1 : field(first);
        const [where, which] = [field(second), field(third)];
        if (kind === 1) this.#add(number, which === 0 ? { offset: where } : notPdf('an object was changed'));
        else if (kind === 2) this.#add(number, { stream: where, index: which });
        else if (kind !== 0) notPdf('its table of objects is malformed');
      }
    }
    if (at !== data.length) notPdf('its table of objects is malformed');
  }

  #add(number: number, place: ObjectPlace): void {
    if (this.#places.has(number)) notPdf('its table lists an object twice');
    this.#places.set(number, place);
  }
}

function numbers(value: PdfValue | undefined): readonly number[] {
  if (!isPdfArray(value)) notPdf('its table of objects is malformed');
  return value.map((item) =>
    typeof item === 'number' && Number.isSafeInteger(item) && item >= 0
      ? item
      : notPdf('its table of objects is malformed'),
  );
}

/** The rows without what a PNG predictor added to them. */
function unfiltered(terms: PdfValue | undefined, stored: Uint8Array, row: number): Uint8Array {
  if (terms === undefined) return stored;
  const parms = isDictionary(terms) ? terms : notPdf('its table of objects is malformed');
  const predictor = parms.get('Predictor') ?? 1;
  if (predictor === 1) return stored;
  const isPlain = typeof predictor === 'number' && predictor >= 10 && predictor <= 15 && parms.get('Columns') === row;
  if (!isPlain || row === 0 || stored.length % (row + 1) !== 0) notPdf('its table of objects is packed in another way');
  const data = new Uint8Array((stored.length / (row + 1)) * row);
  for (let from = 0, to = 0; from < stored.length; from += row + 1, to += row) {
    const filter = stored[from] ?? 0;
    if (filter !== 0 && filter !== UP) notPdf('its table of objects is packed in another way');
    for (let byte = 0; byte < row; byte += 1) {
      const above = filter === UP ? (data[to + byte - row] ?? 0) : 0;
      data[to + byte] = (stored[from + 1 + byte] ?? 0) + above;
    }
  }
  return data;
}

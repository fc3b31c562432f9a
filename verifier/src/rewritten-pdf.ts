/**
 * PDFs that Masker signed, and those that another program has saved again (ISO 32000-1, section 7.5): objects in streams, a
 * table in a stream, other white space. Their objects are written once more, as Masker writes them, without the field of the
 * signature. `readPdf` then judges the result as it judges any PDF.
 */
import { inflate } from './inflate.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { withoutSignature } from './pdf-signature.ts';
import { ObjectTable, type ObjectPlace } from './pdf-table.ts';
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
import { isPdf, readPdf } from './pdf.ts';
import { sourceOf } from './text-source.ts';
import { bound, boundBytes, Unreadable } from './unreadable.ts';

const END = /startxref[\r\n ]{1,4}(\d{1,10})[\r\n ]{1,4}%%EOF[\r\n]{0,4}$/;
const OBJECT = /(\d{1,10})[\0\t\n\f\r ]{1,9}0[\0\t\n\f\r ]{1,9}obj(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const STREAM = /[\0\t\n\f\r ]{0,9}stream\r?\n/y;
const STREAM_END = /[\r\n]{0,4}endstream[\0\t\n\f\r ]{1,9}endobj/y;
const OBJECT_END = /[\0\t\n\f\r ]{0,9}endobj/y;
/** Objects of one stream. */
const MOST_IN_STREAM = 20_000;
/** How often the size of a file may be read, unpacked and written. Parts of it may overlap. */
const EFFORT = 4;

/** The objects of a stream, by their order: each with its number and its text. None overlaps another. */
type ObjectStream = readonly (readonly [number: number, text: string])[];

/** An object as it was read: its value, and the bytes of its stream as they are stored. */
interface ReadObject {
  readonly value: PdfValue;
  readonly stored: Uint8Array | null;
}

/**
 * Returns the same PDF as Masker would have written it. Bytes that are no PDF are returned as they are. Throws `Unreadable` for
 * a PDF that cannot be read, and for more than the limits allow.
 */
export function plainPdf(bytes: Uint8Array, limits: Partial<Limits> = {}): Uint8Array {
  if (!isPdf(sourceOf(bytes))) return bytes;
  const most = { ...DEFAULT_LIMITS, ...limits };
  boundBytes(bytes.length, most.bytes);
  return new RewrittenPdf(bytes, most).plain();
}

class RewrittenPdf {
  readonly #bytes: Uint8Array;
  readonly #text: string;
  readonly #table = new ObjectTable();
  readonly #streams = new Map<number, ObjectStream>();
  readonly #root: PdfValue;
  readonly #most: number;
  #left: number;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.#bytes = bytes;
    this.#most = limits.bytes;
    this.#left = EFFORT * limits.bytes;
    this.#text = latin1(bytes);
    const table = Number(END.exec(this.#text.slice(-64))?.[1] ?? notPdf('its end is missing'));
    const trailer = this.#text.startsWith('xref', table) ? this.#classicTable(table) : this.#streamTable(table);
    if (trailer.has('Prev') || trailer.has('XRefStm'))
      notPdf('it has two tables of objects: it was changed after it was made, or is linearised');
    if (trailer.has('Encrypt')) notPdf('it is encrypted');
    this.#root = trailer.get('Root') ?? notPdf('it has no trailer');
  }

  /** The file with every object in it by itself, and without the field of a signature. */
  plain(): Uint8Array {
    const places = [...this.#table.places];
    refuseOtherTables(this.#text, places.filter(([, place]) => 'offset' in place).length);
    const parts: Uint8Array[] = [];
    const offsets: number[] = [];
    let length = 0;
    const changed = withoutSignature(this.#root, ({ of }) => this.#valueOf(of));
    const add = (part: Uint8Array): void => {
      this.#spend(part.length);
      parts.push(part);
      length += part.length;
    };
    add(bytesOf('%PDF-1.7\n'));
    for (const [number, place] of places) {
      const { value, stored } = this.#object(number, place);
      const kept = changed.get(number) ?? value;
      const head = stored === null ? kept : new Map(dictionary(kept)).set('Length', stored.length);
      // What held the table and other objects is needed no more.
      const type = isDictionary(head) ? head.get('Type') : null;
      if (type === '/XRef' || type === '/ObjStm') continue;
      offsets[number] = length;
      add(bytesOf(`${number} 0 obj\n${written(head)}\n`));
      if (stored !== null) for (const part of [bytesOf('stream\n'), stored, bytesOf('\nendstream\n')]) add(part);
      add(bytesOf('endobj\n'));
    }
    const rows = Array.from(offsets, (offset: number | undefined) =>
      offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`,
    );
    const trailer = `trailer\n${written(new Map([['Root', this.#root]]))}\nstartxref\n${length}\n%%EOF\n`;
    add(bytesOf(`xref\n0 ${rows.length}\n${rows.join('')}${trailer}`));
    return joined(parts, length);
  }

  #classicTable(start: number): PdfDictionary {
    const scanner = new PdfScanner(this.#text, this.#table.readRows(this.#text, start + 'xref'.length));
    if (scanner.next() !== 'trailer') notPdf('it has no trailer');
    return dictionary(scanner.next());
  }

  #streamTable(start: number): PdfDictionary {
    OBJECT.lastIndex = start;
    const number = Number(OBJECT.exec(this.#text)?.[1] ?? notPdf('it has no table of objects'));
    const { value, stored } = this.#object(number, { offset: start });
    const head = dictionary(value);
    if (head.get('Type') !== '/XRef' || stored === null) notPdf('it has no table of objects');
    this.#table.readStream(head, this.#unpacked(head, stored));
    return head;
  }

  #valueOf(number: number): PdfValue {
    return this.#object(number, this.#table.places.get(number) ?? notPdf('an object is missing')).value;
  }

  #object(number: number, place: ObjectPlace): ReadObject {
    return 'offset' in place ? this.#inFile(number, place.offset) : this.#inStream(number, place.stream, place.index);
  }

  #inFile(number: number, offset: number): ReadObject {
    OBJECT.lastIndex = offset;
    if (Number(OBJECT.exec(this.#text)?.[1]) !== number) notPdf('an object is not where the table says');
    const scanner = new PdfScanner(this.#text, OBJECT.lastIndex);
    const value = this.#read(scanner);
    STREAM.lastIndex = OBJECT_END.lastIndex = scanner.position;
    if (!STREAM.test(this.#text))
      return OBJECT_END.test(this.#text) ? { value, stored: null } : notPdf('an object has no end');
    const start = STREAM.lastIndex;
    const end = start + this.#length(dictionary(value).get('Length'));
    STREAM_END.lastIndex = end;
    if (end > this.#text.length || !STREAM_END.test(this.#text)) notPdf('a stream has no length that fits');
    return { value, stored: this.#bytes.subarray(start, end) };
  }

  /** The length of a stream, which may be an object of its own. */
  #length(value: PdfValue | undefined): number {
    if (!isReference(value)) return whole(value);
    const place = this.#table.places.get(value.of);
    return place !== undefined && 'offset' in place
      ? whole(this.#number(value.of, place.offset))
      : notPdf('a stream has no length that fits');
  }

  /** A number that is an object of its own. It is read without what may follow it: a stream could name itself. */
  #number(number: number, offset: number): PdfValue {
    OBJECT.lastIndex = offset;
    if (Number(OBJECT.exec(this.#text)?.[1]) !== number) notPdf('an object is not where the table says');
    return this.#read(new PdfScanner(this.#text, OBJECT.lastIndex));
  }

  #inStream(number: number, stream: number, index: number): ReadObject {
    const [stated, text = ''] = (this.#streams.get(stream) ?? this.#objectStream(stream))[index] ?? [];
    if (stated !== number) notPdf('an object is not where the table says');
    return { value: this.#read(new PdfScanner(text)), stored: null };
  }

  #objectStream(number: number): ObjectStream {
    const place = this.#table.places.get(number);
    if (place === undefined || !('offset' in place)) notPdf('a stream of objects is missing');
    const { value, stored } = this.#inFile(number, place.offset);
    const head = dictionary(value);
    if (head.get('Type') !== '/ObjStm' || stored === null) notPdf('a stream of objects is malformed');
    const [count, first] = [whole(head.get('N')), whole(head.get('First'))];
    bound('objects in a stream', count, MOST_IN_STREAM);
    const text = latin1(this.#unpacked(head, stored));
    const scanner = new PdfScanner(text.slice(0, first));
    const listed = Array.from({ length: count }, () => [whole(scanner.next()), first + whole(scanner.next())] as const);
    const stream = listed.map(([object, from], at) => {
      const to = listed[at + 1]?.[1] ?? text.length;
      return from < to ? ([object, text.slice(from, to)] as const) : notPdf('a stream of objects is malformed');
    });
    this.#streams.set(number, stream);
    return stream;
  }

  #read(scanner: PdfScanner): PdfValue {
    const start = scanner.position;
    const value = scanner.next() ?? notPdf('an object is missing');
    this.#spend(scanner.position - start);
    return value;
  }

  #unpacked(head: PdfDictionary, stored: Uint8Array): Uint8Array {
    const filter = head.get('Filter');
    if (filter === undefined) return stored;
    if (filter !== '/FlateDecode') notPdf('its objects are packed in another way');
    const data = inflate(stored, Math.min(this.#left, this.#most));
    this.#spend(data.length);
    return data;
  }

  #spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new Unreadable('too_large', 'the PDF unpacks to more than the limit');
  }
}

function dictionary(value: PdfValue | null): PdfDictionary {
  return value !== null && isDictionary(value) ? value : notPdf('a dictionary is missing');
}

function whole(value: PdfValue | null | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : notPdf('a number is missing');
}

function isReference(value: PdfValue | undefined): value is PdfReference {
  return typeof value === 'object' && 'of' in value;
}

/** A value in the spelling of Masker's PDFs. */
function written(value: PdfValue): string {
  if (typeof value !== 'object') return String(value);
  if (isReference(value)) return `${value.of} 0 R`;
  if (isPdfArray(value)) return `[${value.map(written).join(' ')}]`;
  return `<<\n${[...value].map(([name, member]) => `/${name} ${written(member)}`).join('\n')}\n>>`;
}

/** One character for each byte. The decoder of this name is that of Windows-1252. */
function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join('');
}

/** One byte for each character, of which none is above 255. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns the file that is attached to a PDF, also one that another program saved again; other bytes as they are. Throws `Unreadable`. */
export function attachedOf(bytes: Uint8Array, limits: Limits): Uint8Array {
  const source = sourceOf(bytes);
  if (!isPdf(source)) return bytes;
  try {
    return readPdf(source, limits).attached;
  } catch (error) {
    if (!(error instanceof Unreadable) || error.code !== 'not_pdf') throw error;
    return readPdf(sourceOf(plainPdf(bytes, limits)), limits).attached;
  }
}

/** Saves a PDF of pdf-builder.ts again, as other programs do. It imports nothing of the verifier. */
import { deflateSync } from 'node:zlib';

/** How the file is written. */
export interface RewrittenTerms {
  /** Objects without a stream go into streams of at most so many; 0 for none, and a classic table. */
  readonly perStream?: number;
  /** The rows of the table are packed with the PNG predictor, as qpdf does it. */
  readonly predicted?: boolean;
  /** The lengths of streams are objects of their own. */
  readonly indirectLengths?: boolean;
  readonly lineEnd?: '\n' | '\r\n';
  /** Members of the table's dictionary. */
  readonly table?: string;
  /** Changes the rows of the table. */
  readonly data?: (rows: Buffer) => Buffer;
  /** The filter that the table says it has. */
  readonly filter?: string;
  /** How many objects each stream says it has. */
  readonly count?: number;
  /** Changes the text of each stream of objects: its pairs and its objects. */
  readonly objects?: (pairs: string, texts: string) => readonly [pairs: string, texts: string];
  /** Changes the places of the table: of each object its kind, and two numbers. */
  readonly places?: (places: Map<number, readonly [kind: number, second: number, third: number]>) => void;
}

interface Written {
  readonly number: number;
  readonly body: string;
}

const OBJECT = /(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g;
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export function rewritten(bytes: Uint8Array, terms: RewrittenTerms = {}): Buffer {
  const { perStream = 0, indirectLengths = false, lineEnd = '\n' } = terms;
  const found = [...latin1(bytes).matchAll(OBJECT)].map(([, number, body = '']) => ({ number: Number(number), body }));
  let next = Math.max(...found.map(({ number }) => number)) + 1;
  const plain: Written[] = [];
  const streams: Written[] = [];
  for (const { number, body } of found) {
    const at = body.indexOf('\nstream\n');
    if (at < 0) plain.push({ number, body });
    else if (!indirectLengths) streams.push({ number, body: body.replace('\nstream\n', `${lineEnd}stream${lineEnd}`) });
    else {
      const length = /\/Length (\d+)/.exec(body)?.[1] ?? '';
      streams.push({ number, body: body.replace(`/Length ${length}`, `/Length ${next} 0 R`) });
      streams.push({ number: next, body: length });
      next += 1;
    }
  }
  const places = new Map<number, readonly [number, number, number]>();
  const packed: Written[] = [];
  for (let from = 0; perStream > 0 && from < plain.length; from += perStream) {
    const some = plain.slice(from, from + perStream);
    for (const [index, { number }] of some.entries()) places.set(number, [2, next, index]);
    packed.push({ number: next, body: objectStream(some, terms) });
    next += 1;
  }
  const file = perStream > 0 ? [...packed, ...streams] : [...plain, ...streams];
  let text = `%PDF-1.7${lineEnd}%\xe2\xe3\xcf\xd3${lineEnd}`;
  for (const { number, body } of file) {
    places.set(number, [1, text.length, 0]);
    text += `${number} 0 obj${lineEnd}${body}${lineEnd}endobj${lineEnd}`;
  }
  terms.places?.(places);
  const table = perStream > 0 ? streamTable(next, text.length, places, terms) : classicTable(next, places, terms);
  return Buffer.from(`${text}${table}startxref${lineEnd}${text.length}${lineEnd}%%EOF${lineEnd}`, 'latin1');
}

function objectStream(some: readonly Written[], { objects, count = some.length }: RewrittenTerms): string {
  let texts = '';
  let pairs = '';
  for (const { number, body } of some) {
    pairs += `${number} ${texts.length} `;
    texts += `${body}\n`;
  }
  [pairs, texts] = objects?.(pairs, texts) ?? [pairs, texts];
  const data = latin1(deflateSync(Buffer.from(pairs + texts, 'latin1')));
  return `<</Type/ObjStm/N ${count}/First ${pairs.length}/Filter/FlateDecode/Length ${data.length}>>stream\n${data}\nendstream`;
}

function streamTable(
  number: number,
  offset: number,
  places: ReadonlyMap<number, readonly [number, number, number]>,
  { predicted = false, table = '', filter = '/FlateDecode', data: changed = (same) => same }: RewrittenTerms,
): string {
  const rows = Array.from({ length: number + 1 }, (_, at) => {
    const [kind, second, third] = at === number ? [1, offset, 0] : (places.get(at) ?? [0, 0, 0]);
    const row = Buffer.alloc(7);
    row.writeUInt8(kind);
    row.writeUInt32BE(second, 1);
    row.writeUInt16BE(third, 5);
    return row;
  });
  const above = (at: number): Buffer => rows[at - 1] ?? Buffer.alloc(7);
  const filtered = rows.map((row, at) => Buffer.from([2, ...row.map((byte, place) => byte - (above(at)[place] ?? 0))]));
  const data = latin1(deflateSync(changed(Buffer.concat(predicted ? filtered : rows))));
  const parms = predicted ? '/DecodeParms <</Predictor 12 /Columns 7>>' : '';
  return `${number} 0 obj\n<</Type/XRef/W[1 4 2]/Root 1 0 R/Size ${number + 1}${parms}/Filter${filter}/Length ${data.length}${table}>>\nstream\n${data}\nendstream\nendobj\n`;
}

/** In sections of those that follow each other. */
function classicTable(
  size: number,
  places: ReadonlyMap<number, readonly [number, number, number]>,
  { lineEnd = '\n', table = '' }: RewrittenTerms,
): string {
  let text = `xref${lineEnd}0 1${lineEnd}0000000000 65535 f${lineEnd === '\n' ? ' \n' : lineEnd}`;
  for (let from = 1; from < size; from += 1) {
    let to = from;
    while (places.has(to)) to += 1;
    if (to === from) continue;
    text += `${from} ${to - from}${lineEnd}`;
    for (; from < to; from += 1)
      text += `${String(places.get(from)?.[1] ?? 0).padStart(10, '0')} 00000 n${lineEnd === '\n' ? ' \n' : lineEnd}`;
  }
  return `${text}${lineEnd}trailer${lineEnd}<< /Root 1 0 R /Size ${size} ${table} >>${lineEnd}`;
}

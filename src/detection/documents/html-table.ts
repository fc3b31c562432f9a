/** Tables and description lists of HTML: what their heads and labels say of the cells. HTML, 4.9 and 4.4.9; end tags may be missing. */
import { unescaped } from '../escapes.ts';
import { NO_SECTIONS, type DocumentField, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, trimmed, type Stretch } from './field-list.ts';
import { addCell, columnsOf, type Columns } from './tables.ts';
import { withoutEnd } from '../../platform/text-end.ts';

const TAG = /<(\/?)(table|thead|tbody|tfoot|tr|th|td|dl|dt|dd|caption)(?:\s[^<>]{0,600})?>/gi;
/** A tag that says nothing but its name. */
const BARE_TAG = /<\/?[a-z][a-z0-9]{0,20}\s*\/?>/gi;
/** Markup within a cell. */
const INLINE = /<[^<>]{0,600}>/g;

interface Cell extends Stretch {
  readonly isHead: boolean;
}
type Row = readonly Cell[];

export const htmlTable: DocumentReader = {
  format: 'html',
  read(text) {
    if (!/<(?:td|dd)[\s>]/i.test(text)) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (const rows of tablesIn(text)) {
      const section = readTable(text, rows);
      if (section !== null) sections.push(section);
    }
    return sections;
  },
};

/** The rows of each table, and each description list as rows of a label and its words. */
function tablesIn(text: string): readonly (readonly Row[])[] {
  const tables: Cell[][][] = [];
  let rows: Cell[][] = [];
  let open: { readonly from: number; readonly isHead: boolean } | null = null;
  const close = (end: number): void => {
    if (open !== null) rows.at(-1)?.push({ ...trimmed(text, { start: open.from, end }), isHead: open.isHead });
    open = null;
  };
  for (const match of text.matchAll(TAG)) {
    const [whole, slash = '', written = ''] = match;
    const name = written.toLowerCase();
    close(match.index);
    if (name === 'table' || name === 'dl') {
      if (rows.length > 0) tables.push(rows);
      rows = [];
    }
    if (slash !== '') continue;
    if (name === 'tr' || name === 'dt') rows.push([]);
    if (/^(?:th|td|dt|dd)$/.test(name)) {
      if (rows.length === 0) rows.push([]);
      open = { from: match.index + whole.length, isHead: name === 'th' || name === 'dt' };
    }
  }
  close(text.length);
  return rows.length > 0 ? [...tables, rows] : tables;
}

function readTable(text: string, all: readonly Row[]): DocumentSection | null {
  const rows = all.filter((row) => row.length > 0);
  const [first] = rows;
  const from = first?.[0];
  const to = rows.at(-1)?.at(-1);
  if (first === undefined || from === undefined || to === undefined) return null;
  const list = new FieldList(text);
  const isLabelled = rows.every(
    (row) => row.length > 1 && row.length % 2 === 0 && row.every(({ isHead }, at) => isHead === (at % 2 === 0)),
  );
  const columns = isLabelled ? null : columnsOf(headsOf(text, first));
  if (columns !== null && rows.length > 1) readColumns(text, list, rows, columns);
  else if (!readLabels(text, list, rows)) return null;
  const end = Math.max(to.end, list.fields.at(-1)?.end ?? 0);
  return { start: from.start, end, format: 'html', fields: withGaps(text, list.fields, from.start, end) };
}

/** The fields, and what stands between them as words: attributes of tags, captions, and all that is in no cell. */
function withGaps(
  text: string,
  fields: readonly DocumentField[],
  start: number,
  end: number,
): readonly DocumentField[] {
  const all: DocumentField[] = [];
  let from = start;
  const gap = (to: number): void => {
    const words = text.slice(from, to).replace(BARE_TAG, '');
    if (/[\p{L}\p{N}]/u.test(words)) all.push({ start: from, end: to, holds: 'text' });
  };
  for (const field of fields) {
    gap(field.start);
    all.push(field);
    from = field.end;
  }
  gap(end);
  return all;
}

function readColumns(text: string, list: FieldList, rows: readonly Row[], columns: Columns): void {
  for (const [at, row] of rows.entries())
    row.forEach((cell, index) => {
      if (at === 0) addHead(text, list, cell);
      else
        for (const part of partsOf(text, cell))
          addCell(list, part, columns[index], row.length === columns.length, meantOf(text, part));
    });
}

/** Rows of labels, each with what it is the label of. False where the labels are none of values of a person. */
function readLabels(text: string, list: FieldList, rows: readonly Row[]): boolean {
  const cells = rows.flatMap((row) => (row.length % 2 === 0 ? row : []));
  const labels = cells.filter((_, at) => at % 2 === 0);
  const names = headsOf(text, labels);
  // A single label is read as if another one stood beside it.
  const columns = columnsOf(names.length === 1 ? [...names, 'MRN'] : names);
  if (columns === null) return false;
  for (const cell of rows.flat()) {
    const at = cells.indexOf(cell);
    if (at !== -1 && at % 2 === 0) addHead(text, list, cell);
    else if (at === -1) for (const part of partsOf(text, cell)) list.add(part, 'text');
    else for (const part of partsOf(text, cell)) addCell(list, part, columns[(at - 1) / 2], true, meantOf(text, part));
  }
  return true;
}

function addHead(text: string, list: FieldList, cell: Cell): void {
  for (const part of partsOf(text, cell)) list.add(part, 'keep');
}

function headsOf(text: string, row: Row): readonly string[] {
  return row.map(({ start, end }) => {
    const head = text
      .slice(start, end)
      .replace(INLINE, ' ')
      .replace(/&nbsp;/g, ' ');
    return withoutEnd(head, /[\s:*]/).trim();
  });
}

/** The words of a cell between its markup. */
function partsOf(text: string, cell: Stretch): readonly Stretch[] {
  const parts: Stretch[] = [];
  const inside = text.slice(cell.start, cell.end);
  let from = 0;
  const add = (to: number): void => {
    const part = trimmed(text, { start: cell.start + from, end: cell.start + to });
    if (part.start < part.end) parts.push(part);
  };
  for (const match of inside.matchAll(INLINE)) {
    add(match.index);
    from = match.index + match[0].length;
  }
  add(inside.length);
  return parts;
}

function meantOf(text: string, { start, end }: Stretch): string | undefined {
  return unescaped(text.slice(start, end))?.text;
}

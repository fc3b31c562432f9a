/** Tables whose columns are aligned with spaces, as terminals and reports print them. */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, type Stretch } from './field-list.ts';
import { addCell, columnsOf, type Columns } from './tables.ts';

const LONGEST_LINE = 500;
const RULE = /^[\s=+-]+$/;

export const alignedTable: DocumentReader = {
  format: 'table',
  read(text) {
    if (!text.includes('  ') || !text.includes('\n')) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (let at = 0; at < text.length;) {
      const lineEnd = endOfLine(text, at);
      const section = lineEnd - at > LONGEST_LINE ? null : tableAt(text, at, lineEnd);
      if (section !== null) sections.push(section);
      at = endOfLine(text, section?.end ?? at) + 1;
    }
    return sections;
  },
};

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function tableAt(text: string, start: number, lineEnd: number): DocumentSection | null {
  const heads = cellsIn(text, start, lineEnd);
  const columns = heads.length < 2 ? null : columnsOf(heads.map((head) => text.slice(head.start, head.end)));
  if (columns === null) return null;
  const list = new FieldList(text);
  for (const head of heads) list.add(head, 'keep');
  let end = lineEnd;
  let rows = 0;
  for (let at = lineEnd + 1; at < text.length; at = end + 1) {
    const rowEnd = endOfLine(text, at);
    const line = text.slice(at, rowEnd);
    if (line.trim() === '' || line.length > LONGEST_LINE) break;
    const cells = cellsIn(text, at, rowEnd);
    if (!RULE.test(line)) {
      if (cells.length < 2) break;
      addRow(list, cells, heads, columns, start, at);
      rows++;
    }
    end = rowEnd;
  }
  return rows === 0 ? null : { start, end, format: 'table', fields: list.fields };
}

/** What two spaces or a tab part from one another. */
function cellsIn(text: string, from: number, to: number): readonly Stretch[] {
  return Array.from(text.slice(from, to).matchAll(/[^\s](?:[^\s]| (?! ))*/g), ({ index, 0: cell }) => ({
    start: from + index,
    end: from + index + cell.trimEnd().length,
  }));
}

/** Cells by their order where none is missing, else by the head that they stand under. */
function addRow(
  list: FieldList,
  cells: readonly Stretch[],
  heads: readonly Stretch[],
  columns: Columns,
  headLine: number,
  line: number,
): void {
  const isWhole = cells.length === heads.length;
  cells.forEach((cell, index) => {
    const column = isWhole ? index : columnUnder(cell.start - line, cell.end - line, heads, headLine);
    addCell(list, cell, columns[column], true);
  });
}

/** The head that reaches over most of the cell, or begins last before it. */
function columnUnder(from: number, to: number, heads: readonly Stretch[], line: number): number {
  let best = 0;
  let most = 0;
  heads.forEach((head, index) => {
    const overlap = Math.min(to, head.end - line) - Math.max(from, head.start - line);
    if (overlap > most || (most === 0 && head.start - line <= from)) {
      best = index;
      most = Math.max(most, overlap, 0);
    }
  });
  return best;
}

/**
 * Tables with a character between the cells: CSV (RFC 4180), TSV, Markdown's pipes, and what database shells print. The
 * first row has the heads.
 */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, trimmed, type Stretch } from './field-list.ts';
import { addCell, columnsOf, type Columns } from './tables.ts';

const DELIMITERS = [',', '\t', ';', '|'] as const;
/** Longer lines are no row of heads. */
const LONGEST_HEADS = 2000;
/** `|---|:--:|`, `-----+-----`: the line below the heads, and borders. */
const RULE = /^[\s|+:=-]+$/;
/** Rows that are cut or have a delimiter too many are still read, as far as their cells can be told. */
const MOST_DIFFERENCE = 3;

/** A cell without its quotes, and what it says where quotes are doubled. */
interface Cell extends Stretch {
  readonly meant?: string;
}

interface Row {
  readonly cells: readonly Cell[];
  readonly end: number;
}

export const delimitedTable: DocumentReader = {
  format: 'table',
  read(text) {
    if (!text.includes('\n')) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (let at = 0; at < text.length;) {
      const section = tableAt(text, at);
      if (section !== null) sections.push(section);
      at = nextLine(text, section?.end ?? at);
    }
    return sections;
  },
};

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

/** The table whose heads are the line at `at`. */
function tableAt(text: string, at: number): DocumentSection | null {
  const lineEnd = text.indexOf('\n', at);
  if (lineEnd === -1 || lineEnd - at > LONGEST_HEADS) return null;
  const line = text.slice(at, lineEnd);
  const below = text.slice(lineEnd + 1, lineEnd + 1 + LONGEST_HEADS);
  for (const delimiter of DELIMITERS) {
    if (!line.includes(delimiter) || !below.includes(delimiter)) continue;
    const heads = rowAt(text, at, delimiter);
    const columns =
      heads.end > lineEnd ? null : columnsOf(heads.cells.map((cell) => text.slice(cell.start, cell.end).trim()));
    if (columns !== null) {
      const table = readRows(text, at, heads, columns, delimiter);
      if (table !== null) return table;
    }
  }
  return null;
}

function readRows(
  text: string,
  start: number,
  heads: Row,
  columns: Columns,
  delimiter: string,
): DocumentSection | null {
  const list = new FieldList(text);
  for (const head of heads.cells) list.add(head, 'keep');
  let end = heads.end;
  let rows = 0;
  for (let at = nextLine(text, end); at < text.length;) {
    const lineEnd = !text.includes('\n', at) ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, lineEnd);
    if (line.includes('-') && RULE.test(line)) {
      end = lineEnd;
      at = nextLine(text, lineEnd);
      continue;
    }
    if (line.trim() === '' || !line.includes(delimiter)) break;
    const row = rowAt(text, at, delimiter);
    const difference = Math.abs(row.cells.length - columns.length);
    if (difference > MOST_DIFFERENCE && row.end < text.length) break;
    row.cells.forEach((cell, index) => {
      addCell(list, cell, columns[index], row.cells.length === columns.length, cell.meant);
    });
    rows++;
    end = row.end;
    at = nextLine(text, end);
  }
  return rows === 0 ? null : { start, end, format: 'table', fields: list.fields };
}

/** One row: cells between delimiters, or in quotes, where a delimiter and a line break are part of the cell. */
function rowAt(text: string, from: number, delimiter: string): Row {
  const cells: Cell[] = [];
  let at = from;
  for (;;) {
    const cell =
      text.charAt(skipSpaces(text, at, delimiter)) === '"'
        ? quotedCell(text, skipSpaces(text, at, delimiter), delimiter)
        : null;
    const found = cell ?? bareCell(text, at, delimiter);
    cells.push(found.cell);
    at = found.next;
    if (text.charAt(at) !== delimiter) break;
    at += 1;
  }
  return { cells: withoutEdges(text, cells, delimiter), end: at };
}

/** The empty cells before the first pipe and behind the last one. */
function withoutEdges(text: string, cells: readonly Cell[], delimiter: string): readonly Cell[] {
  if (delimiter !== '|') return cells;
  const isEmpty = (cell: Cell | undefined): boolean =>
    cell !== undefined && text.slice(cell.start, cell.end).trim() === '';
  const from = isEmpty(cells[0]) ? 1 : 0;
  return cells.slice(from, cells.length > from + 1 && isEmpty(cells.at(-1)) ? -1 : undefined);
}

function skipSpaces(text: string, from: number, delimiter: string): number {
  let at = from;
  while (text.charAt(at) === ' ' || (text.charAt(at) === '\t' && delimiter !== '\t')) at++;
  return at;
}

interface FoundCell {
  readonly cell: Cell;
  /** Where the delimiter, the line break or the end is. */
  readonly next: number;
}

function bareCell(text: string, from: number, delimiter: string): FoundCell {
  let end = from;
  for (; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === '\n' || (character === delimiter && text.charAt(end - 1) !== '\\')) break;
  }
  return { cell: trimmed(text, { start: from, end }), next: end };
}

/** Quoted cells are not longer: a quote that nothing closes is no quote. */
const LONGEST_QUOTED = 1000;

function quotedCell(text: string, quote: number, delimiter: string): FoundCell | null {
  const last = Math.min(text.length, quote + LONGEST_QUOTED);
  let doubled = false;
  for (let at = quote + 1; at < last; at++) {
    if (text.charAt(at) !== '"') continue;
    if (text.charAt(at + 1) === '"') {
      doubled = true;
      at++;
      continue;
    }
    const next = skipSpaces(text, at + 1, delimiter);
    const character = text.charAt(next);
    if (character !== delimiter && character !== '\n' && character !== '\r' && next < text.length) return null;
    const cell = { start: quote + 1, end: at };
    return {
      cell: doubled ? { ...cell, meant: text.slice(cell.start, cell.end).replaceAll('""', '"') } : cell,
      next: character === '\r' ? next + 1 : next,
    };
  }
  return null;
}

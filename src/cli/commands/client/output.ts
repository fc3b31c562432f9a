/** What commands print: tables and fields for people, JSON for programs. */
import type { Item } from './api-client.ts';

/** Spaces between columns. */
const GAP = 2;

/** Rows under headings, each column as wide as its widest cell. Control characters are left out: a name may hold any. */
export function table(items: readonly Item[], columns: readonly string[]): string {
  const rows = [
    columns.map((name) => name.toUpperCase()),
    ...items.map((item) => columns.map((name) => cell(item[name]))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => lengthOf(row[at]))));
  return rows
    .map((row) =>
      row
        .map((text, at) => pad(text, widths[at] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .join('\n');
}

/** One field in a line; an object in lines of its own. */
export function fields(item: Item, indent = ''): string {
  return Object.entries(item)
    .map(([name, value]) =>
      isItem(value)
        ? `${indent}${cell(name)}:\n${fields(value, `${indent}  `)}`
        : `${indent}${cell(name)}: ${cell(value)}`,
    )
    .join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/\p{Cc}+/gu, ' ');
}

const lengthOf = (text = ''): number => Array.from(text).length;

const pad = (text: string, width: number): string => text + ' '.repeat(width - lengthOf(text));

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts that sections are put together from. */
import type { Content, TableNode, TextNode } from './content.ts';
import { BOX, COLOURS, MEASURE, PLAIN, RULED } from './theme.ts';

function title(text: string): TextNode {
  return { text, style: 'section', outline: true, tocItem: true };
}

/** A section: its title (a bookmark and a line of the contents) on a new page, with a sentence on what it shows. */
export function section(name: string, lead: string, body: readonly Content[]): Content[] {
  return [{ ...title(name), pageBreak: 'before' }, { text: lead, style: 'lead' }, ...body];
}

/** A short section that goes on where the one before it ended; it is never cut by the end of a page. */
export function shortSection(name: string, lead: string, body: readonly Content[]): Content {
  return { stack: [title(name), { text: lead, style: 'lead' }, ...body], unbreakable: true, margin: [0, 26, 0, 0] };
}

/** Parts side by side. */
export function sideBySide(...parts: readonly (readonly Content[])[]): Content {
  return { columns: parts.map((stack): Content => ({ stack, width: '*' })), columnGap: 28 };
}

export const heading = (text: string): TextNode => ({ text, style: 'heading' });
export const note = (text: string): TextNode => ({ text, style: 'note', margin: [0, 6, 0, 0] });
export const cell = (text: string, more: Partial<TextNode> = {}): TextNode => ({ text, style: 'cell', ...more });
/** A hash, an id or a token: never broken over lines. */
export const code = (text: string, more: Partial<TextNode> = {}): TextNode => ({
  text,
  style: 'mono',
  noWrap: true,
  ...more,
});
export const count = (value: number, more: Partial<TextNode> = {}): TextNode =>
  cell(String(value), { alignment: 'right', ...more });

/** Words as a person reads them: `not_on_record` is "not on record". */
export const words = (text: string): string => text.replaceAll('_', ' ');

/** The same at the beginning of a cell. */
export const named = (text: string): string => text.slice(0, 1).toUpperCase() + words(text).slice(1);

type Widths = TableNode['table']['widths'];

/** A table with a head that is repeated on each page, whose rows stay whole. */
export function ruledTable(
  widths: Widths,
  head: readonly string[],
  rows: readonly (readonly Content[])[],
  rightFrom = Infinity,
): TableNode {
  const headCells = head.map((text, at): TextNode => ({
    text,
    style: 'head',
    ...(at >= rightFrom ? { alignment: 'right' } : {}),
  }));
  return {
    table: { widths, headerRows: 1, keepWithHeaderRows: 1, dontBreakRows: true, body: [headCells, ...rows] },
    layout: RULED,
  };
}

/** Label and value, one pair a line. */
export function pairs(rows: readonly (readonly [string, Content])[], labelWidth = 150): TableNode {
  return {
    table: {
      widths: [labelWidth, '*'],
      dontBreakRows: true,
      body: rows.map(([label, value]) => [{ text: label, style: 'label', margin: [0, 1, 0, 0] }, value]),
    },
    layout: RULED,
  };
}

/** A row of figures with their labels below. */
export function tiles(figures: readonly (readonly [string, number])[]): TableNode {
  return {
    table: {
      widths: figures.map(() => '*' as const),
      body: [
        figures.map(([label, value]): Content => ({
          stack: [
            { text: String(value), style: 'figure' },
            { text: label, style: 'label' },
          ],
          fillColor: COLOURS.wash,
        })),
      ],
    },
    layout: {
      ...BOX,
      vLineWidth: (at: number) => (at === 0 || at === figures.length ? 0 : 4),
      vLineColor: () => '#FFFFFF',
    },
    margin: [0, 0, 0, 10],
  };
}

/** A statement in a box. */
export function statement(text: string, colour: string = COLOURS.accent): TableNode {
  return {
    table: {
      widths: [3, '*'],
      body: [
        [
          { text: '', fillColor: colour },
          { text, fillColor: COLOURS.wash, style: 'value', lineHeight: 1.25 },
        ],
      ],
    },
    layout: {
      ...BOX,
      paddingLeft: (at: number) => (at === 0 ? 0 : 12),
      paddingRight: (at: number) => (at === 0 ? 0 : 12),
    },
    margin: [0, 4, 0, 8],
  };
}

const LABEL = 150;
const NUMBER = 52;
const BAR = MEASURE - LABEL - NUMBER - 42;

/** Horizontal bars: name, number and bar on one line each, the largest first. */
export function bars(
  counts: Readonly<Record<string, number | undefined>>,
  none: string,
  colour: string = COLOURS.accent,
): Content {
  const rows = Object.entries(counts)
    .flatMap(([name, value]): [string, number][] => (value === undefined ? [] : [[name, value]]))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (rows.length === 0) return { text: none, style: 'note' };
  const most = Math.max(...rows.map(([, value]) => value), 1);
  return {
    table: {
      widths: [LABEL, NUMBER, BAR],
      dontBreakRows: true,
      body: rows.map(([name, value]): Content[] => [
        cell(name, { noWrap: true }),
        count(value, { bold: true, color: COLOURS.ink }),
        {
          canvas: [{ type: 'rect', x: 0, y: 1.5, w: Math.max(1.5, (BAR * value) / most), h: 8, color: colour }],
        },
      ]),
    },
    layout: PLAIN,
  };
}

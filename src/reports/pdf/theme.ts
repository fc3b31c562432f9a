/** The look of reports: one family of type, ink and a few signal colours. */
import type { TableNode } from './content.ts';

export const COLOURS = {
  ink: '#16213A',
  text: '#2B3447',
  quiet: '#667085',
  line: '#D5DAE3',
  wash: '#F4F6F9',
  accent: '#0B6E75',
  accentWash: '#E3F1F1',
  good: '#1E7B4F',
  warn: '#A45A06',
  bad: '#A62B2B',
} as const;

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89, left: 54, right: 54, top: 78, bottom: 62 } as const;
/** Width of the text, in points. */
export const MEASURE = PAGE.width - PAGE.left - PAGE.right;

export const SANS = 'Source Sans';
export const MONO = 'Source Code';

export const STYLES = {
  section: { fontSize: 17, bold: true, color: COLOURS.ink, margin: [0, 0, 0, 4] },
  lead: { fontSize: 10, color: COLOURS.quiet, margin: [0, 0, 0, 14], lineHeight: 1.25 },
  heading: { fontSize: 11, bold: true, color: COLOURS.ink, margin: [0, 14, 0, 5] },
  label: { fontSize: 8.5, color: COLOURS.quiet },
  value: { fontSize: 9.5, color: COLOURS.ink },
  figure: { fontSize: 22, bold: true, color: COLOURS.ink },
  head: { fontSize: 8, bold: true, color: COLOURS.quiet },
  cell: { fontSize: 9, color: COLOURS.text },
  mono: { font: MONO, fontSize: 7.6, color: COLOURS.text, margin: [0, 1.2, 0, 0] },
  policy: { font: MONO, fontSize: 7, color: COLOURS.text },
  signature: { font: MONO, fontSize: 6.2, color: COLOURS.text, margin: [0, 1, 0, 0] },
  note: { fontSize: 8.5, color: COLOURS.quiet, lineHeight: 1.25 },
} as const;

/** A table with a thin line under each row and none between columns. */
export const RULED: NonNullable<TableNode['layout']> = {
  hLineWidth: (at: number, { table }: TableNode) =>
    at === 0 ? 0 : at === (table.headerRows ?? 0) ? 0.9 : at === table.body.length ? 0.5 : 0.4,
  vLineWidth: () => 0,
  hLineColor: (at: number, { table }: TableNode) => (at === (table.headerRows ?? 0) ? COLOURS.ink : COLOURS.line),
  paddingLeft: (at: number) => (at === 0 ? 0 : 8),
  paddingRight: () => 0,
  paddingTop: () => 3.6,
  paddingBottom: () => 3.6,
};

/** No lines, for bars and pairs of label and value. */
export const PLAIN: NonNullable<TableNode['layout']> = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: (at: number) => (at === 0 ? 0 : 7),
  paddingRight: () => 7,
  paddingTop: () => 2,
  paddingBottom: () => 2,
};

/** A box with a wash and no lines. */
export const BOX: NonNullable<TableNode['layout']> = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: () => 12,
  paddingRight: () => 12,
  paddingTop: () => 10,
  paddingBottom: () => 10,
};

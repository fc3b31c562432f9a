/** The content of a page, in pdfmake's terms: the few kinds of node that reports consist of. */

/** left, top, right, bottom, in points. */
export type Margin = readonly [number, number, number, number];

interface Styled {
  readonly style?: string | readonly string[];
  readonly margin?: Margin;
  readonly color?: string;
  readonly fillColor?: string | null;
  readonly bold?: boolean;
  readonly font?: string;
  readonly fontSize?: number;
  readonly lineHeight?: number;
  readonly alignment?: 'left' | 'right' | 'center';
  readonly noWrap?: boolean;
  readonly colSpan?: number;
  readonly border?: readonly [boolean, boolean, boolean, boolean];
  readonly preserveLeadingSpaces?: boolean;
  readonly characterSpacing?: number;
  readonly width?: number | 'auto' | '*';
  readonly pageBreak?: 'before' | 'after';
  readonly unbreakable?: boolean;
  readonly absolutePosition?: { readonly x: number; readonly y: number };
  readonly outline?: boolean;
  readonly outlineExpanded?: boolean;
  readonly tocItem?: boolean;
}

export interface TextNode extends Styled {
  readonly text: string | readonly (string | TextNode)[];
}

export interface Rectangle {
  readonly type: 'rect';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly r?: number;
  readonly color: string;
}

export interface CanvasNode extends Styled {
  readonly canvas: readonly Rectangle[];
}

export interface StackNode extends Styled {
  readonly stack: readonly Content[];
}

export interface ColumnsNode extends Styled {
  readonly columns: readonly Content[];
  readonly columnGap?: number;
}

export interface TableNode extends Styled {
  readonly table: {
    readonly widths: readonly (number | 'auto' | '*')[];
    readonly body: readonly (readonly Content[])[];
    readonly headerRows?: number;
    readonly dontBreakRows?: boolean;
    readonly keepWithHeaderRows?: number;
  };
  readonly layout?: object;
}

export interface TocNode extends Styled {
  readonly toc: {
    readonly textMargin?: Margin;
    readonly numberStyle?: object;
    readonly textStyle?: object;
  };
}

export type Content = TextNode | CanvasNode | StackNode | ColumnsNode | TableNode | TocNode;

/** The text of a page of a PDF, as a reader copies it. It says nothing of what lies over the text. */
import { isPdfArray, notPdf, type PdfScanner, type PdfValue } from './pdf-values.ts';

/** The characters of each glyph, by its number. */
export type PdfFont = ReadonlyMap<number, string>;

interface Run {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Points within which two runs are on one line. */
const SAME_LINE = 2.5;
/** Operators that neither draw text nor show anything that is not drawn here: paths, colours, states, marks. */
const OTHERS = new Set(
  'w J j M d i gs ri m l c v y h re S s f F f* B B* b b* n W W* CS cs SC SCN sc scn G g RG rg K k Tc Tw BMC BDC EMC'.split(
    ' ',
  ),
);

/** [a b c d e f]: x' = a x + c y + e, y' = b x + d y + f. */
type Matrix = readonly [number, number, number, number, number, number];
const UNCHANGED: Matrix = [1, 0, 0, 1, 0, 0];

function multiplied([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

/** Reads the text of one page. */
export class PageText {
  readonly #contents: PdfScanner;
  readonly #fontOf: (name: string) => PdfFont;
  readonly #runs: Run[] = [];
  readonly #saved: Matrix[] = [];
  #space: Matrix = UNCHANGED;
  #place: Matrix = UNCHANGED;
  #font: PdfFont = new Map();

  constructor(contents: PdfScanner, fontOf: (name: string) => PdfFont) {
    this.#contents = contents;
    this.#fontOf = fontOf;
  }

  /** The lines from the top. Throws `Unreadable` for an operator that Masker does not use. */
  lines(): readonly string[] {
    let operands: PdfValue[] = [];
    for (let value = this.#contents.next(); value !== null; value = this.#contents.next()) {
      if (typeof value !== 'string' || /^[/(<]/.test(value)) operands.push(value);
      else {
        this.#operate(value, operands);
        operands = [];
      }
    }
    const lines: Run[][] = [];
    for (const run of this.#runs.sort((a, b) => b.y - a.y)) {
      const line = lines.at(-1);
      if (line?.[0] !== undefined && line[0].y - run.y <= SAME_LINE) line.push(run);
      else lines.push([run]);
    }
    return lines.map((line) =>
      line
        .sort((a, b) => a.x - b.x)
        .map(({ text }) => text)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  }

  #operate(operator: string, operands: readonly PdfValue[]): void {
    switch (operator) {
      case 'q':
        this.#saved.push(this.#space);
        return;
      case 'Q':
        this.#space = this.#saved.pop() ?? notPdf('a page restores what it did not save');
        return;
      case 'cm':
        this.#space = multiplied(matrix(operands), this.#space);
        return;
      case 'BT':
      case 'ET':
        this.#place = UNCHANGED;
        return;
      case 'Tm':
        this.#place = matrix(operands);
        return;
      case 'Tf':
        this.#font = this.#fontOf(textOf(operands[0]).slice(1));
        return;
      case 'TJ':
        this.#show(operands[0]);
        return;
      default:
        if (!OTHERS.has(operator)) notPdf('a page is drawn in another way');
    }
  }

  #show(items: PdfValue | undefined): void {
    let text = '';
    for (const item of isPdfArray(items) ? items : notPdf('a text is malformed')) {
      if (typeof item === 'number') continue;
      if (typeof item !== 'string' || !item.startsWith('<')) notPdf('a text is malformed');
      for (let at = 1; at + 4 < item.length; at += 4) {
        const glyph = Number.parseInt(item.slice(at, at + 4), 16);
        text += this.#font.get(glyph) ?? notPdf('a glyph has no character');
      }
    }
    const [, , , , x, y] = multiplied(this.#place, this.#space);
    if (text.trim() !== '') this.#runs.push({ text, x, y });
  }
}

function textOf(value: PdfValue | undefined): string {
  return typeof value === 'string' ? value : notPdf('a text is missing');
}

function matrix(operands: readonly PdfValue[]): Matrix {
  const [a, b, c, d, e, f] = operands.map((operand) => (typeof operand === 'number' ? operand : NaN));
  if (f === undefined || operands.length !== 6) return notPdf('a matrix is malformed');
  return [a ?? NaN, b ?? NaN, c ?? NaN, d ?? NaN, e ?? NaN, f];
}

/** Reads a ToUnicode map (ISO 32000-1, section 9.10.3): ranges, each with a list of its characters. */
export function readUnicodeMap(scanner: PdfScanner): PdfFont {
  const font = new Map<number, string>();
  let operands: PdfValue[] = [];
  for (let value = scanner.next(); value !== null; value = scanner.next()) {
    if (value === 'endbfchar') notPdf('a font is described in another way');
    if (value === 'beginbfrange') operands = [];
    else if (value === 'endbfrange') {
      for (let at = 0; at < operands.length; at += 3) {
        const [first, , characters] = operands.slice(at, at + 3);
        const start = Number.parseInt(textOf(first).slice(1), 16);
        for (const [index, each] of (isPdfArray(characters) ? characters : notPdf('a font is malformed')).entries())
          font.set(start + index, charactersOf(each));
      }
    } else operands.push(value);
  }
  return font;
}

/** The characters of UTF-16 code units in hexadecimal digits. */
function charactersOf(hex: PdfValue): string {
  const digits = typeof hex === 'string' ? hex.replace(/[^0-9A-Fa-f]/g, '') : notPdf('a font is malformed');
  return digits.replace(/.{4}/g, (unit) => String.fromCharCode(Number.parseInt(unit, 16)));
}

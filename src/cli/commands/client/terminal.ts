/** What a terminal can show: colours and width. Nothing of it where the output goes to a file or a program. */
import type { WriteStream } from 'node:tty';

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export interface Terminal {
  /** Columns of a line; null where the output is no terminal. */
  readonly width: number | null;
  paint(colour: Colour, text: string): string;
}

/** The terminal behind a stream. Colours are left out where NO_COLOR is set (no-color.org) or TERM is `dumb`. */
export function terminalOf(
  stream: Pick<WriteStream, 'isTTY' | 'columns'>,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stream.isTTY;
  const hasColours = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    width: isTerminal ? stream.columns : null,
    paint: (colour, text) => {
      const [on, off] = CODES[colour];
      return hasColours ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    },
  };
}

/** Breaks a text between words into lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Escape sequences of HL7 v2. HL7 v2.5.1, 2.7: `\T\` is `&`, `\X41\` is the byte 41, `\.br\` breaks a line. */
import type { DocumentEscape } from './document.ts';

/** The separators of a message, as its MSH names them. */
export interface Separators {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** Those of nearly all messages. */
export const USUAL: Separators = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

// Hexadecimal data is as long as it likes; more is no text of a person.
const SEQUENCE = /\\(?:[EFHNRST]|\.[a-z]{2}[+-]?[0-9]{0,3}|X(?:[0-9A-Fa-f]{2}){1,64}|[CMZ][0-9A-Za-z]{0,16})\\/g;

/** The escape sequences between two offsets, with the characters that they stand for. Linear. */
export function escapesIn(text: string, from: number, to: number, separators: Separators): readonly DocumentEscape[] {
  const { escape } = separators;
  if (escape === '' || !text.slice(from, to).includes(escape)) return [];
  const segment = escape === '\\' ? text.slice(from, to) : text.slice(from, to).replaceAll(escape, '\\');
  return Array.from(segment.matchAll(SEQUENCE), ({ index, 0: sequence }) => {
    const next = index + sequence.length;
    const joins =
      /[EFRST]/.test(sequence.charAt(1)) && isDigit(segment.charAt(index - 1)) && isDigit(segment.charAt(next));
    // Senders part the groups of a number with characters that must be escaped: `519\T\44\T\2280`.
    return { start: from + index, end: from + next, meant: joins ? '-' : meaningOf(sequence.slice(1, -1), separators) };
  });
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function meaningOf(sequence: string, separators: Separators): string {
  switch (sequence.charAt(0)) {
    case 'F':
      return separators.field;
    case 'S':
      return separators.component;
    case 'T':
      return separators.subcomponent;
    case 'R':
      return separators.repetition;
    case 'E':
      return separators.escape;
    case 'X':
      return bytesOf(sequence.slice(1));
    case '.':
      return sequence.startsWith('.br') ? '\n' : ' ';
    default:
      // Highlighting and character sets say nothing of the value.
      return '';
  }
}

function bytesOf(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  try {
    return decodeURIComponent(pairs.map((pair) => `%${pair}`).join(''));
  } catch {
    return String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16)));
  }
}

/** A value as it was said: its words, and the digits and letters that they mean. Pure. */
import { findChunks } from '../../../detection/chunks.ts';
import { foldText } from '../../../detection/folding.ts';
import { findCodes, type Code } from '../../../detection/spoken/codes.ts';
import { scanWords, type Word } from '../../../detection/words.ts';

/** The written forms of a value. */
export interface WrittenForms {
  /** Whether the value was spoken: then a place that demands no form gets the first one, else the value as it is. */
  readonly spoken: boolean;
  /** The form that the hints ask for; null where they ask for none. */
  readonly asked: string | null;
  /** The usual form first. Empty where no form is unambiguous. */
  readonly forms: readonly string[];
}

export const NONE: WrittenForms = { spoken: false, asked: null, forms: [] };

/** The words of a value, and the codes among them. */
export interface Said {
  readonly words: readonly Word[];
  readonly codes: readonly Code[];
  /** The characters of all codes. */
  readonly chars: string;
  /** Whether the codes are all that is said. */
  readonly whole: boolean;
}

/** Reads a value. */
export function readSaid(value: string): Said {
  const words = scanWords(foldText(value).text);
  const codes = findCodes(words, findChunks(words), () => false);
  const whole = words.every((_, at) => codes.some(({ first, last }) => first <= at && at <= last));
  return { words, codes, chars: codes.map(({ chars }) => chars).join(''), whole };
}

/** Whether a code was read aloud: in words, or one character at a time. */
export function isSpoken({ words, codes }: Said): boolean {
  if (codes.some(({ spoken }) => spoken > 0)) return true;
  const digits = words.filter(({ type }) => type === 'digits');
  return digits.length >= 3 && digits.every(({ text }) => text.length === 1);
}

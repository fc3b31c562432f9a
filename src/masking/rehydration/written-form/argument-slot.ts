/** What the JSON schema of a tool says of one argument: which written forms of a value fit into it. */
import type { LinearRegex } from '../../../detection/linear-regex.ts';

/** One argument, or one item of a list of them. */
export interface ArgumentSlot {
  /** Whether the schema takes a number and no text: then a whole token returns as a JSON number. */
  readonly isNumber: boolean;
  readonly format: string | null;
  /** Null where the schema has none, or one that RE2's syntax has no place for. */
  readonly pattern: LinearRegex | null;
  readonly enum: readonly string[] | null;
  /** UTF-16 units. */
  readonly maxLength: number | null;
  readonly minLength: number | null;
  /** Name, title, description and examples of the argument: people say there which form they want. */
  readonly hints: string;
}

/** Whether the schema demands a form at all. */
export function constrains(slot: ArgumentSlot): boolean {
  return slot.format !== null || slot.pattern !== null || slot.maxLength !== null || slot.minLength !== null;
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/i,
  time: /^\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$/i,
  email: /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/,
  'idn-email': /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/,
  phone: /^\+?\d{7,15}$/,
};

/** Whether a text meets format, pattern and lengths of the slot. A format that is not known here is met by any text. */
export function fits(text: string, { format, pattern, maxLength, minLength }: ArgumentSlot): boolean {
  if (maxLength !== null && text.length > maxLength) return false;
  if (minLength !== null && text.length < minLength) return false;
  const form = format !== null && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (form !== undefined && !form.test(text)) return false;
  return pattern === null || pattern.find(text).length > 0;
}

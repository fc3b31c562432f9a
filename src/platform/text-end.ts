/**
 * The ends of texts. A search for `/x+$/` takes quadratic time where a text has a long run of x before its end: the engine
 * tries each place of the run as the beginning.
 */

/** Returns the longest end of the text of which each UTF-16 unit matches. `unit` matches one unit and is not global. */
export function endOf(text: string, unit: RegExp): string {
  return text.slice(lengthWithoutEnd(text, unit));
}

/** Returns the text without that end. */
export function withoutEnd(text: string, unit: RegExp): string {
  return text.slice(0, lengthWithoutEnd(text, unit));
}

function lengthWithoutEnd(text: string, unit: RegExp): number {
  let length = text.length;
  while (length > 0 && unit.test(text.charAt(length - 1))) length -= 1;
  return length;
}

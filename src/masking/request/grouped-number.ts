import { afterLongStep, inOneStep } from '../../platform/steps.ts';

/**
 * A number that somebody has, as people write it: nine to eleven digits in one piece or in groups, or a day. Neither letters nor
 * digits stand right before or behind it. Ids, keys and encoded bytes hold one by chance in one case of many millions.
 */
export const GROUPED_NUMBER =
  /(?<![A-Za-z0-9])(?:\+?1[-.]?)?(?:\d{3}[-.]?\d{2,3}[-.]?\d{4}|\d{4}-\d{2}-\d{2})(?![A-Za-z0-9])/;

/** What the whole of a string may look like. A string may have megabytes, so reading it may be interrupted. */
export interface TextForm {
  readonly matching: (text: string) => Generator<undefined, boolean>;
}

/** The form of strings of at most `longest` UTF-16 units: a pattern may run out of stack in a string of megabytes. */
export function shortForm(pattern: RegExp, longest: number): TextForm {
  return { matching: (text) => inOneStep(() => text.length <= longest && pattern.test(text)) };
}

/** A form that a pattern finds in strings of any length: one without counted repetitions of what is repeated. */
export function longForm(pattern: RegExp): TextForm {
  return { matching: (text) => inOneStep(() => pattern.test(text)) };
}

/**
 * The same form without the strings that contain a number as people write it. Both are looked for one after the other: a
 * pattern that looks ahead for the number takes 40 ms for a string of megabytes.
 */
export function withoutNumber(form: TextForm): TextForm {
  return {
    *matching(text) {
      if (!(yield* form.matching(text))) return false;
      yield* afterLongStep();
      return !(yield* holdingNumber(text));
    },
  };
}

/** UTF-16 units that are searched at once. */
const WINDOW = 256 * 1024;
/** The longest such number, and what is read behind it. */
const LONGEST = 16;

/** Returns true for a text with a number as people write it. Yields wherever it may be interrupted. */
export function* holdingNumber(text: string): Generator<undefined, boolean> {
  for (let start = 0; start < text.length; start += WINDOW) {
    if (beginsWithin(text, start, start + WINDOW)) return true;
    yield* afterLongStep();
  }
  return false;
}

/** Whether such a number begins at `start` or behind it, and before `end`. */
function beginsWithin(text: string, start: number, end: number): boolean {
  // The form depends on the character before the number.
  const from = Math.max(0, start - 1);
  const search = new RegExp(GROUPED_NUMBER, 'g');
  search.lastIndex = start - from;
  const found = search.exec(text.slice(from, end + LONGEST));
  return found !== null && from + found.index < end;
}

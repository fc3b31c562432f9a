/** How the characters of a code are written or said, so that others can be written or said in the same way. */
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import { DIGIT_WORDS, REPEAT_WORDS, TEEN_WORDS, TENS_WORDS } from '../detection/spoken/numbers.ts';

/** The characters of a code, and the way to render as many others. */
export interface CodeForm {
  /** Digits and letters, in upper case. */
  readonly chars: string;
  /** Returns `chars` in the form of the original: its separators, its case, its words. */
  readonly render: (chars: string) => string;
}

/** Words that are no part of a code and stay. */
const KEPT: ReadonlySet<string> = new Set(
  'ext x extension mrn rx ref no number id ending ends in last four digits and dash hyphen space dot slash capital'.split(
    ' ',
  ),
);
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Returns the form of a value, spoken if a word of it is a number. */
export function codeForm(value: string): CodeForm {
  const words = scanWords(value);
  const isSpoken = words.some(({ lower }) => isNumber(lower));
  return isSpoken ? spokenForm(value, words) : writtenForm(value, words);
}

const isNumber = (word: string): boolean =>
  word.length > 1 && (DIGIT_WORDS.has(word) || TEEN_WORDS.has(word) || TENS_WORDS.has(word));

function writtenForm(value: string, words: readonly Word[]): CodeForm {
  const places: number[] = [];
  for (const [at, word] of words.entries()) {
    const isWhole = !(word.glued && words[at - 1]?.type === 'digits') && words[at + 1]?.glued !== true;
    if (KEPT.has(word.lower) && (isWhole || isLabel(word, words[at + 1]))) continue;
    for (let place = word.start; place < word.end; place += 1)
      if (/[a-z0-9]/i.test(value.charAt(place))) places.push(place);
  }
  return {
    chars: places.map((place) => value.charAt(place).toUpperCase()).join(''),
    render: (chars) => {
      const out = value.split('');
      for (const [nth, place] of places.entries()) {
        const isLower = /[a-z]/.test(value.charAt(place));
        const drawn = chars.charAt(nth);
        out[place] = isLower ? drawn.toLowerCase() : drawn;
      }
      return out.join('');
    },
  };
}

/** Returns true for "x22", "MRN-123": a label and then digits or a mark. */
const isLabel = (word: Word, next: Word | undefined): boolean =>
  word.type === 'letters' && next?.glued === true && (next.type === 'digits' || '-:#.'.includes(next.text));

/** A stretch of the value, and the characters that it says. */
interface Slot {
  readonly start: number;
  readonly end: number;
  readonly chars: string;
}

function spokenForm(value: string, words: readonly Word[]): CodeForm {
  const slots: Slot[] = [];
  for (let at = 0; at < words.length;) {
    const { chars, next } = slotAt(words, at);
    const [first, last] = [words[at], words[next - 1]];
    if (chars !== '' && first !== undefined && last !== undefined)
      slots.push({ start: first.start, end: last.end, chars });
    at = next;
  }
  const zero = /\b(?:oh|o)\b/i.test(value) ? 'oh' : 'zero';
  const isUpper = value === value.toUpperCase();
  const say = (chars: string, was: string): string => {
    if (/^\d+$/.test(was)) return chars;
    const said = Array.from(chars)
      .map((c) => (c === '0' ? zero : (DIGITS[Number(c)] ?? c.toLowerCase())))
      .join(' ');
    return isUpper ? said.toUpperCase() : said;
  };
  return {
    chars: slots.map(({ chars }) => chars).join(''),
    render: (chars) => {
      let [out, from, used] = ['', 0, 0];
      for (const slot of slots) {
        const drawn = chars.slice(used, used + slot.chars.length);
        out += value.slice(from, slot.start) + say(drawn, value.slice(slot.start, slot.end));
        [from, used] = [slot.end, used + slot.chars.length];
      }
      return out + value.slice(from);
    },
  };
}

function slotAt(words: readonly Word[], at: number): { readonly chars: string; readonly next: number } {
  const word = words[at];
  if (word === undefined) return { chars: '', next: at + 1 };
  const after = words[at + 1];
  const repeats = REPEAT_WORDS.get(word.lower);
  if (repeats !== undefined && after !== undefined) {
    const one = DIGIT_WORDS.has(after.lower) ? String(DIGIT_WORDS.get(after.lower)) : after.text.toUpperCase();
    if (one.length === 1) return { chars: one.repeat(repeats), next: at + 2 };
  }
  const tens = TENS_WORDS.get(word.lower);
  if (tens !== undefined) {
    const unit = after === undefined ? undefined : DIGIT_WORDS.get(after.lower);
    return unit === undefined || unit === 0
      ? { chars: String(tens), next: at + 1 }
      : { chars: String(tens + unit), next: at + 2 };
  }
  const single = DIGIT_WORDS.get(word.lower) ?? TEEN_WORDS.get(word.lower);
  if (single !== undefined) return { chars: String(single), next: at + 1 };
  const isCode = word.type === 'digits' || (word.type === 'letters' && word.text.length === 1);
  return { chars: isCode ? word.text.toUpperCase() : '', next: at + 1 };
}

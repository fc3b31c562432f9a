/**
 * What may stand between two parts of one code: "919-555", "nine, uh, one", "9 | 1 | 9", "[4][1][5]", "nine. one. nine."
 */

import type { Chunk } from '../chunks.ts';
import type { Word } from '../words.ts';
import { readLetter } from './alphabet.ts';
import { readBridge } from './bridges.ts';
import { DIGIT, FILLER, HOMOPHONE, NUMBER, REPEAT, SEPARATOR } from './code-words.ts';
import { repeatedAt } from './numbers.ts';
import type { PartReader, Run } from './parts.ts';

/** Where the next part begins. */
export interface Joint {
  readonly next: number;
  /** What was said is put right by what follows. */
  readonly corrects: boolean;
}

/** Marks that are written between the groups of a number, without white space or with it on both sides. */
const HYPHENS: ReadonlySet<string> = new Set(['-', '_', '\u00b7', '\u2022', '\u2027', '\u2219', '\u22c5']);
/** Marks for a pause between two numbers in words. */
const PAUSES: ReadonlySet<string> = new Set([';', '/', '|', '>', '~', '*']);
// Words and marks between two parts.
const MAX_BETWEEN = 12;

/** Marks that join no digits that are said one by one: they calculate, or say what a number is. */
const NEVER_BETWEEN = /[+%$€£¥@]/;
/** Marks between two digits that are said one by one: "]  - [" at most. */
const MAX_MARKS = 8;
/** What is said for a mark or a pause. */
const SAID_MARKS: ReadonlySet<string> = new Set(
  'comma dot period pause slash dash hyphen space and then next bar stop'.split(' '),
);
/** Digits and letters that make a row, with commas and with any other mark. */
const ROW = 4;
const COMMA_ROW = 3;
/** Digits of one group: "nine one nine. five five five. oh one four seven." */
const MAX_GROUP = 5;
/** How telephone numbers, social security numbers and cards are written in groups. */
const SHAPES: ReadonlySet<string> = new Set(['3,3,4', '1,3,3,4', '3,2,4', '4,4,4,4', '4,6,5', '2,2,2,2,2']);
const MAX_SHAPE = 5;
const MAX_GROUP_WORDS = 12;
/** Single digits that make a number one that is dictated. */
const MOSTLY = 3;

/** Words of the first part of a code, and between it and its cue. */
const MAX_FIRST = 4;
const MAX_LINKS = 3;
/** What is said behind a number, and counts nothing. */
const CLOSES: ReadonlySet<string> = new Set('thanks thank yeah yes yep please ok okay is um uh'.split(' '));
/** Digits of a group that another one goes on with after "and", and of that one. */
const SHORTEST_GROUP = 2;
const SINGLE_DIGITS = 3;

/** Words of "[pause 0.5 seconds". */
const MAX_PAUSE = 6;

/** The word after "(pause)" or "[silence]"; null for anything else. */
function pauseEnd(words: readonly Word[], at: number): number | null {
  const [open, said, close] = [words[at], words[at + 1], words[at + 2]];
  const isPause = /^(?:pause|pauses|silence|beat|breath|breathes|coughs?|long|short|brief|inaudible|noise)$/.test(
    said?.lower ?? '',
  );
  if (!isPause || !/^[([]$/.test(open?.text ?? '')) return null;
  if (/^[)\]]$/.test(close?.text ?? '')) return at + 3;
  // "[long pause]", "[pause 0.5s]"
  let end = at + 2;
  while (end < at + MAX_PAUSE && /^(?:pause|\d+|\.|m?s|secs?|seconds?)$/.test(words[end]?.lower ?? '')) end++;
  return /^[)\]]$/.test(words[end]?.text ?? '') ? end + 1 : null;
}

/** Whether the last part was said, or is one written digit among parts that were said: "seven 9 eight. four". */
function endsSpoken(parts: Run['parts']): boolean {
  const last = parts.at(-1);
  return last?.spoken === true || (last?.chars.length === 1 && parts.some(({ spoken }) => spoken));
}

/** Finds the next part of a code. */
export class JointReader {
  readonly #words: readonly Word[];
  readonly #chunkOf: readonly (Chunk | null)[];
  readonly #isCue: (at: number) => boolean;
  readonly #reader: PartReader;
  /** The marks that join single digits of the code that is read; empty where none have yet. */
  #inner = '';
  /** The marks that joined groups of it so far. */
  #outer = '';

  constructor(
    words: readonly Word[],
    chunkOf: readonly (Chunk | null)[],
    isCue: (at: number) => boolean,
    reader: PartReader,
  ) {
    this.#words = words;
    this.#chunkOf = chunkOf;
    this.#isCue = isCue;
    this.#reader = reader;
  }

  /** The place of the next part, over separators, fillers and phrases; null where the run ends. */
  after(from: number, run: Run): Joint | null {
    const usual = this.#usual(from, run);
    // "nine comma one", "9 (pause) 1"
    const isSaidMark = usual !== null && SAID_MARKS.has(this.#words[usual.next]?.lower ?? '');
    return usual === null || isSaidMark ? (this.#inRow(from, run) ?? usual) : usual;
  }

  #usual(from: number, run: Run): Joint | null {
    const words = this.#words;
    const previous = run.parts.at(-1);
    let at = from;
    let comma = false;
    let pauses = false;
    let dots = 0;
    let bridged = false;
    let isMarkSaid = false;
    let corrects = false;
    while (at - from < MAX_BETWEEN) {
      const word = words[at];
      if (!word || (word.newLine && !this.#isWrapped(at))) return null;
      const paused = pauseEnd(words, at);
      if (paused !== null) {
        pauses = true;
        at = paused;
        continue;
      }
      if (word.type !== 'mark') {
        const bridge = this.#isCue(at) ? null : readBridge(words, at);
        if (bridge) {
          bridged = true;
          corrects ||= bridge.corrects;
          at = bridge.next;
        } else if (((this.#reader.classes[at] ?? 0) & (SEPARATOR | FILLER)) !== 0 && !this.#isCue(at)) {
          isMarkSaid ||= ((this.#reader.classes[at] ?? 0) & SEPARATOR) !== 0;
          at++;
        } else break;
        continue;
      }
      if (word.text === '.') dots++;
      else if (word.text === ',' || this.#isPause(at, previous)) comma = true;
      else if (HYPHENS.has(word.text)) {
        if (word.glued !== words[at + 1]?.glued && !this.#isWrapped(at + 1)) return null;
      } else if (word.text !== ')' && (word.text !== '(' || (previous?.chars.length ?? 9) > 3)) return null;
      at++;
    }
    const next = words[at];
    if (!next || (next.newLine && !this.#isWrapped(at)) || !previous) return null;
    if (
      words[at]?.lower === 'and' &&
      (this.#isAnd(at, run) ||
        (comma && (this.#isSaidSingly(at + 1, run) || (this.#isAnnounced(run) && this.#groupEnds(at + 1)))))
    )
      return { next: at + 1, corrects: false };
    if (bridged) return this.#goesOn(at, run) ? { next: at, corrects } : null;
    // "S. M. I. T. H."
    if (
      dots === 1 &&
      previous.spoken &&
      /^[A-Z]$/.test(previous.chars) &&
      words[from]?.glued === true &&
      this.#reader.isLetterAt(at)
    )
      return { next: at, corrects };
    // One point ends a sentence unless it is written inside a number; several are a pause.
    if (dots === 1 && (!next.glued || !words[from]?.glued))
      return this.#isSaidGroup(at, run) ? { next: at, corrects: false } : null;
    if (dots > 0 && !this.#isDigitsAt(at) && ((this.#reader.classes[at] ?? 0) & REPEAT) === 0) return null;
    // "0, 4, dash, A"
    const isLetter = isMarkSaid && this.#reader.isLetterAt(at);
    const goesOn = this.#isDigitsAt(at) || this.#isRepeatAt(at) || isLetter;
    if ((comma || pauses) && !previous.spoken && !goesOn) return null;
    if (comma && !previous.spoken && next.type === 'digits' && !(previous.chars.length > 2 && next.text.length > 2))
      return null;
    // 14:30 after a number is a time.
    if (
      next.type === 'digits' &&
      words[at + 1]?.text === ':' &&
      words[at + 2]?.glued === true &&
      words[at + 2]?.type === 'digits'
    )
      return null;
    // Two long numbers side by side are two numbers, unless a hyphen joins them.
    if (!previous.spoken && previous.chars.length >= 7 && next.text.length >= 7 && !next.glued) return null;
    return { next: at, corrects: false };
  }

  /** "three thirty-one. seventy-two. sixty-six eighteen.": a sentence of nothing but number words goes on. */
  #isSaidGroup(at: number, { parts, length, lettered }: Run): boolean {
    // "four. nineteen. sixty two.": an utterance may begin with one digit.
    const isLong = length > 1 || parts[0]?.next === 1;
    return isLong && !lettered && endsSpoken(parts) && this.#groupEnds(at);
  }

  /** Whether a group of nothing but number words and single digits begins at the word, and nothing that it counts follows. */
  #groupEnds(at: number): boolean {
    const isHyphen = (k: number): boolean => HYPHENS.has(this.#words[k]?.text ?? '');
    let end = at;
    while (end < at + MAX_GROUP_WORDS && (this.#isSaidNumber(end) || (end > at && isHyphen(end)))) end++;
    const after = this.#words[end];
    return (
      end > at && (after === undefined || after.newLine || /^[.,?!;]$/.test(after.text) || CLOSES.has(after.lower))
    );
  }

  /** "seven", "twenty", "double", "7". */
  #isSaidNumber(at: number): boolean {
    if (((this.#reader.classes[at] ?? 0) & (NUMBER | REPEAT)) !== 0) return true;
    const word = this.#words[at];
    return word?.type === 'digits' && word.text.length === 1 && this.#chunkOf[at]?.hasLetters !== true;
  }

  /** Whether a cue stands right before the code, or before its "is". */
  #isAnnounced({ parts }: Run): boolean {
    let at = (parts[0]?.next ?? 0) - 1;
    for (let back = 0; back < MAX_FIRST && (this.#isSaidNumber(at) || this.#words[at]?.text === '-'); back++) at--;
    for (let back = 0; back < MAX_LINKS && /^(?:is|'s|:|,|it|at|on|as)$/.test(this.#words[at]?.lower ?? ''); back++)
      at--;
    return at >= 0 && this.#isCue(at);
  }

  /** "three thirty-one; seventy-two": a mark between two numbers in words, where a comma may stand as well. */
  #isPause(at: number, previous: Run['parts'][number] | undefined): boolean {
    const isWords = previous?.spoken === true && this.#isSaidNumber(at + 1);
    return isWords && PAUSES.has(this.#words[at]?.text ?? '');
  }

  /** "four one two and sixty eight and ninety thirty seven": the end of what was mostly said digit by digit. */
  #isAnd(at: number, { parts, length }: Run): boolean {
    const said = parts.filter(({ chars, spoken }) => spoken && chars.length === 1).length;
    if (said < MOSTLY || length < MOSTLY || parts.at(-1)?.spoken !== true) return false;
    const isNumber = (k: number): boolean => ((this.#reader.classes[k] ?? 0) & NUMBER) !== 0;
    const after = this.#words[at + 2];
    return isNumber(at + 1) && (after === undefined || after.newLine || after.type === 'mark' || isNumber(at + 2));
  }

  /** ", and one two nine", ", and oh-two-eight": a group of single digits, which nobody counts or measures so. */
  #isSaidSingly(from: number, { length, lettered, parts }: Run): boolean {
    if (length < SHORTEST_GROUP || lettered || !endsSpoken(parts)) return false;
    let digits = 0;
    let at = from;
    for (; digits < SINGLE_DIGITS && at < from + 2 * SINGLE_DIGITS; at++) {
      const kind = this.#reader.classes[at] ?? 0;
      const word = this.#words[at];
      // "ate o eight"
      const isHomophone = (kind & HOMOPHONE) !== 0 && /^(?:ate|won|sicks|nein)$/.test(word?.lower ?? '');
      if (isHomophone || (kind & DIGIT) !== 0 || (word?.type === 'digits' && word.text.length === 1)) digits++;
      else if ((kind & REPEAT) !== 0) digits += 1;
      else if (digits === 0 || word?.type !== 'mark' || !/^[-,]$/.test(word.text)) return false;
    }
    return digits === SINGLE_DIGITS;
  }

  #isDigitsAt(at: number): boolean {
    return this.#words[at]?.type === 'digits' || ((this.#reader.classes[at] ?? 0) & NUMBER) !== 0;
  }

  /** "double-oh", "triple five". */
  #isRepeatAt(at: number): boolean {
    return ((this.#reader.classes[at] ?? 0) & REPEAT) !== 0;
  }

  /** Whether digits that begin a line go on from a hyphen at the end of the line before: "219-09-" and "7645". */
  #isWrapped(at: number): boolean {
    const [hyphen, word] = [this.#words[at - 1], this.#words[at]];
    return (
      word?.newLine === true &&
      word.type === 'digits' &&
      hyphen?.text === '-' &&
      hyphen.glued &&
      !hyphen.newLine &&
      this.#words[at - 2]?.type === 'digits'
    );
  }

  /** After a phrase of several words only a real run goes on: what stands before it and after it is read out. */
  #goesOn(at: number, { parts, length, lettered }: Run): boolean {
    if (length < 2 || !(this.#reader.isNumberAt(at) || this.#reader.isLetterAt(at))) return false;
    const next = this.#words[at];
    // "one, two, three. it is a four": an article.
    if (!lettered && (next?.lower === 'a' || next?.lower === 'i') && !this.#reader.isLetterAt(at + 1)) return false;
    if (next?.type === 'digits' && next.text.length > 2) return true;
    const letter = readLetter(this.#words, at);
    if (letter !== null && letter.next > at + 1) return true;
    // The last of many digits that were said one by one.
    if (length >= 6 && parts.at(-1)?.spoken === true) return true;
    return (
      this.#reader.isNumberAt(at + 1) ||
      this.#reader.isLetterAt(at + 1) ||
      /^[,-]$/.test(this.#words[at + 1]?.text ?? '')
    );
  }

  /**
   * The next digit or letter of those that are said one by one with the same marks between them, or the next group of
   * such. One mark alone ends a code; a row of the same marks is how it is read out.
   */
  #inRow(from: number, run: Run): Joint | null {
    const previous = run.parts.at(-1);
    const between = previous === undefined ? null : this.#marksFrom(from);
    if (previous === undefined || between === null) return null;
    const { marks, next } = between;
    const isSingle = previous.chars.length === 1 && this.#elementEnd(next) !== null;
    if (run.parts.length === 1) this.#inner = this.#outer = '';
    if (isSingle && (marks === this.#inner || this.#isRow(marks, next, run))) {
      this.#inner = marks;
      return { next, corrects: false };
    }
    const belongs = isSingle
      ? this.#isGroup(marks, next, run)
      : previous.chars.length <= 6 && this.#isShape(marks, next, run);
    return belongs ? { next, corrects: false } : null;
  }

  /** The marks (and words for marks, and line breaks) between two parts, and where the next part begins. */
  #marksFrom(from: number): { readonly marks: string; readonly next: number } | null {
    let marks = '';
    for (let at = from; at <= from + MAX_MARKS; at++) {
      const word = this.#words[at];
      if (word === undefined) return null;
      if (word.newLine) marks += '\n';
      if (((this.#reader.classes[at] ?? 0) & FILLER) !== 0 && !this.#isCue(at)) continue;
      if (word.type === 'mark' ? NEVER_BETWEEN.test(word.text) : !SAID_MARKS.has(word.lower))
        return word.type === 'mark' || marks === '' ? null : { marks, next: at };
      marks += word.type === 'mark' ? word.text : `${word.lower} `;
    }
    return null;
  }

  /** The word after one digit or letter, as it is said alone: "9", "nine", "W", "double five"; null for anything else. */
  #elementEnd(at: number): number | null {
    const word = this.#words[at];
    if (word === undefined || word.type === 'mark' || this.#isCue(at)) return null;
    const kind = this.#reader.classes[at] ?? 0;
    if ((kind & REPEAT) !== 0) return this.#elementEnd(repeatedAt(this.#words, at));
    if (word.type === 'digits') return word.text.length === 1 && this.#chunkOf[at]?.hasLetters !== true ? at + 1 : null;
    if ((kind & (DIGIT | HOMOPHONE)) !== 0) return at + 1;
    return this.#reader.isLetterAt(at) ? at + 1 : null;
  }

  #digitEnd(at: number): number | null {
    return this.#reader.isLetterAt(at) ? null : this.#elementEnd(at);
  }

  /** Whether enough single digits and letters stand here with these very marks between them. */
  #isRow(marks: string, next: number, { parts }: Run): boolean {
    const most = marks === ',' ? COMMA_ROW : ROW;
    let count = 2;
    for (let at = parts.length - 2; at >= 0 && count < most; at--) {
      const part = parts[at];
      if (part?.chars.length !== 1 || this.#marksFrom(part.next)?.marks !== marks) break;
      count++;
    }
    for (let end = this.#elementEnd(next); end !== null && count < most;) {
      const between = this.#marksFrom(end);
      if (between?.marks !== marks) break;
      end = this.#elementEnd(between.next);
      if (end !== null) count++;
    }
    // "Two. One. Four. That's the area code.": an utterance begins with it.
    return count >= (parts[0]?.next === 1 && marks === '.' ? COMMA_ROW : most);
  }

  /** Whether a group of two to five digits ends before the marks, and another one follows that nothing goes on from but marks. */
  #isGroup(marks: string, next: number, { parts, length }: Run): boolean {
    if (length < 2) return false;
    const before = parts.at(-2);
    const inner = this.#inner || (before === undefined ? '' : (this.#marksFrom(before.next)?.marks ?? ''));
    let count = 0;
    let end = next;
    for (let after = this.#digitEnd(end); after !== null && count <= MAX_GROUP; after = this.#digitEnd(end)) {
      count++;
      const joint = this.#marksFrom(after);
      const isInner = joint !== null && (joint.marks === inner || HYPHENS.has(joint.marks)) && joint.marks !== marks;
      end = isInner && this.#digitEnd(joint.next) !== null ? joint.next : after;
    }
    if (count < 2 || count > MAX_GROUP) return false;
    this.#inner = inner === marks ? '' : inner;
    const after = this.#words[end];
    const isUsual = marks === ',' || marks === this.#outer;
    const belongs = isUsual || after === undefined || after.newLine || after.type === 'mark';
    if (belongs) this.#outer = marks;
    return belongs;
  }

  /** Whether written groups with these marks between them have the form of a telephone number, a card or the like. */
  #isShape(marks: string, next: number, run: Run): boolean {
    if (run.parts.some(({ spoken }) => spoken) || run.parts.length >= MAX_SHAPE || run.lettered) return false;
    const lengths = run.parts.map(({ chars }) => chars.length);
    for (let at = next; lengths.length <= MAX_SHAPE;) {
      const word = this.#words[at];
      if (word?.type !== 'digits' || this.#chunkOf[at]?.hasLetters === true) return false;
      lengths.push(word.text.length);
      const between = this.#marksFrom(at + 1);
      if (between?.marks !== marks) break;
      at = between.next;
    }
    return SHAPES.has(lengths.join(','));
  }
}

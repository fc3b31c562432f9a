/**
 * What callers say between two parts of one code: "five five five, um, let me see, one two", "five no wait six".
 */

import type { Word } from '../words.ts';

/** A phrase between two parts. */
export interface Bridge {
  /** The first word after it. */
  readonly next: number;
  /** It takes back what was said before it, or the end of that. */
  readonly corrects: boolean;
}

interface Phrase {
  readonly words: readonly string[];
  readonly corrects: boolean;
}

const CONTINUES =
  "and then,let me see,let 's see,lets see,let me check,let me look,followed by,hold on,one moment,one second,just a second,one sec,bear with me,you know,that 's,that is,it 's,it is,i think,and the rest is,the rest is," +
  "after that,next is,and after that,and it 's,and that 's,the last four are,the last four is,and the last four are,and the last four is,then it 's,okay and then,yeah,yep,uh huh,uh - huh,mm hmm,mhm,hang on,hang on a second,hang on a sec,hang on a minute," +
  'hold on a second,hold on a sec,give me a second,give me a sec,gimme a second,gimme a sec,just a moment,just a sec,one minute,let me find it,let me look at it,got that,you got that,did you get that,did you get it,are you with me,with me so far,you ready,then there is';
const CORRECTS =
  'no wait,wait no,no sorry,sorry no,no no,no i mean,i mean,i meant,sorry i mean,sorry i meant,sorry that is,sorry make that,scratch that,strike that,make that,correction,wait,actually,no,no actually,' +
  "no it 's,no that 's,no it is,oh wait,oh no,oops,my mistake,my bad,rather,excuse me,let me start over,let me start again,start over,starting over,let me repeat that,let me repeat,i 'm sorry,i'm sorry,not that,or rather";

const BY_FIRST_WORD: ReadonlyMap<string, readonly Phrase[]> = index();

function index(): Map<string, Phrase[]> {
  const byFirst = new Map<string, Phrase[]>();
  for (const [list, corrects] of [
    [CONTINUES, false],
    [CORRECTS, true],
  ] as const) {
    for (const text of list.split(',')) {
      const words = text.split(' ');
      byFirst.set(words[0] ?? '', [...(byFirst.get(words[0] ?? '') ?? []), { words, corrects }]);
    }
  }
  for (const phrases of byFirst.values()) phrases.sort((a, b) => b.words.length - a.words.length);
  return byFirst;
}

/** Reads the longest phrase that starts at the word; null if none does. */
export function readBridge(words: readonly Word[], at: number): Bridge | null {
  const phrases = BY_FIRST_WORD.get(words[at]?.lower ?? '');
  if (phrases === undefined) return null;
  for (const phrase of phrases) {
    if (phrase.words.every((word, n) => words[at + n]?.lower === word))
      return { next: at + phrase.words.length, corrects: phrase.corrects };
  }
  return null;
}

// How long the things are that callers correct most: telephone, social security, card, extended telephone and local number.
const USUAL_LENGTHS = [10, 9, 16, 11, 7];

/**
 * The characters meant after a correction: all new ones if as many were said again, else the end of the old ones is
 * replaced, so that a number of a usual length comes out where there is one.
 */
export function correct(said: string, again: string): string {
  if (again.length >= said.length) return again;
  for (const length of USUAL_LENGTHS) {
    const dropped = said.length + again.length - length;
    if (dropped > 0 && dropped <= again.length) return said.slice(0, said.length - dropped) + again;
  }
  return said.slice(0, said.length - again.length) + again;
}

/**
 * Texts as detection reads them, kept for the few read last: within one turn a text is searched by the detectors, heard by
 * the conversation and searched again for what the other texts gave away, and an agent's prompts come with every call.
 */
import { numericDate } from './context/calendar.ts';
import { meaningsOf, type Meaning } from './context/meaning.ts';
import { foldText, type FoldedText } from './folding.ts';
import { LruMap } from '../platform/lru-map.ts';
import { readText, type Reading } from './reading.ts';
import { readMonthDate } from './spoken/dates.ts';
import { scanWords, type Word } from './words.ts';

/** Words that name a day, by the first and the last. */
export interface NamedDay {
  readonly first: number;
  readonly last: number;
}

/** How many texts are kept, and how long (in UTF-16 code units) one may be. */
const TEXTS = 128;
const LONGEST = 8192;

/** One text, read as far as somebody has asked. */
export class RecentReading {
  readonly folded: FoldedText;
  #words: readonly Word[] | null = null;
  #reading: Reading | null = null;
  #meanings: readonly Meaning[] | null = null;
  #days: readonly NamedDay[] | null = null;

  constructor(text: string) {
    this.folded = foldText(text);
  }

  /** The words of the folded text. */
  get words(): readonly Word[] {
    return (this.#words ??= this.#reading?.words ?? scanWords(this.folded.text));
  }

  /** The folded text as recognisers see it. */
  get reading(): Reading {
    return (this.#reading ??= readText(this.folded.text));
  }

  /** What each word says. */
  get meanings(): readonly Meaning[] {
    return (this.#meanings ??= meaningsOf(this.words));
  }

  /** Where days are named by month or in numbers. */
  get days(): readonly NamedDay[] {
    return (this.#days ??= namedDays(this.words));
  }
}

const recent = new LruMap<string, RecentReading>(TEXTS);

/** The text's reading. Pure: that it is kept changes nothing but its cost. */
export function readRecent(text: string): RecentReading {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const reading = new RecentReading(text);
  if (text.length <= LONGEST) recent.set(text, reading);
  return reading;
}

function namedDays(words: readonly Word[]): NamedDay[] {
  const days: NamedDay[] = [];
  for (let at = 0; at < words.length; at++) {
    const day = words[at]?.type === 'digits' ? numericDate(words, at) : readMonthDate(words, at);
    if (day !== null) days.push(day);
  }
  return days;
}

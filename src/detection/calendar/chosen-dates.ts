/** What a caller's answer chooses among the dates that were offered. */
import { readOrdinal } from '../spoken/numbers.ts';
import { foldText } from '../folding.ts';
import { scanWords } from '../words.ts';
import { dayOf, isSameDay, weekdayOf, type CalendarDay } from './calendar-day.ts';

/** A date that stayed because it is nobody's. */
export interface KeptDate {
  /** As it is written. */
  readonly value: string;
  /** UTF-16 units of the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly day: CalendarDay | null;
}

/** A day of the month that the caller names without its month. */
export interface ChosenWords {
  readonly start: number;
  readonly end: number;
}

export interface Choice {
  /** The dates that are the caller's from now on. */
  readonly dates: readonly KeptDate[];
  /** What the caller said of them, in the caller's text. */
  readonly words: readonly ChosenWords[];
}

const NOTHING: Choice = { dates: [], words: [] };
const AGREES =
  /\b(?:yes|yeah|yep|yup|sure|ok|okay|perfect|great|sounds good|works|that one|book it|let'?s do|i'?ll take|take it|please do|good|fine)\b/iu;
const REFUSES =
  /\b(?:no|not|nope|can'?t|cannot|doesn'?t|don'?t|won'?t|neither|another|other|different|later|earlier than|(?:anything|something)(?: else| earlier| later| sooner)?)\b/iu;
/** A question for another day chooses none of those that were named. */
const ASKS =
  /\b(?:what|how) about (?:on )?(?:the )?(?:\d|next|following|week|end of|another|later|earlier|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|[a-z-]+(?:st|nd|rd|th)\b)|\bare you (?:open|closed)\b/iu;
const ORDER: readonly (readonly [RegExp, number])[] = [
  [/\b(?:the )?(?:first|earliest|earlier|former|soonest)(?: one| slot| option)?\b/iu, 0],
  [/\b(?:the )?second(?: one| slot| option)\b/iu, 1],
  [/\b(?:the )?third(?: one| slot| option)\b/iu, 2],
  [/\b(?:the )?(?:last|latest|later|latter)(?: one| slot| option)?\b/iu, -1],
];

/** Reads an answer of the caller. `offered` are the dates that the agent or a tool named right before, in order. */
export function readChoice(text: string, offered: readonly KeptDate[]): Choice {
  if (offered.length === 0) return NOTHING;
  const named = namedDays(text, offered);
  if (named.dates.length > 0) return named;
  if (REFUSES.test(text) || ASKS.test(text)) return NOTHING;
  const weekday = offered.filter(({ day }) => day !== null && saysWeekday(text, day));
  if (weekday.length > 0) return { dates: weekday, words: [] };
  const ordered = ORDER.find(([pattern]) => pattern.test(text));
  const chosen = ordered === undefined ? undefined : offered.at(ordered[1]);
  if (chosen !== undefined) return { dates: [chosen], words: [] };
  return AGREES.test(text) && isOneDay(offered) ? { dates: offered, words: [] } : NOTHING;
}

/** "the fourth works", "the 4th": days of offered dates, without their month. */
function namedDays(text: string, offered: readonly KeptDate[]): Choice {
  const folded = foldText(text);
  const words = scanWords(folded.text);
  const dates: KeptDate[] = [];
  const said: ChosenWords[] = [];
  for (let at = 0; at < words.length; at++) {
    const ordinal = readOrdinal(words, at);
    if (ordinal === null) continue;
    const last = words[ordinal.next - 1];
    const noun = words[ordinal.next]?.lower ?? '';
    const found = /^(?:one|slot|option|time|floor|dose|visit)$/.test(noun)
      ? []
      : offered.filter(({ day }) => day?.day === ordinal.value);
    if (found.length > 0 && last !== undefined) {
      dates.push(...found);
      said.push(folded.toOriginal(words[at]?.start ?? 0, last.end));
    }
    at = ordinal.next - 1;
  }
  return { dates, words: said };
}

function saysWeekday(text: string, day: CalendarDay): boolean {
  const weekday = weekdayOf(day);
  return weekday !== null && new RegExp(`\\b${weekday}\\b`, 'iu').test(text);
}

function isOneDay(offered: readonly KeptDate[]): boolean {
  const value = offered[0]?.value;
  const first = offered[0]?.day ?? null;
  return offered.every(
    (date) => date.value === value || (date.day !== null && first !== null && isSameDay(date.day, first)),
  );
}

/** A date as it stands in a text. */
export function keptDate(text: string, start: number, end: number): KeptDate {
  const value = text.slice(start, end);
  return { value, start, end, day: dayOf(value) };
}

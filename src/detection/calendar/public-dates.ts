/**
 * Finds calendar dates, such as today, closures, free slots and format examples, which belong to no person. A date with a
 * cue for a person, or without any cue, belongs to a person. See docs/policy.md.
 */
import type { Span } from '../span.ts';
import { OLD_YEAR } from './time-keys.ts';

/** Who writes the text: instructions and descriptions of tools, results of tools, the agent, the caller. */
export type DateSource = 'instructions' | 'tool' | 'agent' | 'caller';

/** Characters before a date, and after it, in which its sentence is read. */
const BEFORE = 240;
const AFTER = 120;
/** Characters before a sentence in which the heading of its list is looked for. */
const HEADING = 400;

const cues = (text: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${text})(?![\\p{L}\\p{N}_])`, 'giu');

/** Speaks for a date of the calendar, whoever writes. */
const CALENDAR = cues(
  "today(?:'s)?(?: date)?(?: is)?|todays date|(?:the )?current[ _-]?(?:date|day|time|datetime)(?:\\s*(?:/|and|&)\\s*time)?|date and time|right now|now|it is(?: now| currently)?|it's(?: now| currently)?(?= (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)|as of|(?<![^\\n&?;])date(?= ?[:=])|(?:tomorrow|today)(?: is| was)?|timestamp|system (?:date|time)|(?:the )?date is|(?:the )?time is|" +
    'assume|stands for|(?:flu|vaccine|vaccination|blood|health|walk-in|free) (?:clinic|drive|fair|day)s?(?: is| are)?(?: on)?|' +
    '(?:winter|summer|spring|fall|autumn|holiday|special|seasonal) (?:schedule|hours)|schedule runs|runs (?:from|through|until)|(?:open )?enrollment (?:ends|begins|starts|opens|closes|runs|period)|' +
    '(?:are|is|be) accept(?:ed|ing)(?: starting| beginning| from| on| after| until)?|(?:do not|never) (?:book|schedule|offer)|bookings?(?: are| is)?(?: possible| open| allowed| accepted)|' +
    'closed?|closes|closing|closures?|holidays?|observed|office hours|opening hours|business hours|hours|we are open|open(?:s|ing)?|reopens?|e\\.?g\\.?|for example|example|examples|such as|format(?:ted)?|yyyy-mm-dd|mm/dd/yyyy|iso 8601|knowledge cut-?off|(?:is|are) (?:offered|available|given|served)(?: starting| beginning| from| on| after| until| through)?',
);
/** Speaks for a date of the calendar in a prompt only: elsewhere it may be said of a person's record. */
const IN_PROMPTS = cues(
  '(?:last )?(?:updated|revised|reviewed)(?: on)?|takes? effect(?: on| from)?|(?<!birth |service |visit |death |injury |surgery |of )date(?=\\s*[:=])|today_?date|next (?:available|openings?)|available (?:dates?|days?|slots?|times?)|(?:no|not) (?:earlier|later|before|after)(?: than)?|earliest|' +
    '(?:not|never|don.?t|doesn.?t|won.?t|no longer) (?:see|seeing|accept|accepting|treat|take|schedule|book)(?: any| new| our)? (?:patients?|clients?|members?|callers?|anyone|visits?|appointments?|walk-ins?)(?: on)?|' +
    '(?:book|schedule|booked|scheduled|offered)(?: appointments| visits| slots)?(?: only)? (?:up to|until|through|no later than|as far as)|available (?:starting|beginning|from|until|through|after)|(?:moved|relocated|reopened|renamed|changed)(?: (?:on|to|in))?|effective dates? (?:starts?|begins?|runs?|is|are)|(?:plan|coverage|benefit|policy|calendar|fiscal) years?(?: starts?| begins?| runs?)?|takes place|(?:is|be) held|(?:moves?|moving|relocates?|relocating) (?:on|to)|yesterday(?: is| was)?|' +
    // "Prices effective 1/1/2026", "Flu shot clinics run October 1 through January 31", "Deadline for enrollment is December 15".
    '(?:prices?|rates?|fees?|fee schedule|policy|policies|rules?|menu|hours|changes?|pricing)(?: (?:are|is|takes?))? (?:effective|in effect)(?: on| from| as of| starting| beginning)?\\s+|' +
    '(?:clinics|classes|sessions|camps|drives|promotions?|specials?|sales?|workshops|walk-ins)(?: \\w+)? (?:are|runs?|starts?|begins?|ends?|opens?|closes?)(?: (?:on|from|through|until))?|deadlines?(?: (?:for|to) (?:\\w+ ){1,3})?(?: ?(?:is|are))?(?: on)?',
);
/** Speaks for a date that is on offer. */
const OFFER = cues(
  'available|availability|availabilities|opening|openings|slots?|times|free|next available|earliest|soonest|i have|we have|i can offer|we can offer|i can do|we can do|i see|there is|there are|would you (?:like|prefer)|do you prefer|' +
    'does|would|how about|what about|either|options?|choose|choices|can you (?:do|come)|could you (?:do|come)|we also have|i also have',
);
/** Speaks for a person. */
const PERSON = cues(
  'dob|d\\.o\\.b|born|birth|birthday|birthdate|admitted|admission|discharged?|diagnosed|patients?|pt|callers?|members?|subscribers?|clients?|his|her|their|him|mr|mrs|ms|last (?:visit|seen|appointment|refill)|visited|visits?|was seen|seen|' +
    'your|you down|you in|you for|you were|booked|scheduled|confirmed|rescheduled|cancell?ed|reserved|appointments?|appt|appts|surgery|surgeries|procedure|follow[- ]?up|prescribed|prescriptions?|refill(?:s|ed)?|filled|deceased|died|death|' +
    "injur(?:y|ed)|accident|married|my|mine|i was|i am|i'm|i've|see you|due date|lmp|onset|started|vaccinated|vaccine|dose|results?|labs?|mri|scan|x-ray|ct|encounter|claim|service|hired|expires?|expiration|enrolled|effective|she|he|they",
);
/** What follows a date of the calendar, or one on offer. */
const FOLLOWS =
  /^[\s,)]*(?:(?:at|from|in the|around|between)\s[\w: .,]{1,24}?\s*)?(?:is|are|works?\b|work for you|would work|available|open|closed|\(closed|is a holiday|also|or\b|(?:[.;|]\s*)?(?:current )?time\s*[:=])/iu;
/** What makes a date the caller's no more: a question about the practice, or the day that it is. */
const ABOUT_PRACTICE =
  /(?:\b(?:are|is|will)\b[^.?!]{0,30}\b(?:you|you guys|the (?:office|clinic|pharmacy|practice|lab|hospital)|it|they|y'?all)\b[^.?!]{0,20}\b(?:open|closed)\b|\btoday(?:'s date)? is\b|\bis (?:it|today)\b|\bwhat (?:day|date) is\b|\bholiday\b|\b(?:flu|allergy|pollen|ragweed|rsv|cold|tick|hay fever) season\b|\b(?:do you (?:guys )?(?:have|got)|is there|are there|got) (?:any|anything|something|openings?|appointments|availability|slots?|times)\b(?:[^.?!]{0,30}\b(?:on|for|around|after|before)\b)?|\b(?:office|business|opening) hours\b|\bwhat(?:'s| is)?\b[^.?!]{0,30}\b(?:you have|you got|you've got|available|openings?|earliest|soonest)\b[^.?!]{0,30}\b(?:on|in|for|around|after|before|week of|between)\b|\bdo you (?:guys )?(?:do|give|offer|have|run|hold)\b[^.?!]{0,30}\bin\b|(?:^|[.?!])\s*(?:any|anything|something)\b[^.?!]{0,24}\b(?:on|for|around|after|before|week of)\b|(?:^|[.?!])\s*is\b[^.?!]{0,24}\b(?:free|available|open|taken)\b)/iu;
const OWN =
  /(?:^|[^\p{L}])(?:my|mine|i was|i am|i'm|i've|i had|i have|me|appointment|born|birth|surgery|visit|results?|tests?|records?|e\.?r|labs?|scans?|x-?rays?|refills?|for (?:her|him|my))(?![\p{L}])/iu;

const EXAMPLE =
  /(?:\be\.?g\.?|\bexamples?|\bfor example|\bsuch as|\bformat(?:ted)?(?: as| like)?|\blike|\bpattern)[\s:,(["'`]*$/iu;

/** Returns true if the words right before a date call it an example: "Date of birth, e.g. 1990-05-21". */
export function isExampleDate(text: string, { start }: Pick<Span, 'start'>, source: DateSource): boolean {
  return source === 'instructions' && EXAMPLE.test(text.slice(Math.max(0, start - EXAMPLE_REACH), start));
}

/** Days with their times and nothing else, one a line: what a tool answers that looks for free times. */
const ONLY_TIMES =
  /^\s*(?:[-*] ?)?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ]\d{1,2}:\d{2}[\dTZapmAPM:.+ -]{0,16}(?:[\n,;]\s*(?:[-*] ?)?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ]\d{1,2}:\d{2}[\dTZapmAPM:.+ -]{0,16}){1,200}\s*$/;

/** Characters before a date in which it is called an example. */
const EXAMPLE_REACH = 32;

/** Returns true if the span is a calendar date. `under` are the keys above a text in a JSON document. */
export function isPublicDate(text: string, span: Pick<Span, 'start' | 'end'>, source: DateSource, under = ''): boolean {
  const from = sentenceStart(text, span.start);
  const before = `${under} ${text.slice(from, span.start)}`;
  const after = text.slice(span.end, sentenceEnd(text, span.end));
  if (source === 'tool' && ONLY_TIMES.test(text) && !OLD_YEAR.test(text)) return true;
  if (source === 'caller')
    return ABOUT_PRACTICE.test(before + text.slice(span.start, span.end) + after) && !OWN.test(before + after);
  const calendar = Math.max(lastOf(CALENDAR, before), source === 'instructions' ? lastOf(IN_PROMPTS, before) : -1);
  const person = lastOf(PERSON, before);
  const offer = source === 'agent' || source === 'tool' ? lastOf(OFFER, before) : -1;
  if (Math.max(calendar, offer) > person) return true;
  // "Would your appointment on December 4th work?" asks; "your appointment is December 4th" tells.
  if (person >= 0) return false;
  if (source !== 'tool' && FOLLOWS.test(after) && lastOf(PERSON, after) < 0) return true;
  return isUnderHeading(text, from, source);
}

/** Whether the lines above, up to one that names what is listed, speak for the calendar: "Holidays:" and a date a line. */
function isUnderHeading(text: string, lineStart: number, source: DateSource): boolean {
  const lines = text.slice(Math.max(0, lineStart - HEADING), lineStart).split('\n');
  for (const line of lines.reverse()) {
    const isItem = /^\s*(?:[-*•]|\d{1,2}[.)])\s|^\s*$/.test(line);
    if (lastOf(PERSON, line) >= 0) return false;
    if (lastOf(CALENDAR, line) >= 0) return true;
    if (source !== 'instructions' && lastOf(OFFER, line) >= 0) return true;
    if (!isItem) return false;
  }
  return false;
}

/** Where the last match ends, -1 where there is none. */
function lastOf(pattern: RegExp, text: string): number {
  let last = -1;
  for (const match of text.matchAll(pattern)) last = match.index + match[0].length;
  return last;
}

/** A point that ends a sentence: not that of "Dec." or "a.m." or of a number. */
const SENTENCE_END =
  /(?<!\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thurs?|fri|sat|sun|dr|mr|mrs|ms|st|no|a|p|m|e\.g|i\.e))[.!?](?=\s|$)|\n/giu;

function sentenceStart(text: string, at: number): number {
  const from = Math.max(0, at - BEFORE);
  let start = from;
  for (const match of text.slice(from, at).matchAll(SENTENCE_END)) start = from + match.index + match[0].length;
  return start;
}

function sentenceEnd(text: string, at: number): number {
  const window = text.slice(at, at + AFTER);
  const match = window.matchAll(SENTENCE_END).next();
  return at + (match.done === true ? window.length : match.value.index + 1);
}

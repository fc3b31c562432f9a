/**
 * Findings that belong to no person: calendar dates, which the policy keeps until they become a person's, and the name that
 * the prompt gives the agent. Which findings these are depends on who says the text. See docs/policy.md.
 */
import { dayOf, type CalendarDay } from '../../detection/calendar/calendar-day.ts';
import { keptDate, readChoice, type KeptDate } from '../../detection/calendar/chosen-dates.ts';
import { DayIndex } from '../../detection/calendar/day-index.ts';
import { isExampleDate, isPublicDate, type DateSource } from '../../detection/calendar/public-dates.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import type { Span } from '../../detection/span.ts';
import { inOrder } from './span-sections.ts';

/** A text, divided. */
export interface Divided {
  /** What is masked. */
  readonly spans: readonly Span[];
  /** Dates that stay. */
  readonly kept: readonly KeptDate[];
}

/** What divides a text: who says it, and the keys above it. */
export interface Said {
  readonly text: string;
  /** Null where every date is a person's. */
  readonly source: DateSource | null;
  readonly under: string;
}

/** Characters of a prompt in which the agent is named. */
const PROMPT_START = 600;
const PERSONA =
  /(?:\b(?:you are|you're|your name is|act as|introduce yourself as|speak as|play(?:ing)?|named|called|go by|persona(?: name)?(?: is|:)|i am|i'm|this is|name:)) +"?([A-Z][\p{L}'-]{1,20})"?(?=,| ?[-–—(]|\.| (?:a|an|the|from|with|at|and|for|who)\b)/giu;
/** "Agent name is Hunter": a name with a label that only an agent has, whatever follows it. */
const LABELLED_PERSONA =
  /\b(?:agent|assistant|bot|persona|receptionist|scheduler)(?:'s)?[ _-]name(?: is|:| =) *"?([A-Z][\p{L}'-]{1,20})(?![\p{L}'-])/giu;
/** Months that are names of agents, too. */
const MONTH_NAME = /^(?:april|may|june|august)$/i;
/** Characters of an answer in which the agent introduces itself. */
const GREETING_START = 200;
/** Only a machine says this of itself: a person of the staff who is introduced is somebody. */
const MACHINE =
  '(?:virtual|automated|digital|ai|a\\.i\\.|artificial|voice) (?:assistant|agent|scheduler|receptionist|helper|concierge|attendant|nurse|system)';
/** A name with what it is right behind it. A person may be asked for in the same greeting: "this is Maria, right? I am a virtual agent". */
const GREETING = new RegExp(
  `\\b(?:i'm|i am|this is|my name is|you're speaking with|you are speaking with)(?: your)? +([A-Z][\\p{L}'-]{1,20})(?=(?:[,;–—-]| (?:and|the|an?|your|our)\\b)[^.?!]{0,40}\\b${MACHINE}\\b)`,
  'giu',
);
/** Characters before a name in which somebody is spoken to. */
const VOCATIVE_REACH = 64;
const VOCATIVE =
  /(?:^|[^\p{L}])(?:hi|hey|hello|thanks|thank you|okay|ok|yes|no|bye|goodbye|morning|afternoon|evening|so|listen|please|sorry)[\s,]+$/iu;

/** Spans that are divided before the work may be interrupted. */
const AT_ONCE = 100;

/** Non-personal names and dates in the texts up to a place of the request. */
export interface NonPersonalState {
  readonly persona: ReadonlySet<string>;
  readonly offered: readonly KeptDate[];
  readonly kept: readonly KeptDate[];
  /** Days that the caller chose. */
  readonly chosen: readonly CalendarDay[];
}

/** Divides the findings of one turn into personal and non-personal ones, in the order of the request. */
export class NonPersonalText {
  readonly #keepsDates: boolean;
  readonly #before: DayIndex<true>;
  #persona = new Set<string>();
  #offered: readonly KeptDate[] = [];
  /** The kept dates of this walk, as they are written. */
  readonly #kept = new DayIndex<string>();
  /** The same in order, and the days that were chosen in this walk. */
  #keptDates: KeptDate[] = [];
  #chosen: CalendarDay[] = [];
  /** The days of persons. */
  readonly #days = new DayIndex<true>();

  /** `before`: the days of persons that the call knew before this turn. */
  constructor(keepsDates: boolean, before: DayIndex<true>) {
    this.#keepsDates = keepsDates;
    this.#before = before;
  }

  /**
   * To be called before each walk over the texts, with what the texts in front of them say where these are not walked. What
   * is a person's stays a person's.
   */
  begin(before: NonPersonalState | null = null): void {
    this.#persona = new Set(before?.persona);
    this.#offered = before?.offered ?? [];
    this.#kept.clear();
    this.#keptDates = [];
    this.#chosen = [];
    for (const date of before?.kept ?? []) this.#keep(date);
    for (const day of before?.chosen ?? []) this.#choose(day);
  }

  /** What the texts of this walk say so far. */
  get state(): NonPersonalState {
    const [persona, kept, chosen] = [new Set(this.#persona), [...this.#keptDates], [...this.#chosen]];
    return { persona, offered: this.#offered, kept, chosen };
  }

  #keep(date: KeptDate): void {
    const { day, value } = date;
    if (day === null) return;
    this.#kept.add(day, value);
    this.#keptDates.push(date);
  }

  #choose(day: CalendarDay): void {
    this.#days.add(day, true);
    this.#chosen.push(day);
  }

  /** Takes a value of the call. Returns the kept dates of this walk that are the same day, and so are the person's. */
  learn(value: string, kind: EntityKind): readonly string[] {
    const day = this.#keepsDates ? personsDay(value, kind) : null;
    if (day === null) return [];
    this.#days.add(day, true);
    return this.#kept.matching(day);
  }

  /** Takes note of the name that a prompt gives to the agent. */
  readPrompt(text: string): void {
    for (const pattern of [PERSONA, LABELLED_PERSONA])
      for (const [, name = ''] of text.slice(0, PROMPT_START).matchAll(pattern)) this.#persona.add(name.toLowerCase());
  }

  /** Takes note of the name that the agent gives itself: "Hi, this is Ava, your virtual assistant." */
  readGreeting(text: string): void {
    for (const [, name = ''] of text.slice(0, GREETING_START).matchAll(GREETING)) this.#persona.add(name.toLowerCase());
  }

  /** Divides what was found in a text that is read for the first time. Yields wherever it may be interrupted. */
  *divide({ text, source, under }: Said, found: readonly Span[]): Generator<undefined, Divided> {
    if (source === null) return { spans: found, kept: [] };
    const kept: KeptDate[] = [];
    const spans: Span[] = [];
    for (const [at, span] of found.entries()) {
      if (at % AT_ONCE === AT_ONCE - 1) yield;
      const date = this.#keptDate(text, span, source, under);
      if (date !== null) kept.push(date);
      // "Introduce yourself as Brooklyn": personas have the names of places, too.
      else if (!(mayBePersona(text, span) && this.#isPersona(text, span, source))) spans.push(span);
    }
    return { spans: source === 'caller' ? inOrder([...spans, ...this.#chosenWords(text, spans)]) : spans, kept };
  }

  /** The date of a span that stays; null for any other span. */
  #keptDate(text: string, span: Span, source: DateSource, under: string): KeptDate | null {
    if (!isDate(span.kind) || !this.#keepsDates || span.recogniser.startsWith('context.')) return null;
    const date = keptDate(text, span.start, span.end);
    const isPublic = span.kind === 'DATE' && isPublicDate(text, span, source, under);
    return !this.#isPersons(date) && (isPublic || isExampleDate(text, span, source)) ? date : null;
  }

  /**
   * Takes note of the dates that stay in a text, at its place in the request. Returns those that are a person's after all:
   * chosen by the caller in this text, or the same day as a value of the call.
   */
  place({ text, source }: Said, { spans, kept }: Divided): readonly string[] {
    if (source === null || !this.#keepsDates) return [];
    const left = uncovered(kept, spans);
    for (const date of left) this.#keep(date);
    const persons = left.filter((date) => this.#isPersons(date)).map(({ value }) => value);
    if (source !== 'caller') {
      // What was chosen is still one of the dates that the answer chose among.
      if (kept.length > 0 && source !== 'instructions') this.#offered = kept;
      return persons;
    }
    const { dates } = readChoice(text, this.#offered);
    const days = dates.flatMap(({ day }) => (day === null ? [] : [day]));
    for (const day of days) this.#choose(day);
    const same = days.flatMap((day) => this.#kept.matching(day));
    return [...persons, ...dates.map(({ value }) => value), ...same];
  }

  #isPersons({ day }: KeptDate): boolean {
    return day !== null && (this.#days.has(day) || this.#before.has(day));
  }

  #isPersona(text: string, { start, end }: Span, source: DateSource): boolean {
    if (!this.#persona.has(text.slice(start, end).toLowerCase())) return false;
    return source === 'instructions' || source === 'agent' || (source === 'caller' && isVocative(text, start, end));
  }

  #chosenWords(text: string, spans: readonly Span[]): Span[] {
    return apart(readChoice(text, this.#offered).words, spans).map(({ start, end }) => ({
      start,
      end,
      kind: 'DATE',
      pass: 'regex',
      confidence: 0.8,
      validated: false,
      recogniser: 'context.choice.date',
    }));
  }
}

/** Returns true if the name is what the caller calls the agent: "hi ava", "Robin, cancel it". */
function isVocative(text: string, start: number, end: number): boolean {
  if (VOCATIVE.test(text.slice(Math.max(0, start - VOCATIVE_REACH), start))) return true;
  return text.charAt(end) === ',' && text.slice(0, start).trim() === '';
}

/** The day that a value of the call makes a person's; null for none. */
export function personsDay(value: string, kind: EntityKind): CalendarDay | null {
  const day = isDate(kind) ? dayOf(value) : null;
  // A day without its month may be of any month: only the caller's choice tells.
  return day?.month === null ? null : day;
}

function mayBePersona(text: string, { kind, start, end }: Span): boolean {
  return kind === 'NAME' || kind === 'ADDRESS' || (kind === 'DATE' && MONTH_NAME.test(text.slice(start, end)));
}

function isDate(kind: EntityKind): boolean {
  return kind === 'DATE' || kind === 'DOB';
}

/** The kept dates that no span covers. Spans are in order and apart. */
export function uncovered(kept: readonly KeptDate[], spans: readonly Span[]): readonly KeptDate[] {
  return kept.length === 0 ? kept : apart(kept, spans);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The ranges that meet no span. Both are in order of their starts, and spans are apart. */
function apart<T extends Range>(ranges: readonly T[], spans: readonly Span[]): T[] {
  let next = 0;
  return ranges.filter(({ start, end }) => {
    while ((spans[next]?.end ?? Infinity) <= start) next += 1;
    return (spans[next]?.start ?? Infinity) >= end;
  });
}

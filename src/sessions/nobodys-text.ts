/**
 * What a text says of nobody, by who says it: dates of the calendar, which the policy keeps until they become a person's,
 * and the name that the prompt gives the agent. See docs/policy.md.
 */
import { dayOf, isSameDay, type CalendarDay } from '../detection/calendar/calendar-day.ts';
import { keptDate, readChoice, type KeptDate } from '../detection/calendar/chosen-dates.ts';
import { isExampleDate, isPublicDate, type DateSource } from '../detection/calendar/public-dates.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { Span } from '../detection/span.ts';

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
  /(?:\b(?:you are|you're|your name is|act as|named|called|go by|i am|i'm|this is|name:)) +"?([A-Z][\p{L}'-]{1,20})"?(?=,| ?[-–—(]|\.| (?:a|an|the|from|with|at|and|for|who)\b)/giu;
const VOCATIVE =
  /(?:^|[^\p{L}])(?:hi|hey|hello|thanks|thank you|okay|ok|yes|no|bye|goodbye|morning|afternoon|evening|so|listen|please|sorry)[\s,]+$/iu;

/** What the texts of one turn say of nobody, in the order of the request. */
export class NobodysText {
  readonly #keepsDates: boolean;
  #persona = new Set<string>();
  #offered: readonly KeptDate[] = [];
  readonly #kept: KeptDate[] = [];
  readonly #days: CalendarDay[] = [];

  constructor(keepsDates: boolean) {
    this.#keepsDates = keepsDates;
  }

  /** To be called before each walk over the texts. What is a person's stays a person's. */
  begin(): void {
    this.#persona = new Set();
    this.#offered = [];
    this.#kept.length = 0;
  }

  /** Takes a value of the call. Returns the kept dates of this walk that are the same day, and so are the person's. */
  learn(value: string, kind: EntityKind): readonly string[] {
    const day = isDate(kind) && this.#keepsDates ? dayOf(value) : null;
    // A day without its month may be of any month: only the caller's choice tells.
    if (typeof day?.month !== 'number') return [];
    this.#days.push(day);
    return this.#kept.filter((date) => date.day !== null && isSameDay(date.day, day)).map((date) => date.value);
  }

  /** Takes note of the name that a prompt gives to the agent. */
  readPrompt(text: string): void {
    for (const [, name = ''] of text.slice(0, PROMPT_START).matchAll(PERSONA)) this.#persona.add(name.toLowerCase());
  }

  /** Divides what was found in a text that is read for the first time. */
  divide({ text, source, under }: Said, found: readonly Span[]): Divided {
    if (source === null) return { spans: found, kept: [] };
    const kept: KeptDate[] = [];
    const spans = found.filter((span) => {
      if (span.kind === 'NAME') return !this.#isPersona(text, span, source);
      if (!isDate(span.kind) || !this.#keepsDates || span.recogniser.startsWith('context.')) return true;
      const date = keptDate(text, span.start, span.end);
      const isPublic = span.kind === 'DATE' && isPublicDate(text, span, source, under);
      if (this.#isPersons(date) || !(isPublic || isExampleDate(text, span, source))) return true;
      kept.push(date);
      return false;
    });
    return { spans: source === 'caller' ? [...spans, ...this.#chosenWords(text, spans)] : spans, kept };
  }

  /**
   * Takes note of the dates that stay in a text, at its place in the request. Returns those that are a person's after all:
   * chosen by the caller in this text, or the same day as a value of the call.
   */
  place({ text, source }: Said, { spans, kept }: Divided): readonly string[] {
    if (source === null || !this.#keepsDates) return [];
    const left = staying(kept, spans);
    this.#kept.push(...left);
    const persons = left.filter((date) => this.#isPersons(date)).map(({ value }) => value);
    if (source !== 'caller') {
      // What was chosen is still one of the dates that the answer chose among.
      if (kept.length > 0 && source !== 'instructions') this.#offered = kept;
      return persons;
    }
    const { dates } = readChoice(text, this.#offered);
    const days = dates.flatMap(({ day }) => (day === null ? [] : [day]));
    this.#days.push(...days);
    const same = this.#kept.filter(({ day }) => day !== null && days.some((other) => isSameDay(day, other)));
    return [...persons, ...dates.map(({ value }) => value), ...same.map(({ value }) => value)];
  }

  #isPersons({ day }: KeptDate): boolean {
    return day !== null && this.#days.some((other) => isSameDay(day, other));
  }

  #isPersona(text: string, { start, end }: Span, source: DateSource): boolean {
    if (!this.#persona.has(text.slice(start, end).toLowerCase())) return false;
    return (
      source === 'instructions' || source === 'agent' || (source === 'caller' && VOCATIVE.test(text.slice(0, start)))
    );
  }

  #chosenWords(text: string, spans: readonly Span[]): Span[] {
    return readChoice(text, this.#offered)
      .words.filter(({ start, end }) => !spans.some((span) => span.start < end && start < span.end))
      .map(({ start, end }) => ({
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

function isDate(kind: EntityKind): boolean {
  return kind === 'DATE' || kind === 'DOB';
}

/** The kept dates that no span covers. */
export function staying(kept: readonly KeptDate[], spans: readonly Span[]): readonly KeptDate[] {
  if (kept.length === 0) return kept;
  return kept.filter((date) => !spans.some(({ start, end }) => start < date.end && date.start < end));
}

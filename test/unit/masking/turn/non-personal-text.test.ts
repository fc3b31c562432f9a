import { describe, expect, it } from 'vitest';
import { DayIndex } from '../../../../src/detection/calendar/day-index.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { NonPersonalText } from '../../../../src/masking/turn/non-personal-text.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';

/** The values that are masked in what the caller says after the agent's greeting. */
function maskedAfter(greeting: string, text: string, name: string): string[] {
  const nonPersonal = new NonPersonalText(true, new DayIndex<true>());
  nonPersonal.begin();
  nonPersonal.readGreeting(greeting);
  const start = text.indexOf(name);
  const span: Span = {
    start,
    end: start + name.length,
    kind: 'NAME',
    pass: 'ner',
    confidence: 1,
    validated: false,
    recogniser: 'tagger',
  };
  const { spans } = runAtOnce(nonPersonal.divide({ text, source: 'caller', under: '' }, [span]));
  return spans.map((found) => text.slice(found.start, found.end));
}

const GREETING = 'Hi, this is Ava, your virtual assistant. How can I help?';

describe('NonPersonalText, for a name that the agent gives itself', () => {
  it.each(['hi ava, i need a refill', 'ava, i want to cancel', 'thanks ava'])('keeps it in an address: %s', (text) => {
    expect(maskedAfter(GREETING, text, 'ava')).toEqual([]);
  });

  it('masks it where the text is about a person of that name', () => {
    expect(maskedAfter(GREETING, 'my daughter ava has a fever', 'ava')).toEqual(['ava']);
  });

  it.each([
    "Hi, this is Ava, right? I'm a virtual assistant.",
    "Hello, this is Ava Stone, correct? I'm an automated assistant of the clinic.",
    'I am a virtual assistant. Is this Ava?',
    'This is Ava. Your virtual assistant will call you.',
  ])('masks the name of the person whom the agent asks for: %s', (greeting) => {
    expect(maskedAfter(greeting, 'hi ava, i need a refill', 'ava')).toEqual(['ava']);
  });

  it('masks a name in an address after the greeting of a person', () => {
    expect(maskedAfter('Hi, this is Ava at the front desk.', 'hi ava, i need a refill', 'ava')).toEqual(['ava']);
  });
});

/** The values that are masked in a prompt. */
function maskedInPrompt(text: string, name: string, kind: Span['kind']): string[] {
  const nonPersonal = new NonPersonalText(true, new DayIndex<true>());
  nonPersonal.begin();
  nonPersonal.readPrompt(text);
  const start = text.indexOf(name);
  const span: Span = {
    start,
    end: start + name.length,
    kind,
    pass: 'ner',
    confidence: 1,
    validated: false,
    recogniser: 'tagger',
  };
  const { spans } = runAtOnce(nonPersonal.divide({ text, source: 'instructions', under: '' }, [span]));
  return spans.map((found) => text.slice(found.start, found.end));
}

describe('NonPersonalText, for a name that the prompt gives the agent', () => {
  it.each<[string, string, Span['kind']]>([
    ['You are June, a calm scheduler.', 'June', 'DATE'],
    ['Agent name is Hunter; business is Prairie Urgent Care', 'Hunter', 'NAME'],
    ['assistant_name: Ivy\nclinic: Cedar', 'Ivy', 'NAME'],
  ])('keeps it: %s', (text, name, kind) => {
    expect(maskedInPrompt(text, name, kind)).toEqual([]);
  });

  it.each<[string, string, Span['kind']]>([
    ['Patient name is Hunter; agent is Ivy', 'Hunter', 'NAME'],
    ['You are calm. The visit was in June', 'June', 'DATE'],
    ['The patient is named Hunter; be kind', 'Hunter', 'NAME'],
  ])('masks the name of anybody else, and a month: %s', (text, name, kind) => {
    expect(maskedInPrompt(text, name, kind)).toEqual([name]);
  });

  it.each([
    ['Prices effective 1/1/2026.', '1/1/2026'],
    ['New policy effective January 1, 2027: bring photo ID', 'January 1, 2027'],
    ['Deadline for enrollment is December 15', 'December 15'],
    ['Flu shot clinics run October 1 through January 31.', 'October 1'],
  ])('keeps the date of what the practice announces: %s', (text, date) => {
    expect(maskedInPrompt(text, date, 'DATE')).toEqual([]);
  });

  it.each([
    ['Coverage effective 1/1/2026.', '1/1/2026'],
    ['Her deadline was missed, she fell December 15', 'December 15'],
    ['The patient runs a clinic, seen October 1', 'October 1'],
  ])('masks the date of a person: %s', (text, date) => {
    expect(maskedInPrompt(text, date, 'DATE')).toEqual([date]);
  });
});

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

  it('masks it where somebody of that name is spoken of', () => {
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

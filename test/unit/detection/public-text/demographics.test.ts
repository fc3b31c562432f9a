import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import { mark, readMarked } from '../marked.ts';

const marked = (text: string): string => mark(text, detect(text, DEFAULT_RULES));

describe('races that are surnames as well', () => {
  it.each([
    'So you are sixty seven years old, and White, correct?',
    "Sure, he's forty six, White, and he has Down syndrome.",
    'She is a 34 year old Black woman.',
    '34yo White male with asthma',
    'Race: White',
    'Race: White, Ethnicity: Not Hispanic',
    '| Race | White |',
  ])('stay behind a label or an age: %s', (text) => {
    expect(marked(text)).toBe(text);
  });

  it.each([
    "he's forty six, [NAME:White] is his last name",
    'Hi, this is [NAME:Barry White], I am 62',
    'Room 46, [NAME:White], [NAME:Amy]',
    'My number is 46, [NAME:Brown] is calling',
    "I'm 46, [NAME:Brown], [NAME:Amy]",
    'I am 34 and [NAME:White] called me yesterday',
  ])('are names elsewhere: %s', (line) => {
    expect(marked(readMarked(line).text)).toBe(line);
  });
});

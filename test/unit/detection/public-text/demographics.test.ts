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

describe('countries and nationalities', () => {
  it.each([
    'When I moved to America I did not speak much',
    'part of Germany was occupied by Russia at that time',
    'I was living in the United States',
    'My family is Cuban and my mom speaks the language',
    'he then drove us back to Iowa and since then he complains',
  ])('stay where a sentence names them as such: %s', (text) => {
    expect(marked(text)).toBe(text);
  });

  it.each(['[NAME:America Ferrera] is calling', 'I spoke to [NAME:America Ferrera]'])(
    'are names elsewhere: %s',
    (line) => {
      expect(marked(readMarked(line).text)).toBe(line);
    },
  );
});

describe('drugs and findings that no list has', () => {
  it.each([
    'this medicine called Clantix or something like that',
    'a stimulant, I think it is called Zelvarin',
    'I take Dilantin for my seizures',
    'had some favorable Shimada histology',
    'I like this one better than the Bremer halo vest',
  ])('stay by the words around them: %s', (text) => {
    expect(marked(text)).toBe(text);
  });

  it.each(['a prescription for [NAME:Maria]', 'I take [NAME:Maria] for her shots', 'a nurse called [NAME:Maria]'])(
    'are no persons: %s',
    (line) => {
      expect(marked(readMarked(line).text)).toBe(line);
    },
  );
});

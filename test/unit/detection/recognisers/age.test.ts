import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('ages over 89', () => {
  it.each([
    'she is [AGE:94 years old]',
    "he's [AGE:ninety four years old]",
    'a [AGE:101-year-old] woman',
    'a [AGE:ninety-two-year-old] man',
    'patient is a [AGE:93 y/o] male',
    'a [AGE:95 yo] female',
    'aged [AGE:91]',
    'Age: [AGE:90]',
    '{"age": [AGE:97]}',
    'she turned [AGE:101]',
    "I'm [AGE:94].",
    'He is [AGE:ninety one] and lives alone',
    '[AGE:a hundred and two years old]',
    'i am [AGE:one hundred three years of age]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'she is 89 years old',
    'a seven-year-old',
    'aged 18 to 65',
    "i'm 45",
    'for 95 years',
    'my oxygen is 95 percent',
    "I'm 99 percent sure",
    'age 130 years old',
    'he is 6 foot 2',
    'room 92',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

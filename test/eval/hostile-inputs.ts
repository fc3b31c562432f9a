/** Inputs of 100,000 characters that make careless patterns take seconds or hours. */

const SIZE = 100_000;

const fill = (part: string): string => part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE);

export const HOSTILE_INPUTS = {
  digits: fill('1'),
  hyphens: fill('-'),
  spaces: fill(' '),
  'digit, hyphen': fill('1-'),
  'digit, space': fill('1 '),
  'a@': fill('a@'),
  'one long word': fill('a'),
  'a.': fill('a.'),
  'capitalised words': fill('Aa '),
  'a:': fill('a:'),
  brackets: fill('('),
  'greeting, then one word': 'Hi ' + fill('A').slice(3),
  'spoken digits': fill('five oh double two '),
  'spelled letters': fill('a as in apple b as in boy '),
  cues: fill('my social is my member id is '),
  prose: fill('the patient said that she would call the office back tomorrow morning and '),
} as const;

export type HostileName = keyof typeof HOSTILE_INPUTS;
export const HOSTILE_NAMES = Object.keys(HOSTILE_INPUTS) as readonly HostileName[];

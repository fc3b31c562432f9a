/** How the text of one row looks: what the speaker said, and what the speech engine made of it. */
import { codeWords, digitManner, groupWords } from './numerals.ts';
import type { Random } from './random.ts';

/**
 * `words`: everything spoken is spelled out. `digits`: the engine writes digits, and neither capitals nor punctuation.
 * `formatted`: as a person would type it.
 */
export type Form = 'words' | 'digits' | 'formatted';

export interface Voice {
  readonly form: Form;
  /** The engine sets capitals and punctuation; always so when `formatted`, never when `digits`. */
  readonly punctuated: boolean;
  readonly random: Random;
}

export function pickVoice(random: Random): Voice {
  const roll = random.between(1, 100);
  if (roll <= 35) return { form: 'words', punctuated: false, random };
  if (roll <= 48) return { form: 'words', punctuated: true, random };
  if (roll <= 68) return { form: 'digits', punctuated: false, random };
  return { form: 'formatted', punctuated: true, random };
}

/** Names and words: with their capitals, or without when the engine sets none. */
export function cased({ punctuated }: Voice, text: string): string {
  return punctuated ? text : text.toLowerCase().replace(/[.,]/g, '');
}

const HESITATIONS = ['uh', 'um', 'let me see', 'hold on'] as const;
const CORRECTIONS = ['no', 'sorry', 'no wait', 'i mean', 'scratch that'] as const;

/** Says groups of digits one after another; now and then with a hesitation or a corrected group in between. */
function saidGroups({ random, punctuated }: Voice, groups: readonly string[]): string {
  const manner = digitManner(random);
  const pause = punctuated && random.chance(0.5) ? ', ' : ' ';
  const said = groups.map((group) => groupWords(group, manner));
  if (groups.length > 1 && random.chance(0.08)) said.splice(random.between(1, said.length - 1), 0, random.pick(HESITATIONS));
  if (random.chance(0.06)) {
    const at = random.between(0, groups.length - 1);
    const wrong = random.digits((groups[at] ?? '').length);
    said.splice(at, 0, groupWords(wrong, manner), random.pick(CORRECTIONS));
  }
  return said.join(pause);
}

/**
 * A number of several groups of digits, such as a telephone number or a card.
 * @param separators what may stand between the groups when it is written, for example `['-', ' ', '']`
 */
export function number(voice: Voice, groups: readonly string[], separators: readonly string[]): string {
  const { form, random } = voice;
  if (form === 'words') return saidGroups(voice, groups);
  if (form === 'formatted') return groups.join(random.pick(separators));
  const roll = random.between(1, 10);
  if (roll <= 4) return groups.join('');
  if (roll <= 6) return groups.join('-');
  if (roll <= 8) return groups.join(' ');
  return Array.from(groups.join('')).join(' ');
}

/** A code of letters, digits and hyphens, such as a number plate or a serial number. */
export function code(voice: Voice, value: string): string {
  const { form, random } = voice;
  if (form === 'words') return codeWords(value, random);
  if (form === 'formatted') return value;
  const lower = value.toLowerCase();
  return random.pick([lower, lower, lower.replace(/-/g, ' '), lower.replace(/-/g, ''), Array.from(lower.replace(/-/g, '')).join(' ')]);
}

/** Cuts `digits` into groups of these lengths; what is left over is the last group. */
export function cut(digits: string, ...lengths: readonly number[]): string[] {
  const groups: string[] = [];
  let at = 0;
  for (const length of lengths) {
    groups.push(digits.slice(at, at + length));
    at += length;
  }
  groups.push(digits.slice(at));
  return groups.filter((group) => group !== '');
}

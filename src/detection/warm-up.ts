import { detect } from './detection.ts';
import { DEFAULT_RULES } from './rules.ts';

/** Made-up turns that take every recogniser through its paces. */
const TURNS = [
  'hi this is maria gonzalez my number is four one five five five five oh one four two',
  'My date of birth is March 14, 1982 and my social is 123-45-6789, MRN 00482913.',
  'You are the assistant of a clinic. Be brief, never give medical advice, and confirm what the caller says.',
  'mail me at j dot smith at example dot com, I live at 42 Elm Street, Springfield, IL 62704',
  '{"member_id":"XYZ123456789","phone":"(415) 555-0142","ip":"192.0.2.1"}',
];
const ROUNDS = 40;

let isWarm = false;

/**
 * Runs detection until the engine has compiled it: the first hundreds of texts after a start take many times as long as
 * all later ones, and a caller should not have to wait for that. A second call in the process does nothing.
 */
export function warmUpDetection(): void {
  if (isWarm) return;
  isWarm = true;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const turn of TURNS) detect(`${turn} ${round}`, DEFAULT_RULES);
  }
}

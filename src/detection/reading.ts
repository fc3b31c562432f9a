import { findClaims, type Claim } from './claims.ts';
import { findChunks } from './chunks.ts';
import { findCues, type Cue } from './cues.ts';
import { findCodes, type Code } from './spoken/codes.ts';
import { scanWords, type Word } from './words.ts';

/** A text as recognisers see it: folded, cut into words, its cues and codes found. Made once, read by all. */
export interface Reading {
  readonly text: string;
  readonly words: readonly Word[];
  readonly cues: readonly Cue[];
  readonly codes: readonly Code[];
  /** What the nearest cue says of a code. */
  readonly claims: ReadonlyMap<Code, Claim>;
  /** Whether the text holds an ASCII digit: most spoken turns do not. */
  readonly hasDigits: boolean;
}

/** Reads a folded text. Linear. */
export function readText(text: string): Reading {
  const words = scanWords(text);
  const cues = findCues(words);
  const inCue = new Uint8Array(words.length);
  for (const cue of cues) inCue.fill(1, cue.first, cue.last + 1);
  const codes = findCodes(words, findChunks(words), (at) => inCue[at] === 1);
  return { text, words, cues, codes, claims: findClaims(words, cues, codes), hasDigits: /[0-9]/.test(text) };
}

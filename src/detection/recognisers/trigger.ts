import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';

/** A finder that looks only where certain words stand. */
export interface Trigger {
  /** The words, in lower case. */
  readonly words: Iterable<string>;
  /** What is found at the word `at`, which is one of them. */
  find(reading: Reading, at: number): Finding | null;
}

/** Runs many finders over a text with one look-up a word. */
export function triggered(triggers: readonly Trigger[]): (reading: Reading) => Finding[] {
  const byWord = new Map<string, Trigger[]>();
  for (const trigger of triggers)
    for (const word of trigger.words) byWord.set(word, [...(byWord.get(word) ?? []), trigger]);
  return (reading) => {
    const findings: Finding[] = [];
    const { words } = reading;
    for (let at = 0; at < words.length; at++) {
      const word = words[at];
      const here = word === undefined || word.type === 'digits' ? undefined : byWord.get(word.lower);
      if (here === undefined) continue;
      for (const trigger of here) {
        const finding = trigger.find(reading, at);
        if (finding) findings.push(finding);
      }
    }
    return findings;
  };
}

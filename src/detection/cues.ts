import { CUE_PHRASES } from './vocabulary/cue-phrases.ts';
import type { EntityKind } from './kinds.ts';
import type { Word } from './words.ts';

/** A phrase that says which kind the identifier near it is of. */
export interface Cue {
  /** Indexes of its first and last word. */
  readonly first: number;
  readonly last: number;
  readonly kind: EntityKind;
  /** "member id" is strong, "insurance" is weak: a weak cue is believed at a shorter distance and for longer values. */
  readonly strong: boolean;
}

interface Phrase {
  readonly parts: readonly string[];
  readonly kind: EntityKind;
  readonly strong: boolean;
}

const BY_FIRST_WORD: ReadonlyMap<string, readonly Phrase[]> = index();

function index(): Map<string, Phrase[]> {
  const byFirst = new Map<string, Phrase[]>();
  const add = (phrase: Phrase) => {
    const first = phrase.parts[0] ?? '';
    byFirst.set(first, [...(byFirst.get(first) ?? []), phrase]);
  };
  for (const { kind, strong, phrases } of CUE_PHRASES) {
    for (const text of phrases) {
      const parts = text.split(' ');
      add({ parts, kind, strong });
      // Field names are written in one word: memberId, phonenumber.
      if (parts.length > 1 && parts.every((part) => part.length > 1)) add({ parts: [parts.join('')], kind, strong });
    }
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.parts.length - a.parts.length);
  return byFirst;
}

// Marks inside a cue: s.s.n., date-of-birth, member_id, driver's.
const INSIDE: ReadonlySet<string> = new Set(['.', '-', '_', '/', "'s", "'"]);

/** All cues of the text in order, the longest phrase at each place. */
export function findCues(words: readonly Word[]): readonly Cue[] {
  const cues: Cue[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type !== 'letters') continue;
    const phrases = BY_FIRST_WORD.get(word.lower);
    if (phrases === undefined) continue;
    for (const phrase of phrases) {
      const last = matchEnd(words, at, phrase.parts);
      if (last === null) continue;
      cues.push({ first: at, last, kind: phrase.kind, strong: phrase.strong });
      at = last;
      break;
    }
  }
  return cues;
}

function matchEnd(words: readonly Word[], first: number, parts: readonly string[]): number | null {
  let at = first;
  for (let part = 1; part < parts.length; part++) {
    at++;
    if (words[at]?.glued && INSIDE.has(words[at]?.lower ?? '')) at++;
    if (words[at]?.lower !== parts[part]) return null;
  }
  return at;
}

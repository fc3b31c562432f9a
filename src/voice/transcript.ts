/** What a recogniser heard. */

/** A word with its time, in seconds. */
export interface HeardWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Null where the recogniser tells no speakers apart. */
  readonly speaker: string | null;
}

/** A passage of one speaker. `words` is empty where the recogniser gives no times of words. */
export interface Turn {
  readonly speaker: string | null;
  /** In seconds; null where the recogniser gives no times. */
  readonly start: number | null;
  readonly end: number | null;
  readonly text: string;
  readonly words: readonly HeardWord[];
}

/** A silence as long as this, in seconds, begins a turn where no speakers are told apart. */
const PAUSE = 1.5;

/** Groups words into turns: by speaker, or by pauses where there are no speakers. The text of a turn is its words with one space between. */
export function turnsOf(words: readonly HeardWord[]): readonly Turn[] {
  const groups: HeardWord[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    const pause = before === undefined ? Infinity : word.start - before.end;
    const continues = before?.speaker === word.speaker && (word.speaker !== null || pause < PAUSE);
    if (continues) last?.push(word);
    else groups.push([word]);
  }
  return groups.map((group) => ({
    speaker: group[0]?.speaker ?? null,
    start: group[0]?.start ?? null,
    end: group.at(-1)?.end ?? null,
    text: group.map(({ text }) => text).join(' '),
    words: group,
  }));
}

/** The words of a turn that a span of its text touches: the indexes of the first and last; null for none. */
export function wordsAt(
  turn: Turn,
  start: number,
  end: number,
): { readonly first: number; readonly last: number } | null {
  let from = 0;
  let [first, last] = [-1, -1];
  turn.words.forEach(({ text }, index) => {
    if (from < end && start < from + text.length) {
      if (first < 0) first = index;
      last = index;
    }
    from += text.length + 1;
  });
  return first < 0 ? null : { first, last };
}

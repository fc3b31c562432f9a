/** Compares the platform's own record of a call with what Masker saw of it. See docs/audit-format.md, Completeness. */
import type { PlatformRecord, RecordedMessage } from './platform-record.ts';
import { LONGEST_MESSAGE, MOST_WORDS, SpokenDigests, storedDigests, wordsOf } from './spoken.ts';
import type { Speaker } from './spoken.ts';

/** A turn on record. */
export interface ComparedTurn {
  /** Its digests, of `SpokenDigests.ofTurn`; null where it has none. */
  readonly said: Uint8Array | null;
  /** Whether an answer came. */
  readonly isAnswered: boolean;
}

/** A session of the call. */
export interface ComparedSession {
  readonly chainKey: Uint8Array;
  readonly turns: readonly ComparedTurn[];
}

/** What a comparison found. Every message of the record is in exactly one of `matched`, `unseen`, `excluded` and `unknown`. */
export interface Comparison {
  /** Messages of the record that stood in a request, or were given as an answer, whole or from its beginning. */
  readonly matched: number;
  /** Messages that Masker did not see. */
  readonly unseen: number;
  /** Of these, the ones behind the last message that matched: no request came after them. */
  readonly unseen_at_end: number;
  /** Answers that Masker gave and that the record does not have. */
  readonly only_ours: number;
  /** Prompts, tools, empty messages, and a greeting before the caller's first word. */
  readonly excluded: number;
  /** What could not be compared: messages that cannot be read, and answers of which no digest is kept. */
  readonly unknown: number;
}

/** Words that one comparison may digest in search of answers: some hundred milliseconds of work, in stretches. */
const MOST_DIGESTED = 3_000_000;
/** Digesting a few words takes as long as these many more. */
const DIGEST_COST = 16;
/** Words that the longest message may have. */
const LONGEST_RUN = LONGEST_MESSAGE / 2;

/** What one session of the call knows. */
class KnownSession {
  readonly #digests: SpokenDigests;
  readonly #heard = { caller: new Set<string>(), agent: new Set<string>() };
  /** The turns whose answer a digest is of, or the beginning of. */
  readonly #answers = new Map<string, number[]>();
  readonly #given = new Set<number>();
  readonly #missing = new Set<number>();
  readonly unknown: number;

  constructor({ chainKey, turns }: ComparedSession) {
    this.#digests = new SpokenDigests(chainKey);
    let unknown = 0;
    for (const [turn, { said, isAnswered }] of turns.entries()) {
      if (said === null && isAnswered) unknown += 1;
      for (const { part, name } of said === null ? [] : storedDigests(said)) {
        if (part === 'caller' || part === 'agent') this.#heard[part].add(name);
        else this.#answers.set(name, [...(this.#answers.get(name) ?? []), turn]);
        if (part === 'answer') this.#missing.add(turn);
      }
    }
    this.unknown = unknown;
  }

  get onlyOurs(): number {
    return this.#missing.size - this.#given.size;
  }

  hasHeard(speaker: Speaker, words: readonly string[]): boolean {
    return this.#heard[speaker].has(this.#digests.name(speaker, words));
  }

  /** Whether the words are an answer, or the beginning of one. Its turn then counts as in the record. */
  isAnswer(words: readonly string[]): boolean {
    const turns = this.#answers.get(this.#digests.name('agent', words));
    if (turns === undefined) return false;
    const turn = turns.find((each) => !this.#given.has(each));
    if (turn !== undefined) this.#given.add(turn);
    return true;
  }
}

/** The messages of one speaker that follow each other in the record, by their positions. */
interface Run {
  readonly speaker: Speaker;
  readonly messages: { readonly at: number; readonly words: readonly string[] }[];
}

type Verdict = 'matched' | 'unseen' | 'excluded' | 'unknown';

/** Compares a record with the sessions of its call. Yields wherever it may be interrupted. */
export function* comparing(
  sessions: readonly ComparedSession[],
  record: PlatformRecord,
): Generator<undefined, Comparison> {
  const known: KnownSession[] = [];
  for (const session of sessions) {
    known.push(new KnownSession(session));
    yield;
  }
  const verdicts: Verdict[] = record.messages.map(({ speaker }) => (speaker === 'aside' ? 'excluded' : 'unknown'));
  const budget = { left: MOST_DIGESTED };
  let isGreeting = true;
  for (const run of runsIn(record.messages, verdicts)) {
    const { speaker, messages } = run;
    const all = messages.flatMap(({ words }) => words);
    const isKnown = all.length <= LONGEST_RUN && known.some((session) => session.hasHeard(speaker, all));
    let [start, covered] = [0, 0];
    for (const { at, words } of messages) {
      yield;
      const end = start + words.length;
      if (speaker === 'agent' && covered < end)
        covered = Math.max(covered, coveredByAnswers(known, all, Math.max(start, covered), budget));
      const isMatched = isKnown || covered >= end || known.some((session) => session.hasHeard(speaker, words));
      if (isMatched) verdicts[at] = 'matched';
      else if (speaker === 'agent' && isGreeting) verdicts[at] = 'excluded';
      else if (speaker === 'caller' || budget.left > 0) verdicts[at] = 'unseen';
      start = end;
    }
    if (speaker === 'caller') isGreeting = false;
  }
  return counted(verdicts, known, record.unread);
}

function counted(verdicts: readonly Verdict[], known: readonly KnownSession[], unread: number): Comparison {
  const count = (verdict: Verdict, from = 0): number => verdicts.slice(from).filter((each) => each === verdict).length;
  return {
    matched: count('matched'),
    unseen: count('unseen'),
    unseen_at_end: count('unseen', verdicts.lastIndexOf('matched') + 1),
    only_ours: known.reduce((sum, { onlyOurs }) => sum + onlyOurs, 0),
    excluded: count('excluded'),
    unknown: count('unknown') + unread + known.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}

/** The runs of the record. What has no words is excluded; what is too long stays unknown. What is no speech ends a run. */
function runsIn(messages: readonly RecordedMessage[], verdicts: Verdict[]): readonly Run[] {
  const runs: Run[] = [];
  let isOver = true;
  for (const [at, message] of messages.entries()) {
    if (message.speaker === 'aside' || message.speaker === 'unknown') {
      isOver = true;
      continue;
    }
    if (message.text.length > LONGEST_MESSAGE) continue;
    const words = wordsOf(message.text);
    if (words.length === 0) {
      verdicts[at] = 'excluded';
      continue;
    }
    const last = runs.at(-1);
    if (!isOver && last?.speaker === message.speaker) last.messages.push({ at, words });
    else runs.push({ speaker: message.speaker, messages: [{ at, words }] });
    isOver = false;
  }
  return runs;
}

/** How far the words from `start` on are one answer after the other; the caller may have cut off each of them. */
function coveredByAnswers(
  known: readonly KnownSession[],
  words: readonly string[],
  start: number,
  budget: { left: number },
): number {
  let covered = start;
  for (;;) {
    const end = answerEnd(known, words, covered, budget);
    if (end === null) return covered;
    covered = end;
  }
}

/** Where the longest answer that begins at `start` ends; null where none does. */
function answerEnd(
  known: readonly KnownSession[],
  words: readonly string[],
  start: number,
  budget: { left: number },
): number | null {
  // Of an answer that is longer than MOST_WORDS only the whole and its beginnings up to there are known.
  const ends = words.length - start > LONGEST_RUN ? [] : [words.length];
  for (let end = Math.min(words.length - 1, start + MOST_WORDS); end > start; end -= 1) ends.push(end);
  for (const end of ends) {
    if (end <= start || budget.left <= 0) return null;
    budget.left -= known.length * (end - start + DIGEST_COST);
    if (known.some((session) => session.isAnswer(words.slice(start, end)))) return end;
  }
  return null;
}

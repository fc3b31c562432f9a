/**
 * What was said in a call, as keyed digests: by them the platform's own record of the call is compared with what Masker saw.
 * No text is kept. See docs/audit-format.md, Completeness.
 */
import { HmacKey, KeyDerivation } from '../platform/hmac.ts';

/** Who said something. */
export type Speaker = 'caller' | 'agent';

/** A message of a conversation. */
export interface SpokenMessage {
  readonly speaker: Speaker;
  readonly text: string;
}

/** What a turn had said: the last messages of its request, oldest first, and its answer as the caller got it. */
export interface SpokenTurn {
  readonly messages: readonly SpokenMessage[];
  /** Null where the answer says nothing, or cannot be read. */
  readonly answer: string | null;
}

/** What a digest is of. */
export type SpokenPart = 'caller' | 'agent' | 'answer' | 'beginning';

/** A digest that is stored with a turn. */
export interface StoredDigest {
  readonly part: SpokenPart;
  /** Base64 of the digest. */
  readonly name: string;
}

const TAGS: Readonly<Record<SpokenPart, number>> = { caller: 1, agent: 2, answer: 3, beginning: 4 };
const PARTS: readonly (SpokenPart | undefined)[] = [undefined, 'caller', 'agent', 'answer', 'beginning'];
const DIGEST_BYTES = 7;
const RECORD_BYTES = DIGEST_BYTES + 1;

/** The last messages of a request: what is new since the request before. The first request may bring a longer history. */
const LAST_MESSAGES = 8;
/** The most messages of a request that are read. */
export const FIRST_MESSAGES = 64;
/** The longest message that is digested, in UTF-16 code units. */
export const LONGEST_MESSAGE = 20_000;
/** A caller may interrupt an answer behind each of its words, from the third to this one. */
export const FEWEST_WORDS = 3;
export const MOST_WORDS = 250;

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text without case, punctuation, marks and white space: what a platform may write differently. */
export function wordsOf(text: string): readonly string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** Makes the digests of one session: HMAC-SHA256 under a key of its own, cut to 56 bits. */
export class SpokenDigests {
  readonly #key: HmacKey;

  /** `chainKey` is the session's, 32 bytes. */
  constructor(chainKey: Uint8Array) {
    this.#key = new HmacKey(new KeyDerivation(chainKey).derive('masker/spoken/v1'));
  }

  /** The name of words that a speaker said. */
  name(speaker: Speaker, words: readonly string[]): string {
    return this.#digest(speaker, words).toString('base64');
  }

  /** The digests of a turn, end to end; null where nothing was said. `isFirst`: the session had no turn before. */
  ofTurn({ messages, answer }: SpokenTurn, isFirst: boolean): Buffer | null {
    const records = new Map<string, Buffer>();
    const add = (part: SpokenPart, words: readonly string[]): void => {
      const digest = this.#digest(part === 'caller' ? 'caller' : 'agent', words);
      const record = Buffer.concat([Buffer.of(TAGS[part]), digest]);
      records.set(record.toString('base64'), record);
    };
    for (const run of runsOf(messages.slice(-(isFirst ? FIRST_MESSAGES : LAST_MESSAGES)))) {
      const words = run.texts.filter((text) => text.length <= LONGEST_MESSAGE).map(wordsOf);
      for (const each of words) if (each.length > 0) add(run.speaker, each);
      if (words.length > 1) add(run.speaker, words.flat());
    }
    const said = answer === null || answer.length > LONGEST_MESSAGE ? [] : wordsOf(answer);
    if (said.length > 0) add('answer', said);
    for (let end = FEWEST_WORDS; end < Math.min(said.length, MOST_WORDS + 1); end += 1)
      add('beginning', said.slice(0, end));
    return records.size === 0 ? null : Buffer.concat([...records.values()]);
  }

  #digest(speaker: Speaker, words: readonly string[]): Buffer {
    return this.#key.digest(`${speaker}|`, words.join(' ')).subarray(0, DIGEST_BYTES);
  }
}

/** Reads the digests of a turn. A tag that is not known is left out. */
export function storedDigests(bytes: Uint8Array): readonly StoredDigest[] {
  const found: StoredDigest[] = [];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const part = PARTS[bytes[at] ?? 0];
    if (part === undefined) continue;
    found.push({ part, name: Buffer.from(bytes.subarray(at + 1, at + RECORD_BYTES)).toString('base64') });
  }
  return found;
}

/** Messages of one speaker, one after the other: platforms join and divide them. */
export interface SpokenRun {
  readonly speaker: Speaker;
  readonly texts: readonly string[];
}

/** The messages by speaker, in order. */
export function runsOf(messages: readonly SpokenMessage[]): readonly SpokenRun[] {
  const runs: { speaker: Speaker; texts: string[] }[] = [];
  for (const { speaker, text } of messages) {
    const last = runs.at(-1);
    if (last?.speaker === speaker) last.texts.push(text);
    else runs.push({ speaker, texts: [text] });
  }
  return runs;
}

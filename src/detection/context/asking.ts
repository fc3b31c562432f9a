/** What an utterance asks the other side for. See docs/detection.md, Context of the call. */
import type { Word } from '../words.ts';
import { BACK_CHANNEL } from './phrases.ts';
import { ASKED, lastFourOf, SLOTS, THINGS, type SlotName } from './slots.ts';

/** What an utterance does to the conversation, beyond the values in it. */
export interface Asking {
  /** What it asks for, in order. */
  readonly slots: readonly SlotName[];
  /** It asks for something that is no identifier: what was asked before is over. */
  readonly asksOther: boolean;
  /** Only shows that somebody listens or waits: what was asked before still holds. */
  readonly backChannel: boolean;
  /** "my phone number is ...": what the speaker is about to say, or says at the end, and the first word after it. */
  readonly announced: { readonly slot: SlotName; readonly from: number } | null;
}

interface Phrase {
  readonly parts: readonly string[];
  readonly slot: SlotName;
}

const PHRASES: ReadonlyMap<string, readonly Phrase[]> = index();

function index(): Map<string, Phrase[]> {
  const byFirst = new Map<string, Phrase[]>();
  for (const [slot, phrases] of ASKED) {
    for (const phrase of phrases.split(',')) {
      const parts = phrase.trim().split(' ');
      const first = parts[0] ?? '';
      byFirst.set(first, [...(byFirst.get(first) ?? []), { parts, slot }]);
    }
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.parts.length - a.parts.length);
  return byFirst;
}

const REQUESTS: ReadonlySet<string> = new Set(
  (
    "what what's whats who who's whose whom which when where how can could may would need needed please give provide confirm verify tell spell share enter get state start looking require also remind help read repeat say have ask mind " +
    'got know missing check finally lastly next then want wanna take grab pull up again'
  ).split(' '),
);
const QUESTIONS: ReadonlySet<string> = new Set(
  "what what's whats who who's whose whom which when where how why do does did is are can could would will have has were was any anything".split(
    ' ',
  ),
);
const AGAIN: ReadonlySet<string> = new Set(
  'repeat again catch hear slower slowly louder missed pardon rest continue'.split(' '),
);
const LINKS: ReadonlySet<string> = new Set(['is', "'s", 'was', ':', 'are', 'starts', 'begins', 'ends', 'be', 'at']);
const OWN: ReadonlySet<string> = new Set(['my', 'the', 'our', 'his', 'her', 'their', 'its', 'a']);
const SHORT_REQUEST = 7;
const LAST_FOUR_REACH = 6;

/**
 * Reads an utterance. `current` is what was asked for before: "and the last four?" is about the same thing.
 * `inCode` tells the words that belong to a number or a spelling. Linear.
 */
export function readAsking(words: readonly Word[], inCode: (at: number) => boolean, current: SlotName | null): Asking {
  const slots: SlotName[] = [];
  let asksOther = false;
  let announced: Asking['announced'] = null;
  let backChannel = true;
  for (const { first, end, mark } of sentences(words)) {
    const named = namedSlots(words, first, end, current);
    const letters = words
      .slice(first, end)
      .filter(({ type, lower }, at) => type === 'letters' && lower !== "'s" && !inCode(first + at));
    const isQuestion = mark === '?' || QUESTIONS.has(letters[0]?.lower ?? '');
    const isRequest = isQuestion || letters.length <= SHORT_REQUEST || letters.some(({ lower }) => REQUESTS.has(lower));
    // "Which suite is it?", "whose appointment is it": announces nothing.
    const said = announcement(words, named, end, inCode);
    const endsOpen = mark === '?' || (isQuestion && words[end - 1]?.lower === 'it');
    const sentence = endsOpen && said !== null && said.from >= end ? null : said;
    if (sentence !== null) announced = sentence;
    else if (isRequest) for (const { slot } of named) if (!slots.includes(slot)) slots.push(slot);
    const listens = letters.every(({ lower }) => BACK_CHANNEL.has(lower));
    if (named.length > 0 || !listens) backChannel = false;
    if (named.length === 0 && isQuestion && !listens && !letters.some(({ lower }) => AGAIN.has(lower)))
      asksOther = true;
  }
  return { slots, asksOther: asksOther && slots.length === 0, backChannel, announced };
}

function* sentences(
  words: readonly Word[],
): Generator<{ readonly first: number; readonly end: number; readonly mark: string }> {
  let first = 0;
  for (let at = 0; at <= words.length; at++) {
    const word = words[at];
    const ends =
      word === undefined ||
      word.text === '?' ||
      word.text === '!' ||
      (word.text === '.' && words[at + 1]?.glued !== true) ||
      (word.newLine && at > first);
    if (!ends) continue;
    if (at > first) yield { first, end: at, mark: word?.text ?? '' };
    first = word?.newLine === true && word.type !== 'mark' ? at : at + 1;
  }
}

interface Named {
  readonly slot: SlotName;
  /** Its last word. */
  readonly last: number;
}

function namedSlots(words: readonly Word[], first: number, end: number, current: SlotName | null): Named[] {
  const named: Named[] = [];
  let lastFourAt = -1;
  for (let at = first; at < end; at++) {
    if (words[at]?.lower === 'last' && isLastDigits(words[at + 1], words[at + 2])) {
      lastFourAt = at;
      at++;
      continue;
    }
    const partial = lastFourAt < 0 ? undefined : PARTIAL.get(words[at]?.lower ?? '');
    if (partial !== undefined && phraseAt(words, at, end) === null) {
      named.push({ slot: partial, last: at });
      lastFourAt = -1;
      continue;
    }
    if (words[at]?.lower === 'spell') {
      named.push({ slot: current === 'email' ? 'email' : 'spelling', last: at });
      continue;
    }
    const part = partOfCurrent(words[at]?.lower ?? '', current, end - first);
    if (part !== null) {
      named.push({ slot: part, last: at });
      continue;
    }
    const brief = end - first <= BRIEF && words[end]?.text === '?' ? BRIEFLY.get(words[at]?.lower ?? '') : undefined;
    const match = phraseAt(words, at, end) ?? (brief === undefined ? null : { slot: brief, last: at });
    if (match === null) continue;
    const { slot, last } = match;
    const ofThing = slot === 'name' && isOfThing(words, at, last);
    if (!ofThing)
      named.push({ slot: lastFourAt >= 0 && at - lastFourAt <= LAST_FOUR_REACH + 2 ? lastFourOf(slot) : slot, last });
    if (lastFourAt >= 0 && named.length > 0) lastFourAt = -1;
    at = last;
  }
  if (lastFourAt >= 0) named.push({ slot: lastFourOf(current ?? 'ssn'), last: lastFourAt + 1 });
  return named;
}

/** What is named by one word where its last digits are asked for. */
const PARTIAL: ReadonlyMap<string, SlotName> = new Map([
  ['card', 'card_last_four'],
  ['account', 'account_last_four'],
  ['record', 'mrn'],
  ['chart', 'mrn'],
  ['policy', 'member'],
  ['claim', 'reference'],
]);

/** Words of the shortest questions: "Account?", "And the policy?" */
const BRIEF = 3;
const BRIEFLY: ReadonlyMap<string, SlotName> = new Map([
  ['account', 'account'],
  ['acct', 'account'],
  ['member', 'member'],
  ['policy', 'member'],
  ['group', 'member'],
  ['record', 'mrn'],
  ['chart', 'mrn'],
  ['case', 'reference'],
  ['confirmation', 'reference'],
  ['order', 'reference'],
  ['authorization', 'reference'],
  ['auth', 'reference'],
]);

/** "last four", "last 3 digits", "last five of". */
function isLastDigits(count: Word | undefined, after: Word | undefined): boolean {
  if (/^(?:four|4)$/.test(count?.lower ?? '')) return true;
  return (
    /^(?:two|three|five|six|[2356])$/.test(count?.lower ?? '') &&
    /^(?:digits?|numbers?|letters|characters)$/.test(after?.lower ?? '')
  );
}

/** "and the year?", "first?", "of the card?": what is named only by what was spoken of before. */
function partOfCurrent(lower: string, current: SlotName | null, length: number): SlotName | null {
  if (current === null || length > SHORT_REQUEST) return null;
  const { shape } = SLOTS[current];
  if (shape === 'date') return /^(?:year|month|day)$/.test(lower) ? current : null;
  return shape === 'name' && /^(?:first|last|middle)$/.test(lower) ? 'name' : null;
}

/** The longest phrase that begins at `first` and ends before `end`. */
function phraseAt(words: readonly Word[], first: number, end: number): Named | null {
  const phrases = PHRASES.get(words[first]?.lower ?? '');
  if (phrases === undefined) return null;
  for (const { parts, slot } of phrases) {
    const last = phraseEnd(words, first, parts);
    if (last !== null && last < end) return { slot, last };
  }
  return null;
}

/** The last word of the phrase that begins at `first`, over hyphens, points and a possessive s; null if it is not there. */
function phraseEnd(words: readonly Word[], first: number, parts: readonly string[]): number | null {
  let at = first;
  for (let part = 1; part < parts.length; part++) {
    at++;
    // "who's the patient"
    if (parts[part] === 'is' && words[at]?.lower === "'s") continue;
    while (words[at]?.lower === "'s" || (words[at]?.glued === true && /^[-.'/]$/.test(words[at]?.text ?? ''))) at++;
    if (words[at]?.lower !== parts[part]) return null;
  }
  return at;
}

/** "medication name", "the name of the pharmacy". */
function isOfThing(words: readonly Word[], first: number, last: number): boolean {
  if (THINGS.has(words[first - 1]?.lower ?? '')) return true;
  if (words[last + 1]?.lower !== 'of' && words[last + 1]?.lower !== 'for') return false;
  return [words[last + 2], words[last + 3]].some((word) => THINGS.has(word?.lower ?? ''));
}

/** "my zip is", "the number is five five five": the last thing that is named, and nothing but a number after it. */
function announcement(
  words: readonly Word[],
  named: readonly Named[],
  end: number,
  inCode: (at: number) => boolean,
): Asking['announced'] {
  const last = named.at(-1);
  if (last === undefined) return null;
  let from = last.last + 1;
  let linked = false;
  for (; from < end && !inCode(from); from++) {
    const lower = words[from]?.lower ?? '';
    if (LINKS.has(lower)) linked = true;
    else if (!/^(?:uh|um|er|,|-|okay|ok|well|so|it|with|number|code)$/.test(lower)) return null;
  }
  const owned = words.slice(Math.max(0, last.last - 6), last.last).some(({ lower }) => OWN.has(lower));
  return (linked || from < end) && (owned || linked) ? { slot: last.slot, from } : null;
}

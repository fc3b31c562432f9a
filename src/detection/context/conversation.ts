/**
 * What the utterances of a call so far say of the next one. See docs/detection.md, Context of the call.
 *
 * The state is a value: small, bounded, and a function of the utterances alone, so that the same history leads to the same
 * masking on every node.
 */
import type { EntityKind } from '../kinds.ts';
import type { Reading } from '../reading.ts';
import { isBare, readAnswers, type Answer } from './answers.ts';
import { readAsking, type Asking } from './asking.ts';
import { coveringCode } from './covering-code.ts';
import { AROUND_ANSWERS, BACK_CHANNEL, CORRECTIONS } from './phrases.ts';
import { slotOfKind, SLOTS, type SlotName } from './slots.ts';

/** Who speaks. `unknown` answers everybody's questions. */
export type Voice = 'caller' | 'agent' | 'unknown';

/** A value that was begun or given in the last utterances. */
export interface OpenValue {
  readonly slot: SlotName;
  readonly voice: Voice;
  /** What was said of it so far, upper case; empty for what is no number and no spelling. */
  readonly chars: string;
  readonly whole: boolean;
  /** What the other side left out of it when its read-back was cut; mostly empty. */
  readonly left: string;
}

/** What the next words may be. */
export interface Conversation {
  /** Who asked; null if nothing is asked. */
  readonly asker: Voice | null;
  /** What was asked for and has no whole answer yet. */
  readonly slots: readonly SlotName[];
  /** How many utterances the question still holds for that do not answer it. */
  readonly patience: number;
  readonly open: OpenValue | null;
}

/** Nothing was said yet. */
export const SILENCE: Conversation = { asker: null, slots: [], patience: 0, open: null };

const PATIENCE = 6;
const MOST_SLOTS = 8;
const MOST_CHARS = 64;
/** Digits that make a run an identifier though nothing explains it. */
const UNEXPLAINED = 6;

/** An identifier that detection found in the utterance by itself, by its first and last word. */
export interface FoundValue {
  readonly first: number;
  readonly last: number;
  readonly kind: EntityKind;
}

/** A value that the conversation explains. */
export interface ExplainedValue extends Answer {
  readonly kind: EntityKind;
  /** `answer` to a question, `going_on` of a value, what the other side repeats (`read_back`), or left out (`completed`). */
  readonly rule: 'answer' | 'going_on' | 'read_back' | 'announced' | 'completed';
}

/** An utterance, understood. */
export interface Heard {
  readonly values: readonly ExplainedValue[];
  readonly after: Conversation;
  /** A value that was said over several utterances, as a whole: what to find again. */
  readonly joined: { readonly value: string; readonly kind: EntityKind } | null;
}

/** A short text that differs where two states differ; empty for silence. Holds what was said: to be hashed, never shown. */
export function fingerprint({ asker, slots, patience, open }: Conversation): string {
  if (asker === null && open === null) return '';
  return `${asker ?? ''}|${slots.join()}|${patience}|${open === null ? '' : `${open.slot},${open.voice},${open.chars},${open.whole ? 1 : 0},${open.left}`}`;
}

/** Whether an utterance in this state needs more than its own words. */
export function isSilent(state: Conversation): boolean {
  return state.asker === null && state.open === null;
}

/** Understands the next utterance. `found` is in order. Pure; linear in the utterance. */
export function hear(state: Conversation, voice: Voice, reading: Reading, found: readonly FoundValue[]): Heard {
  const asking = readAsking(
    reading.words,
    (at) => coveringCode(reading.codes, at) !== null,
    state.open?.slot ?? state.slots[0] ?? null,
  );
  const answersNow = state.asker !== null && (state.asker !== voice || voice === 'unknown');
  const slots = answersNow ? state.slots : [];
  const own = state.open !== null && (state.open.voice === voice || voice === 'unknown') ? state.open : null;
  const answers = slots.length === 0 && own === null ? [] : readAnswers(reading, { slots, open: own });
  const values: ExplainedValue[] = answers.map(({ first, last, slot, chars, confidence }) => ({
    first,
    last,
    slot,
    chars,
    confidence,
    kind: SLOTS[slot].kind,
    rule: slots.includes(slot) ? 'answer' : 'going_on',
  }));
  if (own === null && state.open !== null) values.push(...readBacks(reading, state.open, values));
  const completed = own === null || values.length > 0 ? null : completedValue(reading, own);
  if (completed !== null) values.push(completed);
  const announced = values.length === 0 ? announcedValue(reading, asking) : null;
  if (announced !== null) values.push(announced);
  return next(state, voice, reading, { asking, values, found, slots, own });
}

/** Numbers and spellings that the other side repeats, in an utterance of nothing else. */
function readBacks(reading: Reading, open: OpenValue, values: readonly ExplainedValue[]): ExplainedValue[] {
  const { shape, kind } = SLOTS[open.slot];
  const repeats = reading.words.every(
    ({ type, lower }, at) =>
      type !== 'letters' ||
      BACK_CHANNEL.has(lower) ||
      AROUND_ANSWERS.has(lower) ||
      coveringCode(reading.codes, at) !== null,
  );
  return reading.codes.flatMap((code): ExplainedValue[] => {
    if (values.length > 0 || code.quantity || code.chars.length < 2 || code.chars.length > MOST_CHARS) return [];
    const same = open.chars.includes(code.chars);
    const isSpelling = shape === 'name' || shape === 'email';
    if (isSpelling ? code.digits.length > 0 && !same : !same && (code.digits.length === 0 || shape === 'place'))
      return [];
    if (!repeats || (!same && shape === 'date' && code.digits.length > 8)) return [];
    return [
      {
        first: code.first,
        last: code.last,
        slot: open.slot,
        chars: code.chars,
        confidence: same ? 0.85 : 0.7,
        kind,
        rule: 'read_back',
      },
    ];
  });
}

/** What is left out of `open` by an utterance that ends within it: "okay, eight oh six". */
function leftBy(reading: Reading, { chars }: OpenValue): string {
  const code = reading.codes.at(-1);
  if (code === undefined || code.quantity || code.chars.length < 2 || !chars.startsWith(code.chars)) return '';
  const ends = reading.words.slice(code.last + 1).every(({ type }) => type === 'mark');
  return ends ? chars.slice(code.chars.length) : '';
}

/** "three one, yes": the caller completes what was read back of the own value. */
function completedValue(reading: Reading, { left, slot }: OpenValue): ExplainedValue | null {
  const code = reading.codes[0];
  if (left === '' || code === undefined || reading.codes.length > 1 || code.chars !== left) return null;
  const isBare = reading.words.every(
    ({ type, lower }, at) =>
      type === 'mark' || (at >= code.first && at <= code.last) || AROUND_ANSWERS.has(lower) || BACK_CHANNEL.has(lower),
  );
  if (!isBare) return null;
  const { first, last, chars } = code;
  return { first, last, slot, chars, confidence: 0.85, kind: SLOTS[slot].kind, rule: 'completed' };
}

/** "my number is five five five" at the end of an utterance: a number that detection alone finds too short. */
function announcedValue(reading: Reading, { announced }: Asking): ExplainedValue | null {
  if (announced === null) return null;
  const { slot, from } = announced;
  const { shape, kind } = SLOTS[slot];
  const code = coveringCode(reading.codes, from);
  if (
    code === null ||
    code.quantity ||
    shape === 'date' ||
    shape === 'name' ||
    shape === 'age' ||
    shape === 'address' ||
    shape === 'place'
  )
    return null;
  const ends = reading.words
    .slice(code.last + 1)
    .every(({ type, lower }) => type === 'mark' || AROUND_ANSWERS.has(lower));
  return !ends || code.digits.length === 0 || code.chars.length < 2
    ? null
    : { first: code.first, last: code.last, slot, chars: code.chars, confidence: 0.7, kind, rule: 'announced' };
}

/** Whether the value says more of what is open, and repeats nothing of it. */
function addsToOpen({ rule }: ExplainedValue): boolean {
  return rule !== 'read_back' && rule !== 'completed';
}

interface Understood {
  readonly asking: Asking;
  readonly values: readonly ExplainedValue[];
  readonly found: readonly FoundValue[];
  readonly slots: readonly SlotName[];
  readonly own: OpenValue | null;
}

function next(state: Conversation, voice: Voice, reading: Reading, understood: Understood): Heard {
  const { asking, values, found, slots, own } = understood;
  const given = values.filter(addsToOpen).at(-1);
  const lastFound = endingValue(reading, found);
  let open: OpenValue | null = state.open;
  let joined: Heard['joined'] = null;
  const corrects = reading.words.some(({ lower }) => CORRECTIONS.has(lower));
  const extra: ExplainedValue[] = [];
  if (given !== undefined) {
    const goesOn = own !== null && own.slot === given.slot && !own.whole && !corrects;
    const before = goesOn ? own.chars : '';
    const said = values
      .filter((value) => value.slot === given.slot && addsToOpen(value))
      .map(({ chars }) => chars)
      .join('');
    const chars = (before + said).slice(0, MOST_CHARS);
    open = {
      slot: given.slot,
      voice,
      chars,
      whole: isWhole(given.slot, chars) || (corrects && own?.whole === true),
      left: '',
    };
    if (goesOn && before !== '' && said !== '') joined = { value: chars, kind: given.kind };
  } else if (
    lastFound !== null &&
    values.length === 0 &&
    (state.open === null || state.open.whole || state.open.voice === voice)
  ) {
    open = {
      slot: lastFound.slot,
      voice,
      chars: lastFound.chars.slice(0, MOST_CHARS),
      whole: isWhole(lastFound.slot, lastFound.chars),
      left: '',
    };
  } else {
    const run =
      state.open === null || state.open.slot === 'unexplained' ? unexplainedRun(state.open, voice, reading) : null;
    if (run !== null) {
      open = run.open;
      extra.push(...run.values);
      if (run.values.length > 0) joined = { value: run.open.chars, kind: 'OTHER_ID' };
    }
  }

  if (asking.announced !== null && values.length === 0 && found.length === 0) {
    // "my zip is", and the rest in the next breath: as if the other side had asked.
    return {
      values: [],
      joined: null,
      after: { asker: otherThan(voice), slots: [asking.announced.slot], patience: PATIENCE, open: null },
    };
  }
  const rest = open === null || open.voice === voice ? '' : leftBy(reading, open);
  const asked = asksHere(asking, voice, state, slots);
  if (asked !== null) {
    return {
      values: [...values, ...extra],
      joined,
      after: {
        asker: voice === 'unknown' ? 'unknown' : voice,
        slots: asked.slice(0, MOST_SLOTS),
        patience: PATIENCE,
        open: keepsOpen(open, asked, rest),
      },
    };
  }
  const answered = new Set<string>([
    ...values
      .filter(
        (value) =>
          addsToOpen(value) && (open?.slot !== value.slot || open.whole || SLOTS[value.slot].whole.length === 0),
      )
      .map(({ slot }) => slot),
    ...found.map(({ kind }) => slotOfKind(kind) ?? ''),
  ]);
  // What found by itself is of a kind asked for answers that question, too.
  const foundKinds = new Set(found.map(({ kind }) => kind));
  const left = state.slots.filter(
    (slot) => !answered.has(slot) && !(answered.size > 0 && foundKinds.has(SLOTS[slot].kind)),
  );
  const speaksOn = values.length > 0 || extra.length > 0 || asking.backChannel;
  const patience = speaksOn ? state.patience : state.patience - 1;
  if (asking.asksOther && values.length === 0 && state.asker === voice)
    return { values: extra, joined, after: given === undefined && lastFound === null ? SILENCE : { ...SILENCE, open } };
  // A statement after a whole answer goes on to something else; the value is closed.
  const closes =
    !speaksOn &&
    rest === '' &&
    given === undefined &&
    lastFound === null &&
    extra.length === 0 &&
    open === state.open &&
    (open?.whole === true || open?.voice !== voice || patience <= 0);
  const stillOpen = closes || open === null ? null : { ...open, left: rest };
  const holds = patience > 0 && left.length > 0 && state.asker !== null;
  const after: Conversation = holds
    ? { asker: state.asker, slots: left, patience, open: stillOpen }
    : { ...SILENCE, patience: Math.max(0, patience), open: stillOpen };
  return { values: [...values, ...extra], joined, after };
}

function otherThan(voice: Voice): Voice {
  if (voice === 'unknown') return 'unknown';
  return voice === 'caller' ? 'agent' : 'caller';
}

/** What is asked for from now on; null where the utterance asks for nothing. A bare answer asks for nothing. */
function asksHere(
  asking: Asking,
  voice: Voice,
  state: Conversation,
  slots: readonly SlotName[],
): readonly SlotName[] | null {
  if (asking.slots.length === 0) return null;
  // A caller who names what was asked for ("my last name?", "for the date of birth") asks for nothing new.
  if (
    slots.length > 0 &&
    asking.slots.every((slot) => slots.some((expected) => SLOTS[expected].kind === SLOTS[slot].kind))
  )
    return null;
  if (state.asker === voice && asking.slots.length === 1 && asking.slots[0] !== undefined) {
    const [slot] = asking.slots;
    return [slot, ...state.slots.filter((other) => other !== slot)];
  }
  return asking.slots;
}

/** A value stays open when the same thing is asked for again, or how it is spelled. */
function keepsOpen(open: OpenValue | null, asked: readonly SlotName[], left: string): OpenValue | null {
  return open !== null && asked.some((slot) => SLOTS[slot].kind === SLOTS[open.slot].kind)
    ? { ...open, whole: false, chars: open.whole ? '' : open.chars, left }
    : null;
}

/** The identifier that detection found at the end of the utterance, but for words around it. */
function endingValue(
  reading: Reading,
  found: readonly FoundValue[],
): { readonly slot: SlotName; readonly chars: string } | null {
  const last = found.at(-1);
  const slot = last === undefined ? null : slotOfKind(last.kind);
  if (last === undefined || slot === null) return null;
  if (!reading.words.slice(last.last + 1).every(({ type, lower }) => type === 'mark' || AROUND_ANSWERS.has(lower)))
    return null;
  const code = coveringCode(reading.codes, last.last);
  return { slot, chars: code?.chars ?? '' };
}

/** Digits that nobody asked for, said bit by bit: from the sixth on they are an identifier that nothing explains. */
function unexplainedRun(
  before: OpenValue | null,
  voice: Voice,
  reading: Reading,
): { readonly open: OpenValue; readonly values: ExplainedValue[] } | null {
  if (reading.codes.length === 0 || (before !== null && before.voice !== voice) || !isBare(reading)) return null;
  if (reading.codes.some(({ quantity, counts, digits }) => quantity || counts || digits === '')) return null;
  const said = reading.codes.map(({ chars }) => chars).join('');
  if (before === null && said.length < 2) return null;
  const chars = ((before?.chars ?? '') + said).slice(0, MOST_CHARS);
  const open: OpenValue = { slot: 'unexplained', voice, chars, whole: false, left: '' };
  const values = chars.replace(/\D/g, '').length < UNEXPLAINED || before === null ? [] : reading.codes;
  return {
    open,
    values: values.map(({ first, last, chars: part }) => ({
      first,
      last,
      slot: 'unexplained',
      chars: part,
      confidence: 0.6,
      kind: 'OTHER_ID',
      rule: 'going_on',
    })),
  };
}

function isWhole(slot: SlotName, chars: string): boolean {
  const { whole, shape } = SLOTS[slot];
  if (shape === 'number' || shape === 'code')
    return whole.length > 0 && chars.length >= Math.min(...whole) && whole.some((length) => chars.length >= length);
  return shape === 'age' || shape === 'place' || shape === 'secret';
}

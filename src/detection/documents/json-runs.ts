/**
 * Values that a JSON list holds in pieces: keypad digits, the words of a transcript, the groups of a number. Each list is read
 * as one text. What replaces a value is written into the first of its pieces, and its other pieces become empty
 * (`json-pieces.ts`).
 */
import { keyFacts } from './json-words.ts';
import { isFields, isItems, ownField, type JsonDocument } from './json-value.ts';

/** One piece: where it stands in the list, and its text. */
export interface JsonPiece {
  /** Keys and indexes from the list to the piece, joined by `/`. */
  readonly path: string;
  readonly text: string;
}

/** Pieces that are one text when `joint` stands between them. */
export interface JsonRun {
  readonly pieces: readonly JsonPiece[];
  readonly joint: '' | ' ' | '-';
  /** Whether the pieces are keys that somebody pressed. */
  readonly isPressed: boolean;
  /** Whether the pieces are all items of the list, so that one item can stand for them. */
  readonly isWhole: boolean;
}

/** The path under which is given what to write instead of all items. */
export const WHOLE_LIST = '';

const KEY_PRESS = /^[0-9*#]$/;
const CHARACTER = /^[\p{L}\p{N}]$/u;
/** Names of what is read out letter by letter. */
const SPELLED: ReadonlySet<string> = new Set('chars characters character letters letter spelled spelling'.split(' '));
const LABEL = /^(?:keys?|digit|dtmf|tone|button|keypad|press(?:ed)?|input|entered|[nk])[ :=_#-]{0,3}/i;
const DIGITS = /^\d{1,6}$/;
const SHORTEST_KEYS = 4;
/** From so many digits on nobody counts or scores in strings. */
const UNNAMED_KEYS = 7;
const SHORTEST_WORDS = 3;
/** Lengths of the groups of telephone, social security and card numbers, and of ZIP+4. */
const GROUPS: ReadonlySet<string> = new Set(['3,3,4', '1,3,3,4', '3,2,4', '4,4,4,4', '4,6,5', '5,4', '3,4', '3,3,3']);
const MOST_GROUPS = 5;
/** The groups of a date. */
const DAYS = /^(?:4,[12],[12]|[12],[12],[24])$/;
const KEY_NAMES: ReadonlySet<string> = new Set(
  'digits digit keys keypad dtmf pressed keypresses presses input inputs tones entered typed dialed dialled sequence buttons'.split(
    ' ',
  ),
);
/** Names of what callers press, and of nothing else. */
const PRESSED: ReadonlySet<string> = new Set(
  'digits digit keypad dtmf pressed keypresses presses tones entered typed dialed dialled'.split(' '),
);
const KEY_FIELDS = [
  'digit',
  'dtmf',
  'keypad',
  'keypress',
  'tone',
  'button',
  'pressed',
  'key',
  'value',
  'input',
  'char',
  'd',
  'k',
];
const WORD_NAMES: ReadonlySet<string> = new Set('words tokens items pronunciation'.split(' '));
const WORD_FIELDS = ['word', 'punctuated_word', 'text', 'w', 'token', 'content', 'value', 'punctuatedWord', 'display'];

const isPressed = (words: readonly string[]): boolean => words.some((word) => PRESSED.has(word));
const PRESSES = /^[0-9](?:[ ,;|.-]{0,2}[0-9*#]){3,}$/;

/** Returns true for four and more keys that a caller pressed: `{"dtmf": "9,7,7,0,1,#"}`. A choice in a menu is shorter. */
export function arePresses(name: string, source: string): boolean {
  return PRESSES.test(source) && isPressed(keyFacts(name).words);
}

/** Items that are looked at before the work may be interrupted. */
const AT_ONCE = 100;

/** Returns the runs in a list, mostly none. `name` is the nearest key above it. Yields wherever it may be interrupted. */
export function* readingRuns(
  items: readonly JsonDocument[],
  name: string | null,
): Generator<undefined, readonly JsonRun[]> {
  if (items.length < 2) return [];
  const words = name === null ? [] : keyFacts(name).words;
  const scalar = yield* scalarRun(items, name, words);
  if (scalar !== null) return [scalar];
  if (!(yield* every(items, isFields))) return [];
  const keys = yield* keyRun(items);
  if (keys !== null && keys.pieces.length >= SHORTEST_KEYS) return [{ ...keys, joint: '', isPressed: true }];
  if (items.length < SHORTEST_WORDS) return [];
  const isWords =
    words.some((word) => WORD_NAMES.has(word)) ||
    (yield* every(items, (item) => typeof ownField(item, 'word') === 'string'));
  if (!isWords) return [];
  const runs: JsonRun[] = [];
  for (const field of WORD_FIELDS) {
    const run = yield* fieldRun(items, field, /^\s*\S+\s*$/);
    if (run !== null) runs.push(run);
  }
  const spoken = yield* alternativesRun(items);
  return spoken === null ? runs : [...runs, spoken];
}

function* every<T>(items: readonly T[], test: (item: T) => boolean): Generator<undefined, boolean> {
  for (const [n, item] of items.entries()) {
    if (!test(item)) return false;
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
  return true;
}

/** The keys that are pressed in the first field that holds such. */
function* keyRun(items: readonly JsonDocument[]): Generator<undefined, JsonRun | null> {
  for (const field of KEY_FIELDS) {
    const run = yield* fieldRun(items, field, KEY_PRESS);
    if (run !== null) return run;
  }
  return null;
}

function* scalarRun(
  items: readonly JsonDocument[],
  name: string | null,
  words: readonly string[],
): Generator<undefined, JsonRun | null> {
  const texts = yield* scalarTexts(items);
  if (texts === null) return null;
  const keys = yield* unlabelled(texts);
  const isNumbers = !(yield* every(items, (item) => typeof item !== 'number'));
  const meaning = name === null ? null : keyFacts(name).meaning;
  const kind = meaning === null || meaning === 'keep' ? null : meaning.kind;
  const isKeys = words.some((word) => KEY_NAMES.has(word)) || kind !== null;
  const run = (joint: JsonRun['joint'], isWhole: boolean, isPressed = false): Generator<undefined, JsonRun> =>
    runOf(keys, { joint, isPressed, isWhole });
  if (yield* every(keys, (text) => KEY_PRESS.test(text))) {
    const isRun = isKeys
      ? texts.length >= SHORTEST_KEYS
      : !isNumbers && texts.length >= UNNAMED_KEYS && !(name !== null && keyFacts(name).isQuantity);
    return isRun ? yield* run('', true, isPressed(words)) : null;
  }
  // The letters of a name, and the characters of an identifier.
  if (texts.length >= SHORTEST_WORDS && (yield* every(texts, (text) => CHARACTER.test(text))))
    return kind !== null || words.some((word) => SPELLED.has(word)) ? yield* run('', true) : null;
  if (yield* every(texts, (text) => DIGITS.test(text))) {
    // No value has more groups.
    const lengths = texts.length > MOST_GROUPS ? '' : texts.map((text) => text.length).join();
    if ((kind === 'DOB' || kind === 'DATE') && DAYS.test(lengths)) return yield* run('-', true);
    return GROUPS.has(lengths) && (kind !== null || (!isNumbers && texts.length > 2)) ? yield* run('-', true) : null;
  }
  const isWords = words.some((word) => WORD_NAMES.has(word)) && texts.length >= SHORTEST_WORDS;
  return isWords && (yield* every(texts, (text) => /^\S+$/.test(text))) ? yield* run(' ', false) : null;
}

/** The strings and numbers of a list as texts; null where it has other items. */
function* scalarTexts(items: readonly JsonDocument[]): Generator<undefined, readonly string[] | null> {
  const texts: string[] = [];
  for (const [n, item] of items.entries()) {
    if (typeof item !== 'string' && typeof item !== 'number') return null;
    texts.push(String(item).trim());
    if (n % AT_ONCE === AT_ONCE - 1) yield;
  }
  return texts;
}

function* runOf(texts: readonly string[], run: Omit<JsonRun, 'pieces'>): Generator<undefined, JsonRun> {
  const pieces: JsonPiece[] = [];
  for (const [at, text] of texts.entries()) {
    pieces.push({ path: String(at), text });
    if (at % AT_ONCE === AT_ONCE - 1) yield;
  }
  return { pieces, ...run };
}

/** "key 4", "key 8": what is the same before each digit says that it is one; the digits alone. Other texts as they are. */
function* unlabelled(texts: readonly string[]): Generator<undefined, readonly string[]> {
  const label = LABEL.exec(texts[0] ?? '')?.[0] ?? '';
  const isLabelled = (text: string): boolean => text.startsWith(label) && KEY_PRESS.test(text.slice(label.length));
  if (label === '' || !(yield* every(texts, isLabelled))) return texts;
  return texts.map((text) => text.slice(label.length));
}

function* fieldRun(items: readonly JsonDocument[], field: string, form: RegExp): Generator<undefined, JsonRun | null> {
  const pieces: JsonPiece[] = [];
  for (const [at, item] of items.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) yield;
    const value = ownField(item, field);
    if (value === undefined) continue;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !form.test(text)) return null;
    pieces.push({ path: `${at}/${field}`, text: text.trim() });
  }
  return pieces.length < SHORTEST_WORDS ? null : { pieces, joint: ' ', isPressed: false, isWhole: false };
}

/** Words as Amazon Transcribe has them: `{alternatives: [{content}]}`. */
function* alternativesRun(items: readonly JsonDocument[]): Generator<undefined, JsonRun | null> {
  const pieces: JsonPiece[] = [];
  for (const [at, item] of items.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) yield;
    const alternatives = ownField(item, 'alternatives');
    const content = isItems(alternatives) ? ownField(alternatives[0], 'content') : undefined;
    if (typeof content === 'string') pieces.push({ path: `${at}/alternatives/0/content`, text: content });
  }
  return pieces.length < SHORTEST_WORDS ? null : { pieces, joint: ' ', isPressed: false, isWhole: false };
}

/** The text of a run. */
export function textOfRun({ pieces, joint }: JsonRun): string {
  return pieces.map(({ text }) => text).join(joint);
}

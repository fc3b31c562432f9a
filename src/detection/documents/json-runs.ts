/**
 * Values that a JSON list holds in pieces: keypad digits, the words of a transcript, the groups of a number. Each list is read
 * as one text; what replaces a value stands in the piece that it begins in, and the pieces that it goes on in are empty.
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

/** The runs in a list. `name` is the nearest key above it. Mostly none. */
export function runsOf(items: readonly JsonDocument[], name: string | null): readonly JsonRun[] {
  if (items.length < 2) return [];
  const words = name === null ? [] : keyFacts(name).words;
  const scalar = scalarRun(items, name, words);
  if (scalar !== null) return [scalar];
  if (!items.every(isFields)) return [];
  const keys = KEY_FIELDS.map((field) => fieldRun(items, field, KEY_PRESS)).find((run) => run !== null);
  if (keys !== undefined && keys.pieces.length >= SHORTEST_KEYS) return [{ ...keys, joint: '', isPressed: true }];
  if (items.length < SHORTEST_WORDS) return [];
  const isWords =
    words.some((word) => WORD_NAMES.has(word)) || items.every((item) => typeof ownField(item, 'word') === 'string');
  if (!isWords) return [];
  const runs = WORD_FIELDS.map((field) => fieldRun(items, field, /^\s*\S+\s*$/)).filter((run) => run !== null);
  const spoken = alternativesRun(items);
  return spoken === null ? runs : [...runs, spoken];
}

function scalarRun(items: readonly JsonDocument[], name: string | null, words: readonly string[]): JsonRun | null {
  const texts = items.map((item) =>
    typeof item === 'string' || typeof item === 'number' ? String(item).trim() : null,
  );
  if (!texts.every((text) => text !== null)) return null;
  const pieces = unlabelled(texts).map((text, at) => ({ path: String(at), text }));
  const isNumbers = items.some((item) => typeof item === 'number');
  const meaning = name === null ? null : keyFacts(name).meaning;
  const kind = meaning === null || meaning === 'keep' ? null : meaning.kind;
  const isKeys = words.some((word) => KEY_NAMES.has(word)) || kind !== null;
  if (pieces.every(({ text }) => KEY_PRESS.test(text))) {
    const isRun = isKeys
      ? texts.length >= SHORTEST_KEYS
      : !isNumbers && texts.length >= UNNAMED_KEYS && !(name !== null && keyFacts(name).isQuantity);
    const isPressed = words.some((word) => PRESSED.has(word));
    return isRun ? { pieces, joint: '', isPressed, isWhole: true } : null;
  }
  // The letters of a name, and the characters of an identifier.
  if (texts.length >= SHORTEST_WORDS && texts.every((text) => CHARACTER.test(text)))
    return kind !== null || words.some((word) => SPELLED.has(word))
      ? { pieces, joint: '', isPressed: false, isWhole: true }
      : null;
  if (texts.every((text) => DIGITS.test(text))) {
    const lengths = texts.map((text) => text.length).join();
    if ((kind === 'DOB' || kind === 'DATE') && DAYS.test(lengths))
      return { pieces, joint: '-', isPressed: false, isWhole: true };
    return GROUPS.has(lengths) && (kind !== null || (!isNumbers && texts.length > 2))
      ? { pieces, joint: '-', isPressed: false, isWhole: true }
      : null;
  }
  const isWords = words.some((word) => WORD_NAMES.has(word)) && texts.length >= SHORTEST_WORDS;
  return isWords && texts.every((text) => /^\S+$/.test(text))
    ? { pieces, joint: ' ', isPressed: false, isWhole: false }
    : null;
}

/** "key 4", "key 8": what is the same before each digit says that it is one; the digits alone. Other texts as they are. */
function unlabelled(texts: readonly string[]): readonly string[] {
  const label = LABEL.exec(texts[0] ?? '')?.[0] ?? '';
  if (label === '' || !texts.every((text) => text.startsWith(label) && KEY_PRESS.test(text.slice(label.length))))
    return texts;
  return texts.map((text) => text.slice(label.length));
}

function fieldRun(items: readonly JsonDocument[], field: string, form: RegExp): JsonRun | null {
  const pieces: JsonPiece[] = [];
  for (const [at, item] of items.entries()) {
    const value = ownField(item, field);
    if (value === undefined) continue;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !form.test(text)) return null;
    pieces.push({ path: `${at}/${field}`, text: text.trim() });
  }
  return pieces.length < SHORTEST_WORDS ? null : { pieces, joint: ' ', isPressed: false, isWhole: false };
}

/** Words as Amazon Transcribe has them: `{alternatives: [{content}]}`. */
function alternativesRun(items: readonly JsonDocument[]): JsonRun | null {
  const pieces: JsonPiece[] = [];
  for (const [at, item] of items.entries()) {
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

/**
 * What is written in each piece that changed, by its path. `masked` is the text of the run with values replaced: each word
 * gets one part of it or nothing, so that no letter is written that masking took out.
 */
export function writtenPieces({ pieces, joint, isWhole }: JsonRun, masked: string): ReadonlyMap<string, string> {
  if (isWhole) return new Map([[WHOLE_LIST, masked]]);
  // Each key press is told by what they make together.
  if (joint === '') return new Map(pieces.map(({ path }) => [path, masked]));
  const parts = masked.split(' ');
  const texts = new Array<string>(pieces.length).fill('');
  let at = 0;
  for (const [n, part] of parts.entries()) {
    if (at >= pieces.length) {
      texts[pieces.length - 1] = `${texts.at(-1) ?? ''} ${part}`;
      continue;
    }
    texts[at] = part;
    const isChanged = part !== pieces[at]?.text;
    at++;
    if (isChanged) at = resumed(pieces, at, parts.slice(n + 1));
  }
  return new Map(pieces.flatMap(({ path, text }, n) => (texts[n] === text ? [] : [[path, texts[n] ?? '']])));
}

/** The piece from `at` on that holds the first of the parts after a value. */
function resumed(pieces: readonly JsonPiece[], at: number, rest: readonly string[]): number {
  const [next] = rest;
  if (next === undefined) return pieces.length;
  const last = pieces.length - rest.length;
  if (last >= at && rest.every((part, n) => pieces[last + n]?.text === part)) return last;
  const nearest = pieces.findIndex(({ text }, n) => n >= at && n <= last && text === next);
  return nearest === -1 ? at : nearest;
}

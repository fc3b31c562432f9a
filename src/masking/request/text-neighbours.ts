/** What stands beside the text parts of one message, and beside keys and their values: a value may be cut between two. */
import { readingAsJson } from '../../json/json-rewrite.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';

/** Characters of its neighbours that are read together with a text: more than any identifier has. */
const NEAR = 200;
/** Characters from which on a part is read by itself, with its neighbours. */
const LONG_PART = NEAR;
/** Characters from which on no further part is added to a group. */
const FULL_GROUP = 2 * NEAR;

/**
 * What stands right before and after a text that is one of several (parts of a message, a key and its value). Short parts
 * are read in groups, and these are their neighbours: each part read by itself would be read with its neighbours, which may
 * have a hundred times its length.
 */
export interface TextNeighbours {
  /** Up to 200 characters, from the beginning of a word; empty for the first part. */
  readonly before: string;
  readonly after: string;
  /** The parts that are read together, and which of them the text is; absent for a text that is read by itself. */
  readonly group?: PartInGroup;
}

export interface PartInGroup {
  /** Two or more. The same list for each of them. */
  readonly parts: readonly string[];
  readonly index: number;
}

/** What stands beside the text parts of a message, by their pointers. */
export interface BesideParts {
  readonly size: number;
  has(pointer: string): boolean;
  /** `text` is the part, or a text of the JSON that it is: what stands in an object or list is read by itself. */
  get(pointer: string, text: string): TextNeighbours | undefined;
}

/** For texts without neighbours. */
export const ALONE: BesideParts = new Map<string, TextNeighbours>();

/** Parts that are read together. */
interface Group {
  /** Number of the first part. */
  readonly first: number;
  readonly parts: string[];
  length: number;
  /** What stands around it; null until it is asked for. */
  near: Pick<TextNeighbours, 'before' | 'after'> | null;
}

/** The parts of a message of several. What stands beside a group is read when it is asked for. */
class Neighbours implements BesideParts {
  readonly #texts: PlacedPart[] = [];
  readonly #numbers = new Map<string, number>();
  /** By the number of the part. */
  readonly #groups: Group[] = [];

  add(part: PlacedPart): void {
    const number = this.#texts.length;
    const { length } = part.text;
    const last = this.#groups.at(-1);
    const isAdded = last !== undefined && length < LONG_PART && last.length < FULL_GROUP && !isLongPart(last);
    const group = isAdded ? last : { first: number, parts: [], length: 0, near: null };
    group.parts.push(part.text);
    group.length += length;
    this.#numbers.set(part.place, number);
    this.#texts.push(part);
    this.#groups.push(group);
  }

  get size(): number {
    return this.#texts.length;
  }

  has(pointer: string): boolean {
    return this.#numbers.has(pointer);
  }

  get(pointer: string, text: string): TextNeighbours | undefined {
    const number = this.#numbers.get(pointer);
    const group = number === undefined ? undefined : this.#groups[number];
    if (number === undefined || group === undefined) return undefined;
    const whole = this.#texts[number]?.text ?? '';
    if (text !== whole) return isQuoted(whole) ? this.#ofOne(number) : undefined;
    const { first, parts } = group;
    group.near ??= { before: before(this.#texts, first), after: after(this.#texts, first + parts.length - 1) };
    return parts.length === 1 ? group.near : { ...group.near, group: { parts, index: number - first } };
  }

  #ofOne(number: number): TextNeighbours {
    return { before: before(this.#texts, number), after: after(this.#texts, number) };
  }
}

/** Whether a part that is JSON is one string: what is in its quotes may be cut like any other part. */
function isQuoted(part: string): boolean {
  return /^\s*"/.test(part);
}

function isLongPart({ parts, length }: Group): boolean {
  return parts.length === 1 && length >= LONG_PART;
}

/**
 * For each text part of a message of several, the text before and after it. None if a tool says JSON in one of them, whose
 * texts are masked by themselves. Yields wherever it may be interrupted.
 */
export function* neighbours(
  parts: readonly JsonValue[],
  pointer: string,
  saidByTool: boolean,
): Generator<undefined, BesideParts> {
  const texts = new Neighbours();
  for (const [index, part] of parts.entries()) {
    const place = `${pointer}/${index}`;
    for (const text of isJsonObject(part) ? textsOf(part, place) : saidAt(part, place)) {
      if (saidByTool && (yield* readingAsJson(text.text))) return ALONE;
      texts.add(text);
    }
    yield;
  }
  return texts.size < 2 ? ALONE : texts;
}

interface PlacedPart {
  readonly text: string;
  readonly place: string;
}

function textsOf(part: JsonObject, pointer: string): PlacedPart[] {
  return ['text', 'refusal'].flatMap((name) => saidAt(own(part, name), `${pointer}/${name}`));
}

function saidAt(text: JsonValue | undefined, place: string): PlacedPart[] {
  return typeof text === 'string' && text !== '' ? [{ text, place }] : [];
}

/** A word that the text ends in the middle of. */
const CUT_WORD = /(?<!\S)\S+$/;

export function before(texts: readonly { readonly text: string }[], at: number): string {
  let near = '';
  for (let index = at - 1; index >= 0 && near.length < NEAR; index--)
    near = (texts[index]?.text.slice(-NEAR) ?? '') + near;
  // A word that is cut is none.
  return near.length < NEAR ? near : near.slice(-NEAR).replace(/^\S+/, '');
}

export function after(texts: readonly { readonly text: string }[], at: number): string {
  let near = '';
  for (let index = at + 1; index < texts.length && near.length < NEAR; index++)
    near += texts[index]?.text.slice(0, NEAR) ?? '';
  return near.length < NEAR ? near : near.slice(0, NEAR).replace(CUT_WORD, '');
}

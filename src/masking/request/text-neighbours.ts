/** What stands beside the text parts of one message, and beside keys and their values: a value may be cut between two. */
import { isJsonText } from '../../json/json-rewrite.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';

/** Characters of its neighbours that are read together with a part: more than any identifier has. */
const NEAR = 200;

/** What stands right before and after a text that is one of several (parts of a message, a key and its value): a value may be cut between two. */
export interface TextNeighbours {
  /** Up to 200 characters, from the beginning of a word; empty for the first part. */
  readonly before: string;
  readonly after: string;
}

/** What stands beside the text parts of a message, by their pointers. */
export interface BesideParts {
  readonly size: number;
  has(pointer: string): boolean;
  get(pointer: string): TextNeighbours | undefined;
}

/** For texts without neighbours. */
export const ALONE: BesideParts = new Map<string, TextNeighbours>();

/** The parts of a message of several: what stands beside one is read when it is asked for. */
class Neighbours implements BesideParts {
  readonly #texts: PlacedPart[] = [];
  readonly #numbers = new Map<string, number>();

  add(text: PlacedPart): void {
    this.#numbers.set(text.place, this.#texts.length);
    this.#texts.push(text);
  }

  get size(): number {
    return this.#texts.length;
  }

  has(pointer: string): boolean {
    return this.#numbers.has(pointer);
  }

  get(pointer: string): TextNeighbours | undefined {
    const at = this.#numbers.get(pointer);
    return at === undefined ? undefined : { before: before(this.#texts, at), after: after(this.#texts, at) };
  }
}

/**
 * For each text part of a message of several, the text before and after it. None if a tool says JSON in one of them, whose
 * texts are masked by themselves. Yields wherever it may be interrupted.
 */
export function* neighbours(
  parts: readonly JsonValue[],
  pointer: string,
  saidByTool: boolean,
): Generator<void, BesideParts> {
  const texts = new Neighbours();
  for (const [index, part] of parts.entries()) {
    const place = `${pointer}/${index}`;
    for (const text of isJsonObject(part) ? textsOf(part, place) : saidAt(part, place)) {
      if (saidByTool && isJsonText(text.text)) return ALONE;
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

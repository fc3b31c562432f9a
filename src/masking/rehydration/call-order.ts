/**
 * The order of streamed tool calls. Some models interleave the pieces of several calls, and two client libraries then merge
 * calls or drop one. See docs/proxy.md, Streaming.
 */
import { isJsonList } from '../../json/json-map.ts';
import { JsonEnd } from '../../json/json-end.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';

/** Characters of JSON that one stream may hold back for the order of its calls. */
const MAX_HELD_LENGTH = 1024 * 1024;
/** Calls of one stream whose order is kept. */
const MAX_CALLS = 4096;

/** One call of a choice. */
interface OpenCall {
  readonly end: JsonEnd;
  held: JsonValue[];
}

/** The calls of one choice. */
interface ChoiceCalls {
  /** In the order in which they began. */
  readonly calls: OpenCall[];
  /** Their positions in `calls` by their `index`. */
  readonly positions: Map<JsonValue, number>;
  /** The position of the first call that is not complete. Pieces of calls behind it are held. */
  open: number;
  heldLength: number;
}

/** Pieces of one choice that leave together. */
export interface ReleasedCalls {
  readonly choice: JsonValue;
  readonly pieces: readonly JsonValue[];
}

/**
 * Puts the pieces of the calls of a stream in order: all of the call that began first, then all of the next. A piece leaves
 * at once when every call before its own is complete, and else with the piece that completes the last of these.
 */
export class CallOrder {
  readonly #maxHeldLength: number;
  readonly #choices = new Map<JsonValue, ChoiceCalls>();
  /** Choices that would hold back too much: their pieces pass as they come. */
  readonly #unordered = new Set<JsonValue>();
  #heldLength = 0;
  #calls = 0;

  constructor(maxHeldLength: number = MAX_HELD_LENGTH) {
    this.#maxHeldLength = maxHeldLength;
  }

  /** Returns the pieces of `choice` that leave now that `pieces` came: items of its `tool_calls`, each with its `index`. */
  push(choice: JsonValue, pieces: readonly JsonValue[]): JsonValue[] {
    return pieces.flatMap((piece) => this.#piece(choice, piece));
  }

  /** Returns what `choice` still holds back, and forgets its calls: it has finished. */
  finish(choice: JsonValue): JsonValue[] {
    const open = this.#choices.get(choice);
    if (open === undefined) return [];
    this.#choices.delete(choice);
    this.#heldLength -= open.heldLength;
    return open.calls.flatMap(({ held }) => held);
  }

  /** Returns what is held back of every choice: the stream ends here. */
  finishAll(): ReleasedCalls[] {
    return [...this.#choices.keys()]
      .map((choice) => ({ choice, pieces: this.finish(choice) }))
      .filter(({ pieces }) => pieces.length > 0);
  }

  #piece(choice: JsonValue, piece: JsonValue): JsonValue[] {
    if (!isJsonObject(piece) || this.#unordered.has(choice)) return [piece];
    const open = this.#openChoice(choice);
    const position = this.#position(open, own(piece, 'index') ?? null);
    const call = position === null ? undefined : open.calls[position];
    if (position === null || call === undefined) return this.#giveUp(choice, piece);
    call.end.push(textOf(piece));
    if (position > open.open) {
      const length = JSON.stringify(piece).length;
      if (this.#heldLength + length > this.#maxHeldLength) return this.#giveUp(choice, piece, call);
      call.held.push(piece);
      open.heldLength += length;
      this.#heldLength += length;
      return [];
    }
    if (!call.end.isComplete) open.open = position;
    // Pieces of a later call have left. This one adds nothing, and a client could take it for another call.
    else if (position < open.open && position < open.calls.length - 1 && isEmpty(piece)) return [];
    return [piece, ...(position === open.open ? this.#advance(open) : [])];
  }

  /** Returns what was held for the calls that are complete by now. */
  #advance(open: ChoiceCalls): JsonValue[] {
    const released: JsonValue[] = [];
    while (open.calls[open.open]?.end.isComplete === true) {
      open.open++;
      const next = open.calls[open.open];
      released.push(...(next?.held ?? []));
      if (next !== undefined) next.held = [];
    }
    const length = released.reduce<number>((sum, piece) => sum + JSON.stringify(piece).length, 0);
    open.heldLength -= length;
    this.#heldLength -= length;
    return released;
  }

  /** Releases all of the choice in order, `piece` with its call, and orders it no longer. */
  #giveUp(choice: JsonValue, piece: JsonValue, call?: OpenCall): JsonValue[] {
    this.#unordered.add(choice);
    if (call === undefined) return [...this.finish(choice), piece];
    call.held.push(piece);
    return this.finish(choice);
  }

  #openChoice(choice: JsonValue): ChoiceCalls {
    const known = this.#choices.get(choice);
    if (known !== undefined) return known;
    const open: ChoiceCalls = { calls: [], positions: new Map(), open: 0, heldLength: 0 };
    this.#choices.set(choice, open);
    return open;
  }

  /** The position of the call; null where the stream has too many. */
  #position({ calls, positions }: ChoiceCalls, index: JsonValue): number | null {
    const known = positions.get(index);
    if (known !== undefined) return known;
    if (this.#calls === MAX_CALLS) return null;
    this.#calls++;
    positions.set(index, calls.length);
    return calls.push({ end: new JsonEnd(), held: [] }) - 1;
  }
}

/** Whether the piece adds nothing to its call. */
function isEmpty({ index: _index, type: _type, ...rest }: JsonObject): boolean {
  return Object.values(rest).every(
    (member) =>
      (member ?? '') === '' || (isJsonObject(member) && Object.values(member).every((text) => (text ?? '') === '')),
  );
}

/** The arguments in the piece. Some servers send them as JSON itself, all at once; the input of a custom tool is free text. */
function textOf(piece: JsonValue): string {
  const part = isJsonObject(piece) ? own(piece, 'function') : undefined;
  const given = isJsonObject(part) ? own(part, 'arguments') : undefined;
  if (typeof given === 'string') return given;
  return isJsonObject(given) || isJsonList(given) ? JSON.stringify(given) : '';
}

/**
 * The texts of a streamed answer, each with what is held back of it: content, refusal and arguments of every choice or
 * output item are lanes that never mix. Knows nothing of how an API puts them into events.
 */
import type { Destination } from './destination.ts';
import type { Restoring } from './restoring.ts';
import { StreamLimitError } from './stream-limit.ts';
import { pushing } from './long-text.ts';
import { TextLane, type TextForm } from './text-lane.ts';
import type { Stepped } from '../../platform/steps.ts';

/** What a piece of text belongs to. */
export interface LanePlace<Where> {
  /** Whatever it takes to write a piece of this lane: comes back from `flush`. */
  readonly where: Where;
  readonly destination: Destination;
  /** Fixed by the first piece. */
  readonly form: TextForm;
}

/** What a lane had held back. */
export interface Flushed<Where> {
  readonly key: string;
  readonly where: Where;
  /** May be empty. */
  readonly text: string;
}

interface OpenLane<Where> {
  readonly lane: TextLane;
  readonly where: Where;
  destination: Destination;
}

/** Texts of one stream at a time. */
const MAX_LANES = 4096;

/** The lanes of one stream. */
export class TextLanes<Where> {
  readonly #restoring: Restoring;
  readonly #lanes = new Map<string, OpenLane<Where>>();

  constructor(restoring: Restoring) {
    this.#restoring = restoring;
  }

  /**
   * What may go out of lane `key` now that `text` has come. `final`: nothing follows in this lane. Throws
   * {@link StreamLimitError} for more lanes than any answer has.
   */
  push(key: string, text: string, place: LanePlace<Where>, final = false): string {
    return this.#pushed(key, place, final).push(text, place.destination, final);
  }

  /** The same of a text that may be long: then it returns the work, which is to be done before the lanes are used again. */
  pushing(key: string, text: string, place: LanePlace<Where>, final = false): Stepped<string> {
    return pushing(this.#pushed(key, place, final), text, place.destination, final);
  }

  /** The lane `key`, to which a text is pushed now. */
  #pushed(key: string, place: LanePlace<Where>, final: boolean): TextLane {
    const open = this.#open(key, place);
    open.destination = place.destination;
    if (final) this.#lanes.delete(key);
    return open.lane;
  }

  /**
   * Whether `text` goes out of lane `key` just as it is; then it is taken note of and is not to be pushed. Cheaper than
   * `push`; says no too often rather than too rarely.
   */
  passes(key: string, text: string, place: LanePlace<Where>): boolean {
    return this.#open(key, place).lane.passes(text);
  }

  /** Whether lane `key` holds something back. */
  isHolding(key: string): boolean {
    return (this.#lanes.get(key)?.lane.held ?? '') !== '';
  }

  /** Characters held back now. */
  get heldLength(): number {
    let length = 0;
    for (const { lane } of this.#lanes.values()) length += lane.held.length;
    return length;
  }

  /** Ends the lanes that `belongs` picks, or all: what they held back, settled, for nothing follows it. */
  flush(belongs: (where: Where) => boolean = () => true): Flushed<Where>[] {
    const flushed: Flushed<Where>[] = [];
    for (const [key, { lane, where, destination }] of this.#lanes) {
      if (!belongs(where)) continue;
      this.#lanes.delete(key);
      if (lane.held !== '') flushed.push({ key, where, text: lane.push('', destination, true) });
    }
    return flushed;
  }

  /** Flushes text that has waited long enough and is no part of a token of this session: see {@link TextLane.flushFalsePrefix}. */
  flushFalsePrefixes(): Flushed<Where>[] {
    return this.#flushFalsePrefixesOf(() => true, false);
  }

  /** Flushes single letters that are held in the lanes that `belongs` picks: to the client, these texts are over. */
  flushEndedLanes(belongs: (where: Where) => boolean): Flushed<Where>[] {
    return this.#flushFalsePrefixesOf(belongs, true);
  }

  /** As `flushEndedLanes`, of lane `key` alone. */
  flushEndedLane(key: string): string {
    return this.#lanes.get(key)?.lane.flushFalsePrefix(true) ?? '';
  }

  #flushFalsePrefixesOf(belongs: (where: Where) => boolean, isOver: boolean): Flushed<Where>[] {
    const flushed: Flushed<Where>[] = [];
    for (const [key, { lane, where }] of this.#lanes) {
      const text = belongs(where) ? lane.flushFalsePrefix(isOver) : '';
      if (text !== '') flushed.push({ key, where, text });
    }
    return flushed;
  }

  /** Forgets what is held back: of an upstream that died in the middle of a token, half a token is worth nothing. */
  drop(): void {
    this.#lanes.clear();
  }

  #open(key: string, { where, destination, form }: LanePlace<Where>): OpenLane<Where> {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    if (this.#lanes.size === MAX_LANES) throw new StreamLimitError('too_many_lanes');
    const open = { lane: new TextLane(this.#restoring, form), where, destination };
    this.#lanes.set(key, open);
    return open;
  }
}

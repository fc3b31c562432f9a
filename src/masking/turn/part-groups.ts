/**
 * Groups of short parts of a message, each read as one text. What is found in a group is found once for all of its parts, so
 * that the time does not depend on the number of parts.
 */
import type { Span } from '../../detection/span.ts';
import type { TextNeighbours } from '../request/chat-request.ts';
import { findBeside, joined, within, type Finding, type JoinedText } from './cut-texts.ts';
import { findPastedTokens, struckOut } from './pasted-tokens.ts';
import type { PlacedText } from './placed-text.ts';

type BesideText = Pick<PlacedText, 'beside' | 'group'>;

/** The values known as number `since` to `upTo` (exclusive). */
export interface KnownRange {
  readonly since: number;
  readonly upTo: number;
}

/** Where the values of a range stand in each text of a group. */
interface KnownFound extends KnownRange {
  readonly found: readonly (readonly Span[])[];
}

/** One group, as it is read in a turn. */
class PartGroup {
  readonly #texts: readonly JoinedText[];
  readonly #identifiers: (readonly Span[])[] = [];
  #known: KnownFound | null = null;
  #upTo: number | null = null;

  constructor(parts: readonly string[], beside: Pick<TextNeighbours, 'before' | 'after'>) {
    // A pasted token must not be read together with a number beside it.
    const rest = parts.map((part) =>
      struckOut(
        part,
        Array.from(findPastedTokens(part)).flatMap((span) => span ?? []),
      ),
    );
    this.#texts = joined(rest, beside);
  }

  /** To be called before each pass over the texts. */
  beginPass(): void {
    this.#upTo = null;
  }

  /** How many values the group is searched for in this pass: `known` when its first part asks. Later values are for the next pass. */
  knownFor(known: number): number {
    return (this.#upTo ??= known);
  }

  /** What `find` finds in the group, cut to the part of this number. */
  *identifiers<Ask, Answer>(
    index: number,
    part: string,
    find: (text: string) => Finding<Ask, Answer>,
  ): Finding<Ask, Answer> {
    for (const { text } of this.#texts.slice(this.#identifiers.length)) this.#identifiers.push(yield* find(text));
    return this.#within(this.#identifiers, index, part);
  }

  /**
   * The same of values that are known as number `since` or later. `find` finds those from the given number on. Some of
   * before `since` may be found again.
   */
  *known<Ask, Answer>(
    index: number,
    part: string,
    { since, upTo }: KnownRange,
    find: (text: string, since: number) => Finding<Ask, Answer>,
  ): Finding<Ask, Answer> {
    if (upTo <= since) return [];
    if (this.#known === null || this.#known.since > since || this.#known.upTo < upTo) {
      const found: (readonly Span[])[] = [];
      for (const { text } of this.#texts) found.push(yield* find(text, since));
      this.#known = { since, upTo, found };
    }
    return this.#within(this.#known.found, index, part);
  }

  #within(found: readonly (readonly Span[])[], index: number, part: string): Span[] {
    return this.#texts.flatMap(({ starts }, way) => within(found[way] ?? [], starts[index] ?? 0, part));
  }
}

/** Searches the texts of one turn together with what stands beside them. */
export class BesideSearch {
  /** By their names. */
  readonly #groups = new Map<string, PartGroup>();

  /** To be called before each pass over the texts. */
  beginPass(): void {
    for (const group of this.#groups.values()) group.beginPass();
  }

  /** How many values the text is searched for in this pass, of so many that are known now. */
  knownFor(placed: BesideText, known: number): number {
    return this.#groupOf(placed)?.knownFor(known) ?? known;
  }

  /** What `find` finds in the text together with what stands beside it, cut to the text. */
  identifiers<Ask, Answer>(
    placed: BesideText,
    text: string,
    find: (joined: string) => Finding<Ask, Answer>,
  ): Finding<Ask, Answer> {
    const { beside } = placed;
    return this.#groupOf(placed)?.identifiers(beside.group?.index ?? 0, text, find) ?? findBeside(text, beside, find);
  }

  /** The same of values that are known as number `since` or later. `find` finds those from a number on. */
  known<Ask, Answer>(
    placed: BesideText,
    text: string,
    range: KnownRange,
    find: (joined: string, since: number) => Finding<Ask, Answer>,
  ): Finding<Ask, Answer> {
    const { beside } = placed;
    const group = this.#groupOf(placed);
    if (group === null) return findBeside(text, beside, (joined) => find(joined, range.since));
    return group.known(beside.group?.index ?? 0, text, range, find);
  }

  /** The group that the text is read with; null for a text that is read by itself. */
  #groupOf({ group: name, beside }: BesideText): PartGroup | null {
    if (name === null || beside.group === undefined) return null;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new PartGroup(beside.group.parts, beside);
      this.#groups.set(name, group);
    }
    return group;
  }
}

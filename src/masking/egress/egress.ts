/**
 * The egress check: the exact bytes about to leave are searched once more for every value known in the session. It stands
 * behind detection and the walk over the request and shares nothing with either, so that a mistake there is caught here.
 * Pure; linear in the bytes, whatever is known. See docs/proxy.md.
 */
import { Buffer } from 'node:buffer';
import type { EntityKind } from '../../detection/kinds.ts';
import { afterLongStep, runAtOnce } from '../../platform/steps.ts';
import { AhoCorasick } from './aho-corasick.ts';
import { withoutExempt, type Found } from './egress-exempt.ts';
import { allFormsOf, patternsOf, type ValuePatterns, type PatternWord } from './egress-patterns.ts';
import type { EscapeReading } from './egress-reading.ts';
import { AT_WORD, BEGINS_RUN, BEGINS_WORD, EgressScan } from './egress-scan.ts';
import { PairMap } from './pair-map.ts';

/** A value that was found. Never the value itself, nor where it stood. */
export interface EgressHit {
  readonly kind: EntityKind;
}

/** The values of one session that must not leave. Grows only: one instance lives as long as its session. */
export class EgressSearch {
  readonly #runs = new AhoCorasick();
  readonly #phrases = new AhoCorasick();
  /** The number of each word that a value has, by both hashes of it. */
  readonly #vocabulary = new PairMap();
  readonly #beginnings = new Uint8Array(0x80);
  /** By number of value; null for what the policy lets stand. */
  readonly #kinds: (EntityKind | null)[] = [];
  readonly #prose = new Set<number>();
  #formCount = 0;

  /**
   * Adds a value that masking replaces; its first kind is the one that it keeps. A value that may also be something else
   * (a first name, a short number) is left to masking and ignored here.
   */
  add(value: string, kind: EntityKind): void {
    this.#insert(patternsOf(value, kind), kind);
  }

  /**
   * Adds a text that the policy lets pass (an allowed term, a value of a kind that is let through): what is known stands
   * in it by right, be it added before or after.
   */
  allow(text: string): void {
    this.#insert(allFormsOf(text), null);
  }

  /** Does what the next search would do first, to be run in stretches. Yields wherever it may be interrupted. */
  *ready(): Generator<undefined, void> {
    yield* this.#runs.linking();
    yield* this.#phrases.linking();
  }

  /** Whether values were left out because there are too many: then a search that finds nothing proves nothing. */
  get isFull(): boolean {
    return this.#runs.isFull || this.#phrases.isFull;
  }

  /** How many times a form was added that is searched for: while it stays the same, what was searched needs no second search. */
  get formCount(): number {
    return this.#formCount;
  }

  /**
   * Returns true if any value stands in the bytes, be it where it may stand. The bytes are a part of a body that begins and
   * ends between two items of a list or two fields of an object, where no value can go on. Yields wherever it may be
   * interrupted. Never throws.
   */
  *holding(part: Uint8Array): Generator<undefined, boolean> {
    const text = textOf(part);
    yield* afterLongStep();
    const found = yield* this.#find(text);
    return found.some(({ isAllowed }) => !isAllowed);
  }

  /**
   * What of the known stands in the body: one hit for each value, however often it is there, and none for what stands only
   * at the end of a longer one. `body` is the JSON in UTF-8
   * that is to be sent. Issued tokens, encoded bytes and the name of the model are no place for a value. Never throws.
   */
  search(body: Uint8Array): readonly EgressHit[] {
    return runAtOnce(this.searching(body));
  }

  /** The same, to be run in stretches: yields wherever it may be interrupted. Nothing may be added meanwhile. */
  *searching(body: Uint8Array): Generator<undefined, readonly EgressHit[]> {
    yield* afterLongStep();
    const text = textOf(body);
    yield* afterLongStep();
    const found = yield* this.#find(text);
    if (found.length === 0) return [];
    const values = new Set(withoutExempt(text, found).map(({ value }) => value));
    return [...values].flatMap((value) => {
      const kind = this.#kinds[value] ?? null;
      return kind === null ? [] : [{ kind }];
    });
  }

  *#find(text: string): Generator<undefined, readonly Found[]> {
    if (this.#kinds.length === 0) return [];
    yield* this.ready();
    const found: Found[] = [];
    // Inside a JSON text in a string, `\\n` is a line break; in plain text it is a backslash and the letter n.
    if (yield* this.#scan(text, 'nested', found)) yield* this.#scan(text, 'plain', found);
    return found;
  }

  #insert({ runs, words, isProse }: ValuePatterns, kind: EntityKind | null): void {
    if (runs.length === 0 && words.length === 0) return;
    const value = this.#kinds.length;
    this.#kinds.push(kind);
    const holders = [
      ...runs.map((run) => this.#addRun(symbolsOf(run), value)),
      ...words.map((phrase) =>
        this.#phrases.add(
          phrase.map((word) => this.#numberOf(word)),
          value,
        ),
      ),
    ];
    if (!holders.includes(value)) this.#kinds.pop();
    else if (isProse) this.#prose.add(value);
    if (kind !== null && holders.includes(value)) this.#formCount += 1;
    // A form that was a value before is none from now on.
    if (kind === null) for (const holder of holders) this.#kinds[holder] = null;
  }

  #numberOf({ text, first, second }: PatternWord): number {
    if (text === '@') return AT_WORD;
    this.#beginsWith(text.codePointAt(0) ?? 0, BEGINS_WORD);
    const known = this.#vocabulary.get(first, second);
    if (known !== 0) return known;
    const number = AT_WORD + 1 + this.#vocabulary.size;
    this.#vocabulary.set(first, second, number);
    return number;
  }

  #addRun(symbols: readonly number[], value: number): number {
    this.#beginsWith(symbols[0] ?? 0, BEGINS_RUN);
    return this.#runs.add(symbols, value);
  }

  #beginsWith(symbol: number, as: number): void {
    if (symbol < 0x80) this.#beginnings[symbol] = (this.#beginnings[symbol] ?? 0) | as;
  }

  /** Adds what stands in the text to `found`; returns whether another reading of its escapes may find more. */
  #scan(text: string, reading: EscapeReading, found: Found[]): Generator<undefined, boolean> {
    const forms = {
      runs: this.#runs,
      phrases: this.#phrases,
      vocabulary: this.#vocabulary,
      beginnings: this.#beginnings,
    };
    const scan = new EgressScan(text, forms, (value, start, end) => {
      if (this.#prose.has(value) && text.slice(Math.max(0, start - 1), end + 1).includes('_')) return false;
      found.push({ value, start, end, isAllowed: this.#kinds[value] === null });
      return true;
    });
    return scan.run(reading);
  }
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

function symbolsOf(text: string): number[] {
  const symbols: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const symbol = text.codePointAt(at) ?? 0;
    if (symbol > 0xffff) at++;
    symbols.push(symbol);
  }
  return symbols;
}

/**
 * The beginning of a session's last request, up to the last item of its history, with all that masking made of it. A request
 * that begins with the same bytes is masked from there on. See docs/proxy.md, Sessions.
 *
 * What is reused is what masking the same texts again would make: the same texts, policy and known values give the same
 * bytes. Where anything is in doubt, the request is masked whole.
 */
import { Buffer } from 'node:buffer';
import { inTheirFields } from '../../detection/documents/document-spans.ts';
import type { Conversation } from '../../detection/context/conversation.ts';
import type { KnownValues } from '../../detection/known.ts';
import type { Span } from '../../detection/span.ts';
import { listEnd, listEndFrom } from '../../json/list-end.ts';
import { inOneStep, runAtOnce } from '../../platform/steps.ts';
import type { HistoryField } from '../request/history.ts';
import { knownWithin } from './json-texts.ts';
import type { MaskedText } from './masking-memory.ts';
import { uncovered, type NonPersonalState } from './non-personal-text.ts';
import { BesideSearch } from './part-groups.ts';
import type { AskedText, PlacedText } from './placed-text.ts';
import { textWork } from './request-measure.ts';
import { spanCover } from './span-cover.ts';
import { WordIndex } from './word-index.ts';

/** What a request must have to be reused, or to reuse. */
export interface ReusableRequest {
  /** The bytes of the request. */
  readonly raw: Uint8Array;
  readonly field: HistoryField;
  /** Items of the history; 0 for a request that can neither be reused nor reuse. */
  readonly items: number;
  readonly model: string;
}

/** What the texts up to a place make of the turn. */
export interface HeadState {
  readonly conversation: Conversation;
  readonly nonPersonal: NonPersonalState;
}

/** A text of the head. */
export interface HeadText {
  readonly placed: Pick<PlacedText, 'key' | 'text' | 'beside' | 'group' | 'sense' | 'isLong'>;
  readonly masked: MaskedText;
}

/** What one turn masked up to the end of its history. */
export interface MaskedHistory {
  readonly state: HeadState;
  readonly texts: readonly HeadText[];
  /** Of all texts of the history, repeated ones included, in UTF-16 units. */
  readonly textLength: number;
  /** How many values are known, of which all were searched for. */
  readonly knownCount: number;
}

/** The texts of a walk, in its order, and how many of them stand in the history. */
export interface AskedHistory {
  readonly asked: Iterable<Pick<AskedText, 'placed'>>;
  readonly count: number;
}

/**
 * What the texts of a history make, behind the head that is in front of them. Null where a text is not known by its key.
 * Yields wherever it may be interrupted.
 */
export function* readingHistory(
  { asked, count }: AskedHistory,
  find: (key: string) => MaskedText | undefined,
  { state, before, knownCount }: Pick<MaskedHistory, 'state' | 'knownCount'> & { readonly before: RequestHead | null },
): Generator<undefined, MaskedHistory | null> {
  const texts: HeadText[] = [];
  let textLength = before?.textLength ?? 0;
  for (const { placed } of asked) {
    if (texts.length === count) break;
    const { key, text, beside, group, sense, isLong } = placed;
    const masked = find(key);
    if (masked === undefined) return null;
    // Of two equal texts the one that the memory holds is kept.
    const same = text === masked.masked ? masked.masked : text;
    texts.push({ placed: { key, text: same, beside, group, sense, isLong }, masked });
    textLength += text.length;
    yield;
  }
  return { state, texts, textLength, knownCount };
}

/** The bytes that leave. */
export interface SentHistory {
  readonly body: Uint8Array;
  /** In bytes of the body. */
  readonly historyEnd: number;
  readonly binaryParts: number;
}

/** Bytes of the longest head, as it came, that is kept: a longer one is masked whole each time. */
const LONGEST = 512 * 1024;
/** What a text takes besides the index and its characters, in bytes. Measured, roughly. */
const TEXT_BYTES = 360;
/** The same of a part in the list of its group. */
const PART_BYTES = 24;
/** How many times as long as the bytes that are kept their buffer may be. */
const LOOSE = 1.25;
const NO_BYTES = Buffer.alloc(0);

export class RequestHead {
  #raw: Buffer = NO_BYTES;
  #masked: Buffer = NO_BYTES;
  #items = 0;
  #binaryParts = 0;
  #textLength = 0;
  #textWork = 0;
  #knownCount = 0;
  #keptDates = 0;
  #state: HeadState | null = null;
  readonly #field: HistoryField;
  readonly #model: string;
  /** By key, with the number of the text in the index. */
  readonly #texts = new Map<string, HeadText>();
  readonly #numbered: HeadText[] = [];
  readonly #works = new Map<string, number>();
  readonly #tokens = new Set<string>();
  readonly #index = new WordIndex();
  #hasLong = false;
  /** Of the texts that the session's memory does not hold too, in bytes. */
  #textBytes = 0;

  constructor({ field, model }: ReusableRequest) {
    this.#field = field;
    this.#model = model;
  }

  /** The masked bytes of the head. */
  get masked(): Uint8Array {
    return this.#masked;
  }

  /** Items of the history that the head ends with. */
  get items(): number {
    return this.#items;
  }

  get binaryParts(): number {
    return this.#binaryParts;
  }

  /** Characters of its texts, in UTF-16 units. */
  get textLength(): number {
    return this.#textLength;
  }

  /** The work that its different texts take besides that for their characters. */
  get textWork(): number {
    return this.#textWork;
  }

  /** What its texts make of the turn; null before `extending`. */
  get state(): HeadState | null {
    return this.#state;
  }

  /** The tokens in it. */
  get tokens(): ReadonlySet<string> {
    return this.#tokens;
  }

  /** Number of calendar dates that stay in it. */
  get keptDates(): number {
    return this.#keptDates;
  }

  /** What the head takes of memory, in bytes, roughly. */
  get bytes(): number {
    const buffers = this.#raw.buffer.byteLength + this.#masked.buffer.byteLength;
    return buffers + this.#index.bytes + this.#textBytes + TEXT_BYTES * this.#texts.size;
  }

  /** Whether a text of this key stands in it. */
  has(key: string): boolean {
    return this.#texts.has(key);
  }

  /** The work that the text is counted as, wherever it stands; 0 where it does not. */
  workOf(text: string): number {
    return this.#works.get(text) ?? 0;
  }

  /** Whether the request begins with the head, so that masking it would begin with what masking the head made. */
  begins({ raw, field, items, model }: ReusableRequest, knownCount: number): boolean {
    const { length } = this.#raw;
    return (
      field === this.#field &&
      model === this.#model &&
      items >= this.#items &&
      knownCount === this.#knownCount &&
      raw.length > length &&
      this.#raw.equals(raw.subarray(0, length))
    );
  }

  /** Whether no text of the head would be masked otherwise now that these values are known. Yields wherever it may be interrupted. */
  *standingWith(values: KnownValues): Generator<undefined, boolean> {
    if (values.size === 0) return true;
    if (this.#hasLong) return false;
    const beside = new BesideSearch();
    for (const number of this.#index.mayHold(values)) {
      const text = this.#numbered[number];
      if (text !== undefined && !isCovered(text, values, beside)) return false;
      yield;
    }
    return true;
  }

  /** Returns in bytes where the history of the request ends; null where it cannot be kept: the head is of no use then. */
  endIn({ raw, items }: ReusableRequest): number | null {
    const before = this.#raw.length;
    // What stands behind the longest head is not read.
    const bytes = raw.subarray(0, LONGEST + 1);
    const end = before === 0 ? listEnd(bytes, this.#field) : listEndFrom(bytes, before);
    const at = end?.end ?? before;
    return this.#items + (end?.items ?? 0) !== items || at > LONGEST ? null : at;
  }

  /**
   * Adds what stands between the head and the end of the request's history, which is what `endIn` returned. Yields wherever
   * it may be interrupted.
   */
  *extending(
    { raw, items }: ReusableRequest,
    end: number,
    history: MaskedHistory,
    sent: SentHistory,
  ): Generator<undefined, void> {
    this.#items = items;
    if (end !== this.#raw.length) this.#raw = beginning(raw, end);
    this.#masked = beginning(sent.body, sent.historyEnd);
    this.#binaryParts = sent.binaryParts;
    this.#textLength = history.textLength;
    this.#knownCount = history.knownCount;
    this.#state = history.state;
    for (const text of history.texts) {
      this.#add(text);
      yield;
    }
  }

  #add(text: HeadText): void {
    const { placed, masked } = text;
    if (this.#texts.has(placed.key)) return;
    this.#texts.set(placed.key, text);
    // One text has a key for each place that says something else of it; it is counted once, as in a request that is walked whole.
    const [counted, work] = [this.workOf(placed.text), textWork(placed)];
    if (work > counted) {
      this.#textWork += work - counted;
      this.#works.set(placed.text, work);
    }
    // Two bytes a character where one is not Latin: counted so for all.
    if (placed.text !== masked.masked) this.#textBytes += 2 * placed.text.length;
    const { group } = placed.beside;
    if (group?.index === 0) this.#textBytes += group.parts.reduce((sum, part) => sum + PART_BYTES + 2 * part.length, 0);
    for (const token of masked.tokens) this.#tokens.add(token);
    this.#keptDates += uncovered(masked.kept, masked.spans).length;
    if (placed.isLong) this.#hasLong = true;
    else this.#index.add(placed, this.#numbered.push(text) - 1);
  }
}

/**
 * Returns the first bytes, not to be changed by anyone. They are copied where what is behind them would take much memory:
 * small requests lie in a buffer with others.
 */
function beginning(bytes: Uint8Array, length: number): Buffer {
  const isTight = bytes.buffer.byteLength <= length * LOOSE;
  const kept = isTight ? bytes.subarray(0, length) : new Uint8Array(bytes.subarray(0, length));
  return Buffer.from(kept.buffer, kept.byteOffset, length);
}

/** Whether all that is found of the values in the text is masked in it already. */
function isCovered({ placed, masked }: HeadText, values: KnownValues, beside: BesideSearch): boolean {
  const find = (text: string): readonly Span[] => knownWithin(placed, inTheirFields(text, values.find(text)));
  const all = { since: 0, upTo: values.size };
  const around = runAtOnce(beside.known(placed, placed.text, all, (text) => inOneStep(() => find(text))));
  const found = [...find(placed.text), ...around];
  return found.length === 0 || found.every(spanCover(masked.spans));
}

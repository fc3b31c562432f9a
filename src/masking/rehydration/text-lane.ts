/**
 * Restores one text that comes piece by piece. A whole text is a lane with one piece, so that both come out the same.
 * Held back is only what may become a token, and where a character of JSON is cut, its escape.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import { CharReader } from '../../json/char-reader.ts';
import { mayReturn, SPEECH, type Destination } from './destination.ts';
import { matchExact } from './issued-tokens.ts';
import type { Place } from './place.ts';
import { JsonNesting } from '../../json/json-nesting.ts';
import { beginsAsJson } from '../../json/json-rewrite.ts';
import { foldKeyUnit } from '../../tokens/surrogate-keys.ts';
import type { Restoring } from './restoring.ts';
import { edgeBehind, insideUrl, Surroundings } from './surroundings.ts';
import { marksIn, type RecordedDigests } from './token-markup.ts';
import { goesOn, step, type Issued } from './token-trie.ts';
import { matchSurrogate } from './surrogate-match.ts';
import { mayBeginValue } from './token-value.ts';
import { foldCode, foldText, schemeState } from './tolerance.ts';
import { matchAt, type TokenMatch } from './token-match.ts';
import { ArgumentPath } from './written-form/argument-path.ts';
import type { ArgumentSlot } from './written-form/argument-slot.ts';
import { formForSlot, numberForSlot } from './written-form/form-for-slot.ts';

/** How a text is written: `plain`; `json`; `arguments` of a tool, which are JSON when they begin so. */
export type TextForm = 'plain' | 'json' | 'arguments';

const QUOTE = 0x22;
const M = 0x4d;
/** The second letter of every scheme. */
const S = 0x53;
/** How the first letter of a token may be written in a text that is not JSON. */
const FIRST_LETTER = /[Mm\uff2d\uff4d]/g;

/** Letters of a value part that is held back however long it takes: fewer may begin a word. */
const KEPT_VALUE = 5;

/** What a judged text is replaced by. */
type Decision = Exclude<TokenMatch, { readonly is: 'text' | 'held' }>;

/** One text of an answer. */
export class TextLane {
  readonly #restoring: Restoring;
  readonly #surroundings = new Surroundings();
  readonly #reader = new CharReader();
  /** Null in a text that is not JSON; undefined until that is known. */
  #nesting: JsonNesting | null | undefined;
  /** Null in a text that is no argument of a tool, or not JSON. */
  #path: ArgumentPath | null = null;
  readonly #isArguments: boolean;
  #destination: Destination = SPEECH;
  #held = '';

  constructor(restoring: Restoring, form: TextForm) {
    this.#restoring = restoring;
    this.#isArguments = form === 'arguments' && restoring.slots !== undefined;
    if (form !== 'arguments') this.#nesting = form === 'json' ? new JsonNesting() : null;
  }

  /** The end of the text so far that may be the beginning of a token. */
  get held(): string {
    return this.#held;
  }

  /** What is settled now. `final`: nothing follows, and an unfinished token is plain text. */
  push(piece: string, destination: Destination, final: boolean): string {
    const text = this.#held + piece;
    this.#destination = destination;
    if (this.#nesting === undefined) {
      const json = beginsAsJson(text);
      if (json !== null) this.#nesting = json ? new JsonNesting() : null;
      if (json === true && this.#isArguments) this.#path = new ArgumentPath();
    }
    let out = '';
    let copied = 0;
    let at = this.#next(text, 0);
    while (at < text.length) {
      const { depth = 0, isBetweenStrings = false } = this.#nesting ?? {};
      const place: Place = { text, at, depth, edge: this.#surroundings.edge, isBetweenStrings, final };
      const number = this.#numberAt(text, at, final);
      if (number === 'held') break;
      if (number !== null) {
        out += text.slice(copied, at) + number.digits;
        copied = number.end;
        at = this.#next(text, copied);
        continue;
      }
      const match = this.#matchAt(place);
      if (match.is === 'held') break;
      if (match.is === 'text') {
        at = this.#next(text, this.#pass(text, at));
        continue;
      }
      const isExact = match.is === 'issued' && match.isExact;
      out += text.slice(copied, at) + this.#replace(match, destination, isExact ? null : marksIn(place, match.end));
      copied = match.end;
      at = this.#next(text, copied);
    }
    this.#held = text.slice(at);
    return copied === 0 && at === text.length ? text : out + text.slice(copied, at);
  }

  /** Whether `text` goes out just as it is, as the next piece. If so it has been pushed. */
  passes(text: string): boolean {
    if (this.#held !== '' || this.#nesting !== null) return false;
    if (this.#beginning(text, 0) < text.length) return false;
    this.#surroundings.feed(text);
    return true;
  }

  /** The first place at or after `from` of a text that is not JSON where a token may begin; its end for none. */
  #beginning(text: string, from: number): number {
    FIRST_LETTER.lastIndex = from;
    for (let found = FIRST_LETTER.exec(text); found !== null; found = FIRST_LETTER.exec(text)) {
      if (this.#mayBegin(text, found.index)) return this.#bareBeginning(text, from, found.index);
    }
    return this.#bareBeginning(text, from, text.length);
  }

  /** The first place from `from` to `to` where a surrogate or the value part of a token may begin; `to` for none. */
  #bareBeginning(text: string, from: number, to: number): number {
    const value = this.#valueBeginning(text, from, to);
    const { surrogates } = this.#restoring.index;
    if (!goesOn(surrogates.root, 0)) return value;
    for (let at = from; at < value; at++) {
      if (step(surrogates.root, 0, foldKeyUnit(text.charCodeAt(at))) === null) continue;
      const before = at >= from + 2 ? text.slice(at - 2, at) : this.#surroundings.last + text.slice(from, at);
      if (edgeBehind(before) !== 'inside') return at;
    }
    return value;
  }

  /** The first place from `from` to `to` where the value part of a token may begin; `to` for none. */
  #valueBeginning(text: string, from: number, to: number): number {
    const { index } = this.#restoring;
    if (!goesOn(index.values.root, 0)) return to;
    let isInside = false;
    for (let at = from; at < to; at++) {
      const wasInside = isInside;
      isInside = foldCode(text.charCodeAt(at)) !== 0;
      if (wasInside || !isInside || !mayBeginValue(index, text, at)) continue;
      const before = at >= from + 2 ? text.slice(at - 2, at) : this.#surroundings.last + text.slice(from, at);
      if (edgeBehind(before) !== 'inside') return at;
    }
    return to;
  }

  /**
   * Whether a token may begin with the letter at `at`: says yes too often. In whatever spelling, behind the first letter of a
   * scheme comes its second, or what is no letter; "my" and "tomorrow" are most of what begins so.
   */
  #mayBegin(text: string, at: number): boolean {
    const second = foldCode(text.charCodeAt(at + 1));
    if (second === 0 || second === S) return true;
    const { issued, isOpen } = matchExact(this.#restoring.index, text, at);
    return isOpen || issued !== null;
  }

  /**
   * Flushes what was held back by mistake. Kept is what begins a token of this session as it was issued, and what has
   * the whole of a scheme, in whatever spelling: neither is cut in two, however long it takes. What is left are single
   * letters that may become a scheme, such as the "Ms. S" of a name. Should they become an altered token after all, it
   * is neither repaired nor spoken as a value. `isOver` says that the text is to its client, though more may come: then
   * the letters of a scheme that is not whole are flushed even where they are those of a token as it was issued.
   */
  flushFalsePrefix(isOver = false): string {
    const held = this.#held;
    if (held === '' || (this.#nesting !== null && /[\\"]/.test(held))) return '';
    if (this.#mayBecomeSurrogate(held)) return isOver ? this.push('', this.#destination, true) : '';
    if (!isOver && matchExact(this.#restoring.index, held, 0).isOpen) return '';
    const letters = foldText(held);
    const scheme = schemeState(letters);
    if (scheme === 'whole' || (scheme === 'none' && letters.length >= KEPT_VALUE)) return '';
    this.#held = '';
    for (let at = 0; at < held.length;) at = this.#pass(held, at);
    return held;
  }

  /** Whether a surrogate begins with what is held, or is all of it: its word may go on. */
  #mayBecomeSurrogate(held: string): boolean {
    const { depth = 0, isBetweenStrings = false } = this.#nesting ?? {};
    const place: Place = { text: held, at: 0, depth, edge: 'clear', isBetweenStrings, final: false };
    return matchSurrogate(this.#restoring.index, place).is === 'open';
  }

  /** The next place at or after `from` where a token may begin, or a character is not all there; what stands before it is passed. */
  #next(text: string, from: number): number {
    const nesting = this.#nesting ?? null;
    if (nesting === null) {
      const at = this.#beginning(text, from);
      if (at > from) this.#surroundings.feed(text.slice(from, at));
      return at;
    }
    let at = from;
    while (at < text.length) {
      const found = this.#reader.read(text, at, nesting.depth);
      if (found === 'more' || (found === 'char' && foldCode(this.#reader.code) === M)) return at;
      if (found === 'char' && (this.#mayBeValue(this.#reader.code) || this.#mayBeSurrogate(this.#reader.code)))
        return at;
      if (found === 'char' && this.#numberSlot(this.#reader.code) !== null) return at;
      at = this.#pass(text, at);
    }
    return at;
  }

  /** Whether the value part of a token may begin with the character, in a string of JSON. */
  #mayBeValue(code: number): boolean {
    const letter = foldCode(code);
    if (letter === 0 || this.#nesting?.isBetweenStrings !== false) return false;
    return step(this.#restoring.index.values.root, 0, letter) !== null && this.#surroundings.edge !== 'inside';
  }

  /** Whether a surrogate may begin with the character: outside the strings of JSON, a number. */
  #mayBeSurrogate(code: number): boolean {
    const { root } = this.#restoring.index.surrogates;
    return step(root, 0, foldKeyUnit(code)) !== null && this.#surroundings.edge !== 'inside';
  }

  /** Goes over the character at `at`, which is plain text. Returns where it ends. */
  #pass(text: string, at: number): number {
    const nesting = this.#nesting ?? null;
    if (nesting === null) {
      this.#surroundings.feed(text.charAt(at));
      return at + 1;
    }
    const found = this.#reader.read(text, at, nesting.depth);
    // Half an escape at the very end.
    if (found === 'more') return text.length;
    const { depth } = nesting;
    const isEdge = nesting.step(found, this.#reader);
    if (this.#path !== null) this.#follow(this.#path, depth, found, isEdge);
    if (isEdge) this.#surroundings.reset();
    else this.#surroundings.feed(String.fromCharCode(this.#reader.code));
    return this.#reader.next;
  }

  /** The argument whose value begins with this quote, if its schema takes numbers only. */
  #numberSlot(code: number): ArgumentSlot | null {
    if (code !== QUOTE || this.#path === null || this.#nesting?.depth !== 0) return null;
    const [path, { slots }, to] = [this.#path.valuePath, this.#restoring, this.#destination];
    if (path === null || slots === undefined || to.to !== 'tool') return null;
    const slot = slots.slot(to.name, path);
    return slot?.isNumber === true ? slot : null;
  }

  /** A string that is one token, where a number belongs: the number instead. Null for anything else. */
  #numberAt(
    text: string,
    at: number,
    final: boolean,
  ): { readonly digits: string; readonly end: number } | 'held' | null {
    const slot = this.#numberSlot(text.charCodeAt(at));
    if (slot === null) return null;
    const { counts, index, restore } = this.#restoring;
    const { issued, isOpen } = matchExact(index, text, at + 1);
    if (isOpen && !final) return 'held';
    if (issued === null) return null;
    const close = at + 1 + issued.token.length;
    if (close === text.length && !final) return 'held';
    const digits = text.charCodeAt(close) === QUOTE ? numberForSlot(issued.kind, issued.value, slot) : null;
    if (digits === null || !mayReturn(restore, issued.kind, this.#destination, false)) return null;
    counts.returnExact(issued.token);
    return { digits, end: close + 1 };
  }

  /** Takes note of what was read at `depth`. `isEdge`: a string began or ended with it. */
  #follow(path: ArgumentPath, depth: number, found: 'char' | 'closed', isEdge: boolean): void {
    const { code, level } = this.#reader;
    if (found === 'closed') {
      if (level === 1) path.closed();
    } else if (depth > 0) path.within(String.fromCharCode(code));
    else if (isEdge) path.opened();
    else path.between(code);
  }

  #matchAt(place: Place): TokenMatch {
    const found = this.#reader.read(place.text, place.at, place.depth);
    if (found === 'more') return { is: place.final ? 'text' : 'held' };
    return matchAt(this.#restoring.index, place);
  }

  /** What stands in the place of a token, between the `marks` of the text around it. */
  #replace(decision: Decision, destination: Destination, marks: RecordedDigests | null): string {
    if (marks === null || (marks.before === '' && marks.behind === '')) return this.#restored(decision, destination);
    const before = this.#written(marks.before);
    const restored = this.#restored(decision, destination);
    return before + restored + this.#written(marks.behind);
  }

  #restored(decision: Decision, destination: Destination): string {
    const { counts, restore } = this.#restoring;
    if (decision.is === 'refused') {
      counts.refuse(decision.kind, decision.reason);
      return this.#literal(decision.kind);
    }
    const { issued, isExact } = decision;
    if (!mayReturn(restore, issued.kind, destination, this.#surroundings.isInUrl)) {
      counts.refuse(issued.kind, 'withheld');
      return this.#literal(issued.kind);
    }
    if (isExact) counts.returnExact(issued.token);
    else counts.returnRepaired(issued.token);
    if (decision.isNumber === true) return jsonNumber(issued.value);
    return this.#value(issued.kind, this.#formOf(issued, destination));
  }

  #literal(kind: string): string {
    const literal = `[REDACTED:${kind}]`;
    this.#path?.within(literal);
    this.#surroundings.feed(literal);
    return literal;
  }

  /** The value as it is written at this place: speech gets what was said. */
  #formOf({ kind, value }: Issued, destination: Destination): string {
    const { slots } = this.#restoring;
    if (!this.#isArguments || destination.to !== 'tool' || slots === undefined) return value;
    const path = this.#path?.isAtStart === true && this.#nesting?.depth === 1 ? this.#path.path : null;
    return formForSlot(kind, value, path === null ? null : slots.slot(destination.name, path));
  }

  #value(kind: EntityKind, value: string): string {
    this.#path?.within(value);
    const { url } = this.#surroundings;
    const written = url === null ? value : insideUrl(value, url, kind === 'URL');
    // A value may itself begin a URL that what follows is then in.
    this.#surroundings.feed(written);
    return this.#escaped(written);
  }

  /** Text of the model's own. */
  #written(text: string): string {
    this.#path?.within(text);
    this.#surroundings.feed(text);
    return this.#escaped(text);
  }

  /** The text as the strings of JSON have it that this place is in. */
  #escaped(text: string): string {
    const nesting = this.#nesting ?? null;
    if (nesting === null) return text;
    let written = text;
    for (let depth = Math.max(1, nesting.depth); depth > 0; depth--) written = JSON.stringify(written).slice(1, -1);
    return written;
  }
}

/** A value in the place of a number of JSON: a number where it can be one, else a string. */
function jsonNumber(value: string): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(value) ? value : JSON.stringify(value);
}

/** Walks the JSON in strings of a request: results and arguments of tools, and JSON in the text of a message. */
import { personTimes, slotTimes } from '../../detection/calendar/slot-times.ts';
import { isDicomTag, isNameKey, isPositionKey } from '../../detection/documents/json-keys.ts';
import type { JsonPlace } from '../../detection/documents/json-place.ts';
import { saidBeside } from '../../detection/documents/json-segments.ts';
import { CODE, QUANTITY } from '../../detection/documents/json-sense.ts';
import { keyFacts } from '../../detection/documents/json-words.ts';
import { rewritingCutJson } from '../../json/json-completion.ts';
import { rewritingJsonLines } from '../../json/json-lines.ts';
import { beginsAsJson, rewritingJson, type SteppedRewriter } from '../../json/json-rewrite.ts';
import { afterLongStep } from '../../platform/steps.ts';
import { SCHEMA_KEYWORDS } from './request-fields.ts';
import { after, before, type TextNeighbours } from './text-neighbours.ts';
import type { Place, Walking, WalkStep } from './text-slot.ts';
import { NOTHING, type RequestTexts } from './request-texts.ts';

/** JSON inside strings of JSON is read to this depth. Below it, a string is masked as plain text. */
const MAX_TEXT_DEPTH = 8;

export class JsonTextWalk {
  readonly #texts: RequestTexts;

  constructor(texts: RequestTexts) {
    this.#texts = texts;
  }

  /**
   * Masks a string as text. A string with escapes is read as JSON too: a model reads the value behind `Mar\u0069a` or
   * `04\/17\/1951`.
   */
  *plain(text: string, at: Place): Walking<string> {
    return text.includes('\\') || beginsAsJson(text) === true
      ? yield* this.#jsonText(text, at, 0)
      : yield* this.#texts.text(text, at);
  }

  /** Masks a string that may be JSON, such as a result or an argument of a tool. */
  text(text: string, at: Place): Walking<string> {
    return this.#jsonText(text, at, 0);
  }

  *#jsonText(text: string, at: Place, depth: number): Walking<string> {
    if (depth === MAX_TEXT_DEPTH) return yield* this.#texts.text(text, at);
    const inside = (key: string | null, under: string | null, json: JsonPlace): Place => ({
      pointer: at.pointer,
      // A free day as a key is no cue to the times below it.
      key: key !== null && this.#texts.offered.has(key) ? null : (key ?? at.key),
      beside:
        (under === null || this.#texts.offered.has(under) ? undefined : afterKey(under, key ?? under)) ??
        saidBeside(json) ??
        undefined,
      json,
    });
    const rewriter: SteppedRewriter<WalkStep, string> = {
      text: (inner, key, under, json) => this.#jsonText(inner, inside(key, under, json), depth + 1),
      number: (source, key, under, json) => this.#texts.scalar(source, true, inside(key, under, json)),
      key: (key, value, json) => this.key(key, at.pointer, value, json),
      list: (json, key) => this.#texts.pieces(json, inside(key, null, json)),
    };
    // A text part may be cut, with its rest in the next part.
    const isPart = this.#texts.beside.has(at.pointer);
    const isResult = depth === 0 && (this.#texts.speaker === 'tool' || this.#texts.speaker === 'function');
    if (isResult) {
      this.#texts.offered = slotTimes(text);
      yield* afterLongStep();
      this.#texts.persons = yield* personTimes(text);
      yield* afterLongStep();
    }
    let written = yield* rewritingJson(text, rewriter, at.json);
    if (!isPart) written ??= (yield* rewritingJsonLines(text, rewriter)) ?? (yield* rewritingCutJson(text, rewriter));
    if (isResult) this.#texts.offered = this.#texts.persons = NOTHING;
    return written ?? (yield* this.#texts.scalar(text, false, at));
  }

  /** Masks a key. `value` returns the text under it: an identifier may be cut between the two. */
  *key(key: string, pointer: string, value: () => string | null, place: JsonPlace | null = null): Walking<string> {
    const at = { pointer, key: null };
    if (SCHEMA_KEYWORDS.has(key) || key === '') return key;
    if (this.#texts.offered.has(key)) return yield* this.#texts.text(key, at);
    // A field name is no value, even if a value of the call is the same word.
    const { meaning, isQuantity } = keyFacts(key);
    if ((meaning !== null || isQuantity) && isNameKey(key)) return yield* this.#texts.text(key, at, QUANTITY);
    const isTag = isDicomTag(key) && typeof place?.value === 'object';
    // A position, code or tag names the place of a value. It is replaced only if it is a known value itself.
    if (isTag || isPositionKey(key, place?.holderKey ?? null)) return yield* this.#texts.text(key, at, CODE);
    const below = isNameKey(key) ? null : value();
    const beside = below === null ? undefined : { before: '', after: after([{ text: key }, { text: below }], 0) };
    return yield* this.plain(key, { ...at, beside });
  }
}

/** Returns the key as the text before its value if masking changed it, or if it is more than a field name; else undefined. */
export function afterKey(key: string, written: string): TextNeighbours | undefined {
  return key === written && (isNameKey(key) || isPositionKey(key))
    ? undefined
    : { before: before([{ text: key }], 1), after: '' };
}

/** Walks the JSON in strings of a request: results and arguments of tools, and JSON that somebody wrote as a text. */
import { personTimes, slotTimes } from '../../detection/calendar/slot-times.ts';
import { isDicomTag, isNameKey, isPositionKey } from '../../detection/documents/json-keys.ts';
import type { JsonPlace } from '../../detection/documents/json-place.ts';
import { saidBeside } from '../../detection/documents/json-segments.ts';
import { CODE, QUANTITY } from '../../detection/documents/json-sense.ts';
import { keyFacts } from '../../detection/documents/json-words.ts';
import { rewritingCutJson } from '../../json/json-completion.ts';
import { rewritingJsonLines } from '../../json/json-lines.ts';
import { beginsAsJson, rewritingJson, type SteppedRewriter } from '../../json/json-rewrite.ts';
import { SCHEMA_KEYWORDS } from './request-fields.ts';
import { after, before, type TextNeighbours } from './text-neighbours.ts';
import type { Place, Walking } from './text-position.ts';
import { NOTHING, type TextSlots } from './text-slots.ts';

/** JSON texts inside strings inside JSON texts are read so deep; below, they are masked as plain text. */
const MAX_TEXT_DEPTH = 8;

export class JsonTextWalk {
  readonly #texts: TextSlots;

  constructor(texts: TextSlots) {
    this.#texts = texts;
  }

  /**
   * A string that is masked as a text. JSON in it may hide a value behind escapes (`Mar\u0069a`, `04\/17\/1951`) that the
   * model reads without effort: then it is read as JSON, too.
   */
  *plain(text: string, at: Place): Walking<string> {
    return text.includes('\\') || beginsAsJson(text) === true
      ? yield* this.#jsonText(text, at, 0)
      : this.#texts.text(text, at);
  }

  /** A string that may be JSON, as the results and arguments of tools are. */
  text(text: string, at: Place): Walking<string> {
    return this.#jsonText(text, at, 0);
  }

  *#jsonText(text: string, at: Place, depth: number): Walking<string> {
    if (depth === MAX_TEXT_DEPTH) return this.#texts.text(text, at);
    const inside = (key: string | null, under: string | null, json: JsonPlace): Place => ({
      pointer: at.pointer,
      // A day on offer says nothing of the times below it.
      key: key !== null && this.#texts.offered.has(key) ? null : (key ?? at.key),
      beside:
        (under === null || this.#texts.offered.has(under) ? undefined : afterKey(under, key ?? under)) ??
        saidBeside(json) ??
        undefined,
      json,
    });
    const rewriter: SteppedRewriter = {
      text: (inner, key, under, json) => this.#jsonText(inner, inside(key, under, json), depth + 1),
      number: (source, key, under, json) => this.#texts.scalar(source, true, inside(key, under, json)),
      key: (key, value, json) => this.key(key, at.pointer, value, json),
      list: (json, key) => this.#texts.pieces(json, inside(key, null, json)),
    };
    // A part of several texts may end where the next one goes on.
    const isPart = this.#texts.beside.has(at.pointer);
    const isResult = depth === 0 && (this.#texts.speaker === 'tool' || this.#texts.speaker === 'function');
    if (isResult) {
      this.#texts.offered = slotTimes(text);
      yield;
      this.#texts.persons = yield* personTimes(text);
      yield;
    }
    let written = yield* rewritingJson(text, rewriter, at.json);
    if (!isPart) written ??= (yield* rewritingJsonLines(text, rewriter)) ?? (yield* rewritingCutJson(text, rewriter));
    if (isResult) this.#texts.offered = this.#texts.persons = NOTHING;
    return written ?? this.#texts.scalar(text, false, at);
  }

  /** `value` tells what stands under the key: a value may be cut between the two. */
  *key(key: string, pointer: string, value: () => string | null, place: JsonPlace | null = null): Walking<string> {
    const at = { pointer, key: null };
    if (SCHEMA_KEYWORDS.has(key) || key === '') return key;
    if (this.#texts.offered.has(key)) return this.#texts.text(key, at);
    // The name of a field is no value, even where some value of the call is the same word.
    if (keyFacts(key).meaning !== null && isNameKey(key)) return this.#texts.text(key, at, QUANTITY);
    const isTag = isDicomTag(key) && typeof place?.value === 'object';
    // A position, a code or a tag says where a value stands: it is replaced only where it is a value itself.
    if (isTag || isPositionKey(key, place?.holderKey ?? null)) return this.#texts.text(key, at, CODE);
    const below = isNameKey(key) ? null : value();
    const beside = below === null ? undefined : { before: '', after: after([{ text: key }, { text: below }], 0) };
    return yield* this.plain(key, { ...at, beside });
  }
}

/** What a value is read together with when it stands under a key that masking changed, or that is more than a name. */
export function afterKey(key: string, written: string): TextNeighbours | undefined {
  return key === written && (isNameKey(key) || isPositionKey(key))
    ? undefined
    : { before: before([{ text: key }], 1), after: '' };
}

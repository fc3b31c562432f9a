/** Gives out each text of a request with its position and what its message says about it. */
import { writingPieces } from '../../detection/documents/json-pieces.ts';
import { readingRuns, textOfRun } from '../../detection/documents/json-runs.ts';
import type { JsonPlace } from '../../detection/documents/json-place.ts';
import { senseAt } from '../../detection/documents/json-document.ts';
import { valueOf, type JsonSense } from '../../detection/documents/json-sense.ts';
import { isItems } from '../../detection/documents/json-value.ts';
import { keyFacts } from '../../detection/documents/json-words.ts';
import type { WrittenPieces } from '../../json/json-rewrite.ts';
import type { JsonValue } from '../../json/json-text.ts';
import { ALONE, type BesideParts } from './text-neighbours.ts';
import type { Place, Speaker, TextPosition, Walking } from './text-slot.ts';

/** Detection recognises a number that a caller pressed from this many keys on. */
const TELLING_KEYS = 7;

/** Returns true for the choices of a menu: 1, 2, 3, 4. */
function isCounting(keys: string): boolean {
  return '0123456789'.includes(keys);
}

/** The value of `offered` and `persons` outside the JSON of a tool. */
export const NOTHING: ReadonlySet<string> = new Set();

/** The texts of one request. The walk sets the fields as it enters and leaves a message or the JSON of a tool. */
export class RequestTexts {
  /** The role of the message that is walked now; null outside messages. */
  speaker: Speaker | null = null;
  /** Free appointment times in the JSON of a tool that is walked now. */
  offered: ReadonlySet<string> = NOTHING;
  /** Dates of persons in that JSON. */
  persons: ReadonlySet<string> = NOTHING;
  /** The neighbours of each text part of the message that is walked now, by its pointer. */
  beside: BesideParts = ALONE;

  /** Returns the masked text. `sense` is what its JSON document says about it. */
  *text(text: string, at: Place, sense: JsonSense | null = null): Walking<string> {
    if (text === '') return text;
    const beside = (this.beside.size === 0 ? undefined : this.beside.get(at.pointer, text)) ?? at.beside;
    const place = { pointer: at.pointer, key: at.key, speaker: this.speaker };
    const position: TextPosition = this.persons.has(text) ? { ...place, isPersons: true } : place;
    if (this.offered.has(text)) return yield { text, position: { ...position, isSlot: true }, beside };
    // Under a key that is more than a name a value may have begun in the key, whatever its end looks like.
    const mayGoOn =
      beside !== undefined && sense !== null && sense.as !== 'value' && !keyFacts(at.key ?? '').isQuantity;
    if (sense === null || mayGoOn) return yield { text, position, beside };
    if (sense.as === 'text')
      return yield { text, position: sense.isCued ? position : { ...position, key: null }, beside };
    return yield { text, position: { ...position, sense } };
  }

  /** Returns the masked form of a string or number of a JSON document. `source` is the number as it is written. */
  scalar(source: string, isNumber: boolean, at: Place): Walking<string> {
    const { json } = at;
    if (json?.value === undefined) return this.text(source, at);
    return this.text(source, at, senseAt(json, { source, isNumber }));
  }

  /** Returns the number itself if it is not masked, and else a string. */
  *number(value: number, at: Place): Walking<JsonValue> {
    // In full digits: an exponent would hide the digits of a long number from detection.
    const digits = Number.isInteger(value) ? BigInt(value).toString() : String(value);
    const masked = yield* this.scalar(digits, true, at);
    return masked === digits ? value : masked;
  }

  /** Returns what replaces each item of values that the list holds in pieces; null if it holds none. */
  *pieces(list: JsonPlace, at: Place): Walking<WrittenPieces | null> {
    if (!isItems(list.value)) return null;
    const written: WrittenPieces[] = [];
    for (const run of yield* readingRuns(list.value, list.name)) {
      const text = textOfRun(run);
      const said = senseAt(list, { source: text, isNumber: false });
      const isShortEntry = run.isPressed && said.as !== 'value' && text.length < TELLING_KEYS && !isCounting(text);
      const masked = yield* this.text(text, at, isShortEntry ? valueOf('OTHER_ID') : said);
      if (masked !== text) written.push(yield* writingPieces(run, masked));
    }
    return written.length <= 1 ? (written[0] ?? null) : new Map(written.flatMap((pieces) => [...pieces]));
  }
}

/**
 * Reading typed values out of untrusted JSON. Each reader returns the value or, where it is not what the format says,
 * a stand-in of the right type: the fault is noted and the whole object is then discarded by `finish`.
 */
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue } from './json.ts';
import { shown } from './shown.ts';
import { type EntryName, Findings } from './verdict.ts';

/** Longest text in UTF-16 code units of any field but the policy text. Also bounds what the patterns are run on. */
const LONGEST_TEXT = 4096;

const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

/** What a field's text must look like. Each pattern runs in linear time. */
export const PATTERNS = {
  hash: { pattern: /^[0-9a-f]{64}$/, rule: '64 lower-case hex digits' },
  keyId: { pattern: /^[0-9a-f]{8}$/, rule: '8 lower-case hex digits' },
  sessionId: { pattern: new RegExp(`^sess_${ULID}$`), rule: 'sess_ and a ULID' },
  agentId: { pattern: new RegExp(`^agt_${ULID}$`), rule: 'agt_ and a ULID' },
  accountId: { pattern: new RegExp(`^acc_${ULID}$`), rule: 'acc_ and a ULID' },
  eventId: { pattern: new RegExp(`^evt_${ULID}$`), rule: 'evt_ and a ULID' },
  reportId: { pattern: new RegExp(`^rep_${ULID}$`), rule: 'rep_ and a ULID' },
  time: { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, rule: 'an ISO 8601 UTC time with milliseconds' },
  kind: { pattern: /^[A-Z][A-Z0-9_]{0,63}$/, rule: 'an identifier kind in capitals' },
  name: { pattern: /^[a-z][a-z0-9_]{0,63}$/, rule: 'a lower-case name' },
  tokenKind: { pattern: /^[A-Z0-9_]{1,16}$/, rule: 'a token kind or null' },
  pointer: { pattern: /^(?:\/(?:[^~/]|~[01])*)*$/, rule: 'a JSON Pointer' },
  freeText: { pattern: /^/, rule: `a text of at most ${LONGEST_TEXT} characters` },
} as const;

export type PatternName = keyof typeof PATTERNS;

/** Whether a value is a text of the pattern. */
export function matches(name: PatternName, value: JsonValue | undefined): value is string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT || !PATTERNS[name].pattern.test(value)) return false;
  return name !== 'time' || isCalendarTime(value);
}

// The pattern lets 2026-02-30 through; a date that is written back otherwise is none.
function isCalendarTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** Whether a value is an integer from `least` up that a double holds exactly. */
export function isCount(value: JsonValue | undefined, least = 0): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

/** The fields of a value; null, with a finding, where it is no object. */
export function fieldsOf(value: JsonValue, path: string, findings: Findings): Fields | null {
  if (isObject(value)) return new Fields(value, path, findings);
  findings.add('wrong_shape', `${path} must be an object`);
  return null;
}

/** The fields of one object. */
export class Fields {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #findings: Findings;
  readonly #entry: EntryName | undefined;
  readonly #state: { sound: boolean };

  /** `path` is the JSON Pointer of the object, for messages. */
  constructor(object: JsonObject, path: string, findings: Findings, entry?: EntryName, state = { sound: true }) {
    this.#object = object;
    this.#path = path;
    this.#findings = findings;
    this.#entry = entry;
    this.#state = state;
  }

  /** The value if no fault was noted in any of its fields, else null. */
  finish<T>(value: T): T | null {
    return this.#state.sound ? value : null;
  }

  has(name: string): boolean {
    return this.#object.has(name);
  }

  text(name: string, pattern: PatternName): string {
    const value = this.#object.get(name);
    return matches(pattern, value) ? value : this.fault(name, PATTERNS[pattern].rule, '');
  }

  textOrNull(name: string, pattern: PatternName): string | null {
    return this.#object.get(name) === null ? null : this.text(name, pattern);
  }

  /** A text of any length. */
  longText(name: string): string {
    const value = this.#object.get(name);
    return typeof value === 'string' ? value : this.fault(name, 'a text', '');
  }

  oneOf<const T extends string>(name: string, words: readonly T[]): T | null {
    const value = this.#object.get(name);
    const word = words.find((candidate) => candidate === value);
    return word ?? this.fault(name, words.map((candidate) => `"${candidate}"`).join(' or '), null);
  }

  /** Exactly this value. */
  constant(name: string, wanted: string | number): void {
    if (this.#object.get(name) !== wanted) this.fault(name, JSON.stringify(wanted), null);
  }

  count(name: string, least = 0): number {
    const value = this.#object.get(name);
    return isCount(value, least) ? value : this.fault(name, `an integer from ${least}`, least);
  }

  countOrNull(name: string, least = 0): number | null {
    return this.#object.get(name) === null ? null : this.count(name, least);
  }

  /** An integer, negative ones too, that a double holds exactly. */
  integer(name: string): number {
    const value = this.#object.get(name);
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.fault(name, 'an integer', 0);
  }

  /** A number within [least, most]. */
  number(name: string, least: number, most: number): number {
    const value = this.#object.get(name);
    if (typeof value === 'number' && value >= least && value <= most) return value;
    return this.fault(
      name,
      Number.isFinite(most) ? `a number from ${least} to ${most}` : `a number from ${least}`,
      least,
    );
  }

  /** `[start, end)` with 0 <= start < end. */
  span(name: string): readonly [number, number] {
    const value = this.#object.get(name);
    if (isArray(value) && value.length === 2) {
      const [start, end] = value;
      if (isCount(start) && isCount(end) && start < end) return [start, end];
    }
    return this.fault(name, 'two integers [start, end) with start < end', [0, 0]);
  }

  /** An object from names to counts. */
  counts(name: string, pattern: PatternName): ReadonlyMap<string, number> {
    const value = this.#object.get(name);
    const counts = new Map<string, number>();
    if (!isObject(value)) return this.fault(name, 'an object of counts', counts);
    for (const [key, count] of value) {
      if (!matches(pattern, key) || !isCount(count))
        return this.fault(name, `${PATTERNS[pattern].rule} with an integer from 0`, counts);
      counts.set(key, count);
    }
    return counts;
  }

  /** The fields of a member that is an object. Faults in it are faults of this object. */
  nested(name: string): Fields {
    const value = this.#object.get(name);
    if (isObject(value)) return new Fields(value, `${this.#path}/${name}`, this.#findings, this.#entry, this.#state);
    this.fault(name, 'an object', null);
    return new Fields(new Map(), `${this.#path}/${name}`, new Findings()); // already said: its fields are not missing one by one
  }

  /** Reads each item of an array of objects. */
  each<T>(name: string, read: (item: Fields) => T): readonly T[] {
    return this.rawArray(name).flatMap((item, index) => {
      const step = `${name}/${index}`;
      if (!isObject(item)) return this.fault(step, 'an object', []);
      return [read(new Fields(item, `${this.#path}/${step}`, this.#findings, this.#entry, this.#state))];
    });
  }

  /** The raw member, an object. */
  rawObject(name: string): JsonObject | null {
    const value = this.#object.get(name);
    return isObject(value) ? value : this.fault(name, 'an object', null);
  }

  /** The raw member, an array. */
  rawArray(name: string): JsonArray {
    const value = this.#object.get(name);
    return isArray(value) ? value : this.fault(name, 'an array', []);
  }

  /** Notes a fault and returns the stand-in. */
  fault<T>(name: string, rule: string, standIn: T): T {
    this.#state.sound = false;
    const message = `${shown(`${this.#path}/${name}`)} must be ${rule}`;
    this.#findings.add('wrong_shape', message, { ...(this.#entry === undefined ? {} : { entry: this.#entry }) });
    return standIn;
  }
}

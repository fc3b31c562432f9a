/** Times in a tool's JSON that are on offer, or of the calendar: by the keys above them and beside them. */
import { DATE_LIKE, LONGEST, MOST_DEPTH, NO_TIMES, PERSON_KEY } from './time-keys.ts';

const SLOT_KEY =
  /^(?:(?:available|open|free|next|offered|possible|bookable)?_?(?:slots?|times?|openings?|windows?)|availab(?:le|ility|ilities)(?:_?(?:slots?|times?|dates?|days?|appointments?|hours))?|(?:open|next)_?(?:available|appointments?|dates?|days?)|options|alternatives|earliest|soonest|holidays?|closures?|closed(?:_?(?:on|dates?|days?))?|(?:business|opening|office|clinic|special)_?hours|hours|today|now|current_?(?:date|time|datetime|day)|server_?time|timestamp|as_?of|generated_?at|time_?slots?|calendar)$/i;
/** Resources of FHIR that say when somebody is there for all. */
const OFFERING = /^(?:Slot|Schedule|Location|HealthcareService|Organization|Endpoint)$/;
/** Returns the texts in a JSON document that are times on offer or days of the calendar; empty where it is no JSON. */
export function slotTimes(json: string): ReadonlySet<string> {
  if (
    !/slot|avail|open|free|time|hour|holiday|clos|today|now|current|option|earliest|calendar|schedule|location|organization|\d\d"\s*:\s*[[{]/i.test(
      json,
    )
  )
    return NO_TIMES;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return NO_TIMES;
  }
  const found = new Set<string>();
  const persons = new Set<string>();
  collect(document, 'unknown', 0, (text, whose) => (whose === 'calendar' ? found : persons).add(text));
  // The same time under a person's key is that person's.
  for (const text of persons) found.delete(text);
  return found;
}

/** Keys of objects in which every date is that of the person whom they name. */
const NAMES_PERSON =
  /^(?:patient|member|subscriber|customer|caller|client|insured|guarantor)(?:_?(?:id|name|number))?$|dob|birth|mrn|first_?name|last_?name|full_?name/i;

/** Texts without it name no person by their keys. */
const MAY_NAME_PERSON =
  /"(?:patient|member|subscriber|customer|caller|client|insured|guarantor)|dob"|birth|mrn|(?:first|last|full)_?name/i;

/**
 * Returns the dates in a tool's JSON that are beside or below the name of a person, and not in a list of times on offer.
 * They are the person's, whatever their key. Yields wherever it may be interrupted.
 */
export function* personTimes(json: string): Generator<undefined, ReadonlySet<string>> {
  if (!MAY_NAME_PERSON.test(json) || !DATE_LIKE.test(json)) return NO_TIMES;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return NO_TIMES;
  }
  const found = new Set<string>();
  yield* collectPersons(document, false, 0, found);
  return found;
}

function* collectPersons(value: unknown, isPersons: boolean, depth: number, found: Set<string>): Generator<undefined> {
  if (depth > MOST_DEPTH) return;
  if (typeof value === 'string') {
    if (isPersons && value.length <= LONGEST && DATE_LIKE.test(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) {
      yield* collectPersons(item, isPersons, depth + 1, found);
      yield;
    }
  } else if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    const own = isPersons || fields.some(([key]) => NAMES_PERSON.test(key));
    for (const [key, field] of fields) {
      yield* collectPersons(field, own && !SLOT_KEY.test(key), depth + 1, found);
      yield;
    }
  }
}

type Whose = 'calendar' | 'person' | 'unknown';

function collect(value: unknown, whose: Whose, depth: number, take: (text: string, whose: Whose) => void): void {
  if (depth > MOST_DEPTH) return;
  if (typeof value === 'string') {
    if (value.length <= LONGEST && DATE_LIKE.test(value)) take(value, whose);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, whose, depth + 1, take);
  } else if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    const isSlot = fields.some(
      ([key, field]) => key === 'resourceType' && typeof field === 'string' && OFFERING.test(field),
    );
    // Whose a key speaks for, all fields beside it are.
    const own =
      whose === 'person'
        ? whose
        : isSlot
          ? 'calendar'
          : fields.some(([key]) => PERSON_KEY.test(key))
            ? 'person'
            : isOffer(fields)
              ? 'calendar'
              : whose;
    for (const [key, field] of fields) {
      // `{"free_slots": {"2026-01-14": [...]}}`: days as keys.
      if (key.length <= LONGEST && DATE_LIKE.test(key)) take(key, own);
      collect(field, whoseUnder(key, field, own), depth + 1, take);
    }
  }
}

const OFFERED = /^(?:is_?)?(?:free|available|open|bookable|closed|holiday)$/i;
const OFFERED_STATUS = /^(?:free|available|open|closed|busy)$/i;
/** Keys of a day or time and of what is said of a day of the practice. Others, an id too, may be of somebody's record. */
const DAY_KEY =
  /^(?:date|day|weekday|start|end|from|to|until|time|times|hours|datetime|(?:start|end)s?_?(?:at|date|time)?|slots?(?:_?id)?|duration(?:_?min(?:utes)?)?|provider|doctor|location|clinic|room|note|notes|name|status|opens?|closes?)$/i;
const CLOCK = /^\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?)?(?:-\d{1,2}:\d\d)?$/i;

/** A day with its times, "free: true", or days as keys of times: what is said of a day of the practice. */
function isOffer(fields: readonly (readonly [string, unknown])[]): boolean {
  const isClock = (item: unknown): boolean => typeof item === 'string' && CLOCK.test(item);
  const isTimes = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        isClock(item) || (typeof item === 'object' && item !== null && Object.values(item).every(isClock)),
    );
  if (fields.length > 0 && fields.every(([key, value]) => DATE_LIKE.test(key) && isTimes(value))) return true;
  if (fields.some(([key, value]) => SLOT_KEY.test(key) && isTimes(value))) return true;
  const isOfDay = fields.every(([key]) => DAY_KEY.test(key) || OFFERED.test(key));
  return (
    isOfDay &&
    fields.some(
      ([key, value]) =>
        (typeof value === 'boolean' && OFFERED.test(key)) ||
        (key === 'status' && typeof value === 'string' && OFFERED_STATUS.test(value)),
    )
  );
}

/** Lists of times alone: `{"open": [{"start": ..., "end": ...}]}`. */
const OFFERED_LIST = /^(?:open|free|available|bookable|vacant)$/i;

function whoseUnder(key: string, field: unknown, around: Whose): Whose {
  if (PERSON_KEY.test(key)) return 'person';
  if (around === 'person') return 'person';
  return SLOT_KEY.test(key) || (Array.isArray(field) && OFFERED_LIST.test(key)) ? 'calendar' : around;
}

/** Times that a model asks a tool for: the arguments of a call that looks for free slots name days of the calendar. */
import { DATE_LIKE, LONGEST, MOST_DEPTH, NO_TIMES, OLD_YEAR, PERSON_KEY } from './time-keys.ts';

/** Characters of the longest name of a tool that is read: APIs allow 64. */
const LONGEST_TOOL = 128;
/** Words in the name of a tool that looks for free times, and of one that does something with them. */
const SEARCHES =
  /(?:^|_)(?:slots?|avail\w*|openings?|free_?busy|(?:open|free|available)_(?:\w+_)?(?:times?|dates?|days?|hours|appointments?)|(?:office|opening|business|clinic)_hours|holidays?|calendar|next_(?:open|free)\w*)(?=_|$)/;
const CHANGES =
  /(?:^|_)(?:book|reserve|hold|confirm|cancel|create|update|delete|reschedule|move|add|set|save|block|insert|select|choose|claim|submit|make|request)(?=_|$)/;

/**
 * Returns the texts in the arguments of a tool that are days or times to look for; empty for a tool whose name does not say
 * that it looks for free times, and for what is no JSON. A value under a person's key is left out, and so is a text that says
 * more than a time, and a day of the last century.
 */
export function askedTimes(tool: string, json: string): ReadonlySet<string> {
  if (tool.length > LONGEST_TOOL) return NO_TIMES;
  const name = tool
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[-. ]/g, '_');
  if (!SEARCHES.test(name) || CHANGES.test(name)) return NO_TIMES;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return NO_TIMES;
  }
  const asked = new Set<string>();
  const persons = new Set<string>();
  collect(document, false, 0, (text, isPersons) => (isPersons ? persons : asked).add(text));
  for (const text of persons) asked.delete(text);
  return asked;
}

function collect(
  value: unknown,
  isPersons: boolean,
  depth: number,
  take: (text: string, isPersons: boolean) => void,
): void {
  if (depth > MOST_DEPTH) return;
  if (typeof value === 'string') {
    if (value.length <= LONGEST && DATE_LIKE.test(value)) take(value, isPersons || !isTimeAlone(value));
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, isPersons, depth + 1, take);
  } else if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    const own = isPersons || fields.some(([key, field]) => namesPersonsField(key, field));
    for (const [key, field] of fields) collect(field, own || PERSON_KEY.test(key), depth + 1, take);
  }
}

/** `{"name": "dob", "value": ...}`: a pair whose name is a person's key. */
function namesPersonsField(key: string, field: unknown): boolean {
  return typeof field === 'string' && PAIR_NAME.test(key) && FIELD_NAME.test(field) && PERSON_KEY.test(field);
}

const PAIR_NAME = /^(?:name|key|field|label|param|parameter|id|type|kind|field_?name|attribute|slot)$/i;
const FIELD_NAME = /^[a-z][\w .-]{0,39}$/i;

/** Words of a time besides numbers. */
const TIME_WORD =
  /(?<!\p{L})(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?|st|nd|rd|th|t|z|[ap]|[ap]\.?m|utc|gmt|[ecmp][sd]?t|noon|midnight|morning|afternoon|evening|today|tomorrow|week|next|this|the|of|on|at|in|to|from|until|through|after|before|between|and|or)(?!\p{L})/giu;

/** "2026-12-04", "Tuesday December 4th after 3 pm": no other word, and no year in which nobody looks for a time any more. */
function isTimeAlone(text: string): boolean {
  return !OLD_YEAR.test(text) && !/\p{L}/u.test(text.replace(TIME_WORD, ' '));
}

/** Times that a model asks a tool for: the arguments of a call that looks for free slots name days of the calendar. */
import { DATE_LIKE, LONGEST, MOST_DEPTH, NO_TIMES, PERSON_KEY } from './time-keys.ts';

/** Words in the name of a tool that looks for free times, and of one that does something with them. */
const SEARCHES =
  /(?:^|_)(?:slots?|avail\w*|openings?|free_?busy|(?:open|free|available)_(?:\w+_)?(?:times?|dates?|days?|hours|appointments?)|(?:office|opening|business|clinic)_hours|holidays?|calendar|next_(?:open|free)\w*)(?=_|$)/;
const CHANGES =
  /(?:^|_)(?:book|reserve|hold|confirm|cancel|create|update|delete|reschedule|move|add|set|save|block|insert|select|choose|claim|submit|make|request)(?=_|$)/;

/**
 * Returns the texts in the arguments of a tool that are days or times to look for; empty for a tool whose name does not say
 * that it looks for free times, and for what is no JSON. A value under a person's key is left out.
 */
export function askedTimes(tool: string, json: string): ReadonlySet<string> {
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
    if (value.length <= LONGEST && DATE_LIKE.test(value)) take(value, isPersons);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, isPersons, depth + 1, take);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value))
      collect(field, isPersons || PERSON_KEY.test(key), depth + 1, take);
  }
}

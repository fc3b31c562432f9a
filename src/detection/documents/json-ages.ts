/** Ages over 89 as JSON writes them: under a key, beside a unit, in the forms of DICOM and ISO 8601. */

/** Safe Harbor, 45 CFR 164.514(b)(2)(i)(C): ages over this are identifiers. */
const OLDEST = 89;
/** How many of a unit make a year. UCUM, DICOM and plain words. */
const PER_YEAR: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['y', 1],
  ['yr', 1],
  ['yrs', 1],
  ['yo', 1],
  ['year', 1],
  ['years', 1],
  ['a', 1],
  ['ann', 1],
  ['jahre', 1],
  ['m', 12],
  ['mo', 12],
  ['mos', 12],
  ['mon', 12],
  ['month', 12],
  ['months', 12],
  ['w', 52.18],
  ['wk', 52.18],
  ['wks', 52.18],
  ['week', 52.18],
  ['weeks', 52.18],
  ['d', 365.25],
  ['day', 365.25],
  ['days', 365.25],
]);
const AGE = /^P?0*(\d{1,6})(?:\.\d+)?[\s_-]?([A-Za-z]{0,6})(?![A-Za-z0-9])/;

/** Returns true if `text`, a number with or without its unit, is an age over 89. `unit` is that of the field beside it. */
export function isOldAge(text: string, unit: string | null): boolean {
  const read = AGE.exec(text.trim());
  if (read === null) return false;
  const written = (read[2] ?? '').toLowerCase();
  const perYear =
    PER_YEAR.get(
      written === ''
        ? (unit ?? '')
            .trim()
            .toLowerCase()
            .replace(/^\{|\}$/g, '')
        : written,
    ) ?? 1;
  return Math.floor(Number(read[1]) / perYear) > OLDEST;
}

/** Returns true if the name is one of the age of somebody, and no limit or duration. */
export function isAgeName(words: readonly string[]): boolean {
  if (!words.includes('age') && !words.includes('ages')) return false;
  return !words.some((word) => NO_AGE.has(word));
}

const NO_AGE: ReadonlySet<string> = new Set(
  'max min maximum minimum limit limits cache retention gap group range bracket band key token session cookie file record cert certificate password restriction verified category type label'.split(
    ' ',
  ),
);

/** The unit in the name of an age: `age_months`. Null where it has none. */
export function unitOfName(words: readonly string[]): string | null {
  return words.find((word) => /^(?:months?|mos?|weeks?|wks?|days?)$/.test(word)) ?? null;
}

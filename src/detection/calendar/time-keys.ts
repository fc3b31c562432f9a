/** What the readers of times in JSON agree on: the keys of a person, and what looks like a date. */

/** A key under which a date is a person's. */
export const PERSON_KEY =
  /patient|member|subscriber|dob|birth|mrn|first_?name|last_?name|full_?name|booked|booking|reserv|visit|encounter|admi(?:t|ssion)|discharge|confirm|customer|caller|client|insured|person|guarantor|reason|complaint|claim|referral|lab_?(?:orders?|results?)|(?:drug|rx)_?orders?|ticket|(?:procedure|surgery|service|fill)_?date|date_?of_?service|deceased|death|refill|prescription|(?<!available_?|open_?)appointments?_?(?:id|date|time|type)?$/i;
/** Texts without it are no dates. */
export const DATE_LIKE =
  /\d{1,4}[-/.]\d{1,2}|\d(?:st|nd|rd|th)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
/** Characters of the longest time. */
export const LONGEST = 64;
/** Levels of a document that are read. */
export const MOST_DEPTH = 32;
/** No times. */
export const NO_TIMES: ReadonlySet<string> = new Set();

/** A year of which no time is free any more: its days are days of birth and the like. */
export const OLD_YEAR = /(?<!\d)(?:18|19)\d\d(?!\d)/;

import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { readBelowHundred, readYear } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

/** Named days, words apart by one space, longest first where one begins another. */
const NAMED_DAYS =
  "new year's eve,new year's day,new years eve,new years day,new year's,martin luther king day,mlk day,presidents' day,presidents day,president's day,valentine's day,valentines day,st patrick's day,saint patrick's day,st patricks day,saint patricks day," +
  "easter sunday,easter monday,easter,good friday,passover,mother's day,mothers day,memorial day,father's day,fathers day,juneteenth,independence day,labor day,columbus day,indigenous peoples' day,indigenous peoples day," +
  "halloween,veterans day,veteran's day,thanksgiving day,thanksgiving,black friday,christmas eve,christmas day,christmas,boxing day,hanukkah,kwanzaa,diwali,rosh hashanah,yom kippur,ash wednesday,palm sunday,cinco de mayo,groundhog day,super bowl sunday,mardi gras,lunar new year,leap day,eid,purim,ramadan,epiphany,pentecost,flag day,tax day,election day,april fools' day,april fools day,april fools";

const BY_FIRST_WORD: ReadonlyMap<string, readonly (readonly string[])[]> = index();

function index(): Map<string, string[][]> {
  const days = new Map<string, string[][]>();
  for (const day of NAMED_DAYS.split(',')) {
    // The scanner cuts the possessive s off, and keeps any other apostrophe.
    const words = day
      .replace(/'s\b/g, " 's")
      .replace(/s'(?= |$)/g, 's')
      .split(' ');
    days.set(words[0] ?? '', [...(days.get(words[0] ?? '') ?? []), words]);
  }
  for (const list of days.values()) list.sort((a, b) => b.length - a.length);
  return days;
}

/** Words of opening hours, greetings and customs: the day is everybody's. */
const EVERYBODYS: ReadonlySet<string> = new Set(
  (
    'closed close closes closing open opens hours holiday holidays observe observed observes happy merry every annual annually tree dinner turkey gift gifts card cards party music spirit sale sales costume costumes decorations ' +
    'movie song songs cookies lights candy parade egg eggs bunny shopping season staff schedule except including'
  ).split(' '),
);
const NEAR = 8;

/** Days by name, when something happened to somebody: "he fell on thanksgiving", "the day after labor day". */
export function findHolidays(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const list = BY_FIRST_WORD.get(words[at]?.lower ?? '');
    const last = list === undefined ? null : dayEnd(reading, at, list);
    if (last === null) continue;
    if (!isEverybodys(reading, at, last))
      findings.push(wordsFinding(reading, at, withYear(reading, last), 'DATE', 'date.holiday', 0.75));
    at = last;
  }
  return findings;
}

function dayEnd({ words }: Reading, first: number, days: readonly (readonly string[])[]): number | null {
  for (const day of days) {
    let at = first;
    const fits = day.every((part) => {
      if (/^[.']$/.test(words[at]?.text ?? '') && at > first) at++;
      return words[at++]?.lower === part;
    });
    if (fits) return at - 1;
  }
  return null;
}

/** "new year's eve 2023", "Thanksgiving of 2021". */
function withYear({ words }: Reading, last: number): number {
  const joint = words[last + 1]?.lower;
  const at = joint === 'of' || joint === 'in' || joint === ',' ? last + 2 : last + 1;
  if (words[at]?.type === 'digits') return /^(?:19|20)\d\d$/.test(words[at].text) ? at : last;
  // "new year's eve twenty twenty one"
  const year = readYear(words, at);
  if (year !== null && year.value >= 1900 && year.value < 2100) return year.next - 1;
  // "cinco de mayo, sixty three"
  const short = joint === ',' || joint === 'of' ? readBelowHundred(words, at) : null;
  const after = words[short?.next ?? at];
  const isYear = short !== null && short.value > LAST_DAY && (after === undefined || /^[.?!]$/.test(after.text));
  return isYear ? short.next - 1 : last;
}

const LAST_DAY = 31;

function isEverybodys({ words }: Reading, first: number, last: number): boolean {
  const isTelling = (at: number): boolean => EVERYBODYS.has(words[at]?.lower ?? '');
  const ends = (at: number): boolean => words[at] === undefined || /^[.?!]$/.test(words[at].text);
  for (let at = first - 1; at >= first - NEAR && !ends(at); at--) if (isTelling(at)) return true;
  for (let at = last + 1; at <= last + NEAR && !ends(at); at++) if (isTelling(at)) return true;
  return false;
}

const OF_A_FIRM: ReadonlySet<string> = new Set(
  'revenue earnings report reports results budget goals sales targets planning forecast'.split(' '),
);

/** Quarters of a year, and months with a short year: "the last infusion was Q3 2024", "scan Oct-90". */
export function findPartsOfYears(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const short = shortQuarterEnd(words, at);
    if (short !== null && !OF_A_FIRM.has(words[short + 1]?.lower ?? ''))
      findings.push(wordsFinding(reading, at, short, 'DATE', 'date.quarter', 0.65));
    if (word?.lower !== 'q' || words[at + 1]?.glued !== true || !/^[1-4]$/.test(words[at + 1]?.text ?? '')) continue;
    const last = withYear(reading, at + 1);
    if (last === at + 1 || OF_A_FIRM.has(words[last + 1]?.lower ?? '')) continue;
    findings.push(wordsFinding(reading, at, last, 'DATE', 'date.quarter', 0.65));
  }
  return findings;
}

/** The last word of "4Q23" and "1Q 2024"; null for anything else. */
function shortQuarterEnd(words: readonly Word[], at: number): number | null {
  const number = words[at];
  if (number?.type !== 'digits') return null;
  const [quarter, year, after] = [words[at + 1], words[at + 2], words[at + 3]];
  if (!/^[1-4]$/.test(number.text) || quarter?.text !== 'Q' || !quarter.glued) return null;
  const isYear =
    year?.type === 'digits' && (year.glued ? /^(?:\d\d|20\d\d|19\d\d)$/ : /^(?:19|20)\d\d$/).test(year.text);
  return isYear && !(after?.glued === true && after.type !== 'mark') ? at + 2 : null;
}

const SHORT_YEAR_MONTHS =
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december)$/;

/** The last word of "Oct-90", "Feb/98", "Mar '87"; null for anything else. */
export function shortMonthYearEnd({ words }: Reading, month: number): number | null {
  const [mark, year, after] = [words[month + 1], words[month + 2], words[month + 3]];
  const isJoined =
    (mark?.glued === true && (mark.text === '-' || mark.text === '/')) || (mark?.text === "'" && year?.glued === true);
  if (!SHORT_YEAR_MONTHS.test(words[month]?.lower ?? '') || !isJoined) return null;
  const isYear = year?.type === 'digits' && year.glued && /^\d\d$/.test(year.text) && Number(year.text) > 31;
  return isYear && !(after?.glued === true && after.type !== 'mark') ? month + 2 : null;
}

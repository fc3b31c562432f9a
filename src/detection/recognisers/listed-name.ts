import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import { FAMILY_WORDS, GIVEN_WORDS, SHORT_GIVEN } from '../vocabulary/word-names.ts';
import { isCapitalised, type Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

/** Names with the family name first, as lists and wristbands have them: "SANTINO, SOPHY DOB 01/02/1971", "Pt: HOPE, FAITH". */
export function findListedNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  // The last word of the name before, for "Day, Sunny; Moon, Story".
  let before = -1;
  for (let comma = 1; comma < words.length - 1; comma++) {
    if (words[comma]?.text !== ',') continue;
    const first = familyStart(words, comma - 1);
    const last = first === null ? null : givenEnd(words, comma + 1);
    if (first === null || last === null) continue;
    const isLabelled = isAfterLabel(words, first);
    const isHeading = words[last + 1]?.text === ':' && words[comma + 1]?.glued === true;
    const isEntry = startsEntry(words, first) && (isHeading || isBeforeField(words, last + 1));
    const isItem = isBetweenSemicolons(words, first, last, before);
    if (!isLabelled && !isEntry && !isItem && !isScheduled(words, first) && !isOfMessage(words, first, last)) continue;
    before = last;
    findings.push(wordsFinding(reading, first, last, 'NAME', isLabelled ? 'name.label' : 'name.listed', 0.85));
    comma = last;
  }
  return [...findings, ...findSexedNames(reading)];
}

/** "Callback list: Day, Sunny; Moon, Story; Le, An": names apart by semicolons, the first of them a known one. */
function isBetweenSemicolons(words: readonly Word[], first: number, last: number, before: number): boolean {
  const [mark, next] = [words[first - 1]?.text, words[last + 1]];
  const isStart = mark === ';' || mark === ':' || mark === undefined || words[first]?.newLine === true;
  const isEnd = next === undefined || next.newLine || next.text === ';' || next.text === '.';
  if (!isStart || !isEnd || (mark !== ';' && next?.text !== ';')) return false;
  const names = words.slice(first, last + 1).filter(({ type }) => type === 'letters');
  if (names.some(({ lower }) => isMedicalWord(lower))) return false;
  return (mark === ';' && before === first - 2) || names.some((word) => isGiven(word) || SHORT_GIVEN.has(word.lower));
}

const isInCapitals = (word: Word | undefined): boolean => word !== undefined && /^[A-Z][A-Z'’]+$/.test(word.text);

/** "9:30  RIVERS, JOY   f/u": a line of a schedule, whose name stands behind the time. */
function isScheduled(words: readonly Word[], first: number): boolean {
  const [hour, colon, minute] = words.slice(Math.max(0, first - 3), first);
  return (
    first >= 3 &&
    isInCapitals(words[first]) &&
    hour?.type === 'digits' &&
    (first === 3 || hour.newLine) &&
    colon?.text === ':' &&
    minute?.type === 'digits'
  );
}

/** "from RIVERS, HOPE to PAGE, ART: call me": both sides of a message, in capitals among other words. */
function isOfMessage(words: readonly Word[], first: number, last: number): boolean {
  const after = words[last + 1];
  return (
    /^(?:from|to|cc)$/.test(words[first - 1]?.text ?? '') &&
    isInCapitals(words[first]) &&
    isInCapitals(words[last]) &&
    (after === undefined || after.newLine || /^(?:[:;.-]|to|cc)$/.test(after.text))
  );
}

/** "DAY JOY F 65 RM 4": two names in capitals at the beginning of an entry, before a sex and an age. */
function findSexedNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at + 3 < words.length; at++) {
    const [family, given, sex, years] = words.slice(at, at + 4);
    if (sex === undefined || !/^[MF]$/.test(sex.text) || !/^\d{1,3}$/.test(years?.text ?? '')) continue;
    const areNames = [family, given].every((word) => isNamePart(word) && word?.text === word?.text.toUpperCase());
    if (areNames && [family, given].some(isGiven) && given?.newLine === false && startsEntry(words, at))
      findings.push(wordsFinding(reading, at, at + 1, 'NAME', 'name.listed', 0.8));
  }
  return findings;
}

function isGiven(word: Word | undefined): boolean {
  return word !== undefined && (GIVEN_NAMES.has(word.lower) || GIVEN_WORDS.has(word.lower));
}

/** The first word of the family name that ends with the word `last`: hyphens and particles belong to it. */
function familyStart(words: readonly Word[], last: number): number | null {
  if (!isNamePart(words[last])) return null;
  let first = last;
  for (;;) {
    const [mark, before] = [words[first - 1], words[first - 2]];
    if (mark?.text === '-' && mark.glued && words[first]?.glued === true && isNamePart(before)) first -= 2;
    else if (mark !== undefined && words[first]?.newLine !== true && PARTICLES.has(mark.lower) && isCapitalised(mark))
      first -= 1;
    else return first;
  }
}

const PARTICLES: ReadonlySet<string> = new Set('de la del der den van von da dos di el al bin st'.split(' '));
const MOST_GIVEN = 3;

/** The last word of the given names and initials from the word `first` on. */
function givenEnd(words: readonly Word[], first: number): number | null {
  if (words[first]?.newLine === true || !isNamePart(words[first])) return null;
  let last = first;
  for (let count = 1; count < MOST_GIVEN; count++) {
    const next = words[last + 1];
    if (next === undefined || next.newLine || FIELDS.has(next.lower)) break;
    if (next.text === '-' && next.glued && words[last + 2]?.glued === true && isNamePart(words[last + 2])) last += 2;
    else if (next.type === 'letters' && next.text.length === 1 && isCapitalised(next) && !isSex(words, last + 1))
      last += 1;
    else if (isNamePart(next) && (!COMMON_WORDS.has(next.lower) || isShortInCapitals(next))) last += 1;
    else break;
  }
  return last;
}

/** "VANG, MAI SEE": a short given name in capitals that is a word as well. */
function isShortInCapitals({ text, lower }: Word): boolean {
  return SHORT_GIVEN.has(lower) && text === text.toUpperCase();
}

/** "WILL M 57Y" has an initial, "WILL 57Y M" has none; the M of "SEX: M" stands after its label. */
function isSex(words: readonly Word[], at: number): boolean {
  const next = words[at + 1];
  return (next?.text === '/' || next?.text === ',') && words[at + 2]?.type === 'digits';
}

function isNamePart(word: Word | undefined): boolean {
  if (word?.type !== 'letters' || word.text.length < 2 || !isCapitalised(word)) return false;
  if (GIVEN_NAMES.has(word.lower) || GIVEN_WORDS.has(word.lower) || FAMILY_WORDS.has(word.lower)) return true;
  if (SHORT_GIVEN.has(word.lower)) return true;
  return !COMMON_WORDS.has(word.lower) && !FORM_WORDS.has(word.lower);
}

/** Words of forms and notes that stand before or after a comma in capitals, too. */
const FORM_WORDS: ReadonlySet<string> = new Set(
  (
    'chest abdomen pelvis skin wound fracture anemia fever labs vitals meds allergies alert oriented stable improved admit observe ama npo dnr cbc bmp cmp ekg ecg iv po prn bid tid qid stat md rn np pa do phd ' +
    'inc llc corp suite unit floor wing usa pt ot st bp hr rr temp hx rx dx fx sx tx left right bilateral acute chronic'
  ).split(' '),
);

/** What stands after a name in a list of patients. */
const FIELDS: ReadonlySet<string> = new Set(
  (
    'dob mrn age sex gender room rm bed admitted admit discharged seen acct account ssn phone tel ph id adm dos los unit attending referring relationship rel male female born visit enc encounter csn fin hic mbi date address addr ins insurance ' +
    'npo dnr allergies code status called here'
  ).split(' '),
);

function isBeforeField(words: readonly Word[], at: number): boolean {
  const field = /^[.|/(#-]$/.test(words[at]?.text ?? '') ? at + 1 : at;
  const next = words[field];
  if (next === undefined) return false;
  if (FIELDS.has(next.lower)) return true;
  // "57Y M", "57 yo F", "01/02/1971", "0044218".
  if (next.type !== 'digits') return false;
  const unit = words[field + 1];
  return (
    next.text.length > 4 ||
    /^(?:y|yo|yr|yrs|yom|yof|m|f|mo)$/.test(unit?.lower ?? '') ||
    unit?.text === '/' ||
    (unit?.text === '-' && next.text.length <= 4)
  );
}

function startsEntry(words: readonly Word[], first: number): boolean {
  const [word, before] = [words[first], words[first - 1]];
  return (
    before === undefined ||
    word?.newLine === true ||
    before.type === 'mark' ||
    before.type === 'digits' ||
    /^(?:for|pt|patient|re|on|is|name|seen|subscriber|admit|admitted)$/.test(before.lower)
  );
}

const LABELS: ReadonlySet<string> = new Set(
  'pt patient name member subscriber insured guarantor guardian attending physician provider md dr contact spouse mother father kin caller resident client decedent employee student policyholder holder beneficiary surgeon pcp by attn'.split(
    ' ',
  ),
);

/** "Pt:", "PATIENT NAME:", "GUARANTOR -". */
function isAfterLabel(words: readonly Word[], first: number): boolean {
  const mark = words[first - 1];
  return (mark?.text === ':' || mark?.text === '=' || mark?.text === '#') && LABELS.has(words[first - 2]?.lower ?? '');
}

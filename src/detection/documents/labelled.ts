/**
 * Forms in which a label says what the value behind it is: `DOB: 5/2/64`, `PATIENT NAME: RENFIELD, TOBIAS K SEX: M`,
 * `PatientName: OKAFOR^JANE`, `first_name=Will&last_name=Price`. Only texts with two such labels, or one at the beginning of
 * a line with nothing but its value behind it, are forms.
 */
import { unescaped } from '../escapes.ts';
import type { EntityKind } from '../kinds.ts';
import { isNumberWord, REPEAT_WORDS } from '../spoken/numbers.ts';
import { NO_SECTIONS, type DocumentReader, type DocumentSection, type FieldContent } from './document.ts';
import { FieldList, splitAt, trimmed, type Stretch } from './field-list.ts';
import { fieldMeaning, mayEndName, type FieldMeaning } from './field-names.ts';
import { canHold, isBareCode } from './field-values.ts';
import { looksLikeNames } from './hl7-forms.ts';
import { withoutEnd } from '../../platform/text-end.ts';

/** A label ends here; what stands before is looked at word by word. */
const SIGN = /[A-Za-z0-9#)\]"'](?:[ \t]{0,3}|[ \t]{0,3}\.{2,40}[ \t]{0,3})(=>|[:=])(?![:=/\\])/g;
/** "last: VO  first: CHI", and the same in two lines of one word each. */
const BOTH_NAMES =
  /\blast[ \t]{0,2}[:=][^\n]{1,60}\bfirst[ \t]{0,2}[:=]|\bfirst[ \t]{0,2}[:=][^\n]{1,60}\blast[ \t]{0,2}[:=]|(?:^|\n)[ \t-]{0,12}["']?(?:first|last)["']?[ \t]{0,2}[:=]>?[ \t]{0,2}["']?\p{L}[\p{L}'-]{0,30}["',]{0,2}[ \t]{0,4}\r?\n[ \t-]{0,12}["']?(?:first|last)["']?[ \t]{0,2}[:=]/iu;
/** What may close the name of a field, character by character. */
const AFTER_NAME = /["'\])]/;
const MAX_LABEL_WORDS = 5;
const LONGEST_LABEL = 60;
const LONGEST_VALUE = 120;
/** What ends a value in one line: the end of it, and what parts fields of a form. */
const END = /[\n\r\t;|&]| {2,}| \/ (?!\d)/;

interface Label {
  readonly meaning: FieldMeaning;
  /** Where the label begins. */
  readonly start: number;
  /** Behind its sign. */
  readonly end: number;
  readonly beginsLine: boolean;
  readonly sign: string;
}

export const labelled: DocumentReader = {
  format: 'form',
  read(text) {
    if (!text.includes(':') && !text.includes('=')) return NO_SECTIONS;
    const labels = labelsIn(text);
    const isForm =
      new Set(labels.filter(isOfPerson).map(({ meaning }) => (meaning === 'keep' ? '' : meaning.kind))).size > 1 ||
      BOTH_NAMES.test(text);
    const sections: DocumentSection[] = [];
    labels.forEach((label, at) => {
      const section = readValue(text, label, labels[at + 1]?.start ?? text.length, isForm);
      if (section !== null) sections.push(section);
    });
    return sections;
  },
};

function isOfPerson({ meaning }: Label): boolean {
  return meaning !== 'keep' && meaning.sure;
}

function labelsIn(text: string): readonly Label[] {
  const labels: Label[] = [];
  let before = 0;
  for (const match of text.matchAll(SIGN)) {
    const end = match.index + match[0].length;
    const sign = match[1] ?? ':';
    if (isInAddress(text, match.index, end)) continue;
    const label = labelBefore(text, Math.max(before, match.index + 1 - LONGEST_LABEL), match.index + 1, sign);
    if (label !== null) labels.push({ ...label, end, sign });
    before = end;
  }
  return labels;
}

/** Whether the sign joins two parts of an address of a device or a network: "mac address 00:1A:2B". */
function isInAddress(text: string, before: number, after: number): boolean {
  return (
    after === before + 2 &&
    /[0-9A-Fa-f]$/.test(text.charAt(before)) &&
    /^[0-9A-Fa-f]{2}[:-]/.test(text.slice(after, after + 3))
  );
}

/** The longest run of words right before the sign that is the name of a field. */
function labelBefore(
  text: string,
  from: number,
  end: number,
  sign: string,
): Pick<Label, 'meaning' | 'start' | 'beginsLine'> | null {
  const near = text.slice(from, end);
  const line =
    Math.max(
      near.lastIndexOf('\n'),
      near.lastIndexOf('\r'),
      near.lastIndexOf('|'),
      near.lastIndexOf(';'),
      near.lastIndexOf('&'),
      near.lastIndexOf('\t'),
    ) + 1;
  const words = Array.from(near.slice(line).matchAll(/[^\s,"'([{?]+/g)).slice(sign === '=' ? -1 : -MAX_LABEL_WORDS);
  const last = withoutEnd(words.at(-1)?.[0] ?? '', AFTER_NAME);
  if (!mayEndName(last)) return null;
  for (const { index } of words) {
    const start = line + index;
    const meaning = fieldMeaning(withoutEnd(near.slice(start), AFTER_NAME));
    if (meaning === null) continue;
    const lead = near.slice(line, start);
    return { meaning, start: from + start, beginsLine: /^[\s*>#"'([{?-]*$/.test(lead) };
  }
  return null;
}

/** The value of a label; null where there is none, or only what a sentence says. */
function readValue(text: string, label: Label, next: number, isForm: boolean): DocumentSection | null {
  const { meaning, end: from, beginsLine } = label;
  const stretch = ownValue(text, valueStretch(text, from, next), meaning);
  const value = text.slice(stretch.start, stretch.end);
  if (value === '') return null;
  if (meaning === 'keep')
    return isForm && isBareCode(value) && value.length < 25 ? sectionOf(text, stretch, 'keep') : null;
  if (!(isForm || (beginsLine && meaning.sure))) return null;
  const spaced = label.sign === '=' ? value.replaceAll('+', ' ') : value;
  const plain = unescaped(spaced)?.text ?? spaced;
  if (!isValue(meaning.kind, plain)) return null;
  return sectionOf(text, stretch, meaning.kind, plain);
}

function valueStretch(text: string, from: number, next: number): Stretch {
  const limit = Math.min(next, from + LONGEST_VALUE, text.length);
  const behind = text.slice(from, limit);
  const lead = /^[ \t]*["'[(]?/.exec(behind)?.[0].length ?? 0;
  const quote = behind.charAt(lead - 1);
  const rest = behind.slice(lead);
  const closing = quote === '"' || quote === "'" ? rest.indexOf(quote) : -1;
  const at = closing !== -1 ? closing : rest.search(END);
  const end = from + lead + (at === -1 ? rest.length : at);
  const found = trimmed(text, { start: from + lead, end });
  let last = found.end;
  while (last > found.start && /[,.;:\s\]})"'*-]/.test(text.charAt(last - 1))) last--;
  return { start: found.start, end: last };
}

const WITH_COMMAS: ReadonlySet<EntityKind> = new Set(['NAME', 'ADDRESS', 'DATE', 'DOB']);

/** "BUSH, ROSE (spouse)": who somebody is to the patient is no part of the name. */
const RELATION =
  /[ \t]{0,4}(?:\(|-[ \t])[ \t]{0,4}(?:spouse|wife|husband|partner|mother|father|mom|dad|parent|guardian|son|daughter|sister|brother|aunt|uncle|grand\w{2,10}|friend|neighbou?r|caregiver|self)\b/i;

/** The value without the words behind its comma, where a value of its kind has none: "MRN: 12345, DOB". */
function ownValue(text: string, { start, end }: Stretch, meaning: FieldMeaning): Stretch {
  if (meaning !== 'keep' && meaning.kind === 'NAME') {
    const relation = RELATION.exec(text.slice(start, end));
    return relation === null || relation.index === 0 ? { start, end } : { start, end: start + relation.index };
  }
  if (meaning === 'keep' || WITH_COMMAS.has(meaning.kind)) return { start, end };
  for (const { index, 1: word = '' } of text.slice(start, end).matchAll(/,\s+(\p{L}+)/gu)) {
    // "Member ID: W, 3, double-oh, 7": letters and digits that are said one by one go on behind a comma.
    const isSaid =
      word.length === 1 ||
      /^(?:dash|hyphen|slash|space|dot)$/i.test(word) ||
      isNumberWord(word.toLowerCase()) ||
      REPEAT_WORDS.has(word.toLowerCase());
    if (!isSaid) return { start, end: start + index };
  }
  return { start, end };
}

/** Whether the words are a value of the kind and no sentence. */
function isValue(kind: EntityKind, value: string): boolean {
  if (!canHold(kind, value)) return false;
  const words = value.split(/\s+/).length;
  switch (kind) {
    case 'NAME':
      return words <= 5 && !/\d/.test(value) && !/[.!?] |[?!]$/.test(value) && /^\p{Lu}|^\p{Lo}|\^/u.test(value);
    case 'ADDRESS':
      return words <= 12 && (/\d/.test(value) || (words <= 3 && /^\p{Lu}/u.test(value)));
    case 'DOB':
    case 'DATE':
      return /\d/.test(value) && words <= 6;
    default:
      return /\d|@|\.\w/.test(value) && words <= 6;
  }
}

function sectionOf(text: string, stretch: Stretch, holds: FieldContent, meant?: string): DocumentSection {
  const list = new FieldList(text);
  const carets = splitAt(text, stretch, '^');
  const isPersonName =
    holds === 'NAME' && carets.length > 1 && looksLikeNames(carets.map(({ start, end }) => text.slice(start, end)));
  if (isPersonName)
    carets.forEach((part, at) => {
      list.add(part, at < 3 ? 'NAME' : 'keep');
    });
  else list.add(stretch, holds, holds === 'keep' ? undefined : meant);
  return { ...stretch, format: 'form', fields: list.fields };
}

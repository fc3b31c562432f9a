/**
 * HL7 v2 messages, whole or in pieces: segments that end with CR, LF or CRLF, or run on in one line. HL7 v2.5.1, chapter 2.
 */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, splitAt, type Stretch } from './field-list.ts';
import { escapesIn, USUAL, type Separators } from './hl7-escapes.ts';
import { readField } from './hl7-fields.ts';
import { segmentRules } from './hl7-segments.ts';

/** Segments that begin with their own separators: their fields are counted from those. */
const HEADERS: ReadonlySet<string> = new Set(['MSH', 'FHS', 'BHS']);
/** Segments about a person and nothing else. */
const PEOPLE: ReadonlySet<string> = new Set(['PID', 'NK1', 'GT1', 'IN1', 'IN2', 'MRG']);
/** A name with fewer fields behind it may be anything. */
const MIN_FIELDS = 2;

interface Segment extends Stretch {
  readonly name: string;
}

export const hl7: DocumentReader = {
  format: 'hl7',
  read(text) {
    const separators = separatorsOf(text);
    if (!text.includes(separators.field)) return NO_SECTIONS;
    const segments = segmentsOf(text, separators);
    return segments.length === 0 ? NO_SECTIONS : segments.map((segment) => readSegment(text, segment, separators));
  },
};

const MESSAGE_HEADER = /(?<![A-Za-z0-9|])MSH([^\sA-Za-z0-9])([^\sA-Za-z0-9]{1,5})\1/;

/** The separators that the first header names; the usual ones without a header. */
function separatorsOf(text: string): Separators {
  if (!text.includes('MSH')) return USUAL;
  const [, field, encoding = ''] = MESSAGE_HEADER.exec(text) ?? [];
  if (field === undefined) return USUAL;
  const at = (index: number): string => encoding.charAt(index);
  return { field, component: at(0), repetition: at(1), escape: at(2), subcomponent: at(3) };
}

/** Segments that are told apart in a message whose line ends became spaces: no value ends with one of these words. */
const AFTER_SPACE =
  'MSH|EVN|PID|PD1|NK1|PV1|PV2|GT1|IN1|IN2|IN3|OBR|OBX|ORC|MRG|AL1|DG1|PR1|NTE|SCH|RGS|AIS|AIP|AIL|AIG|RXA|RXE|RXO|RXD|FT1|SPM|TXA|MSA|ROL|PRT';

/** A name at the beginning of a line or of quoted words; the line end may be written as two characters. */
function namesBefore(separator: string): RegExp {
  const sign = separator.replace(/[\]\\^-]/, '\\$&');
  return new RegExp(
    `(?:(?<=^|[\\r\\n"'\`([{>]\\s{0,4}|\\\\[nr])[A-Z][A-Z0-9]{2}|(?<=[\\s:])(?:${AFTER_SPACE}))(?=[${sign}])`,
    'g',
  );
}

const NAMES: ReadonlyMap<string, RegExp> = new Map([['|', namesBefore('|')]]);

function segmentsOf(text: string, { field }: Separators): readonly Segment[] {
  const found: { readonly name: string; readonly start: number }[] = [];
  for (const { 0: name, index } of text.matchAll(NAMES.get(field) ?? namesBefore(field)))
    if (segmentRules(name) !== null) found.push({ name, start: index });
  const segments: Segment[] = [];
  found.forEach(({ name, start }, at) => {
    const end = endOfSegment(text, start, found[at + 1]?.start ?? text.length);
    if (hasFields(text, { start, end }, field)) segments.push({ name, start, end });
  });
  return segments;
}

/** The end of the line, or where the next segment begins. */
function endOfSegment(text: string, start: number, next: number): number {
  for (let at = start; at < next; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a || unit === 0x0d) return at;
    if (unit === 0x5c && /^\\[rn](?:\\[rn])?(?:[A-Z][A-Z0-9]{2}|\s|$)/.test(text.slice(at, at + 8))) return at;
  }
  return next;
}

function hasFields(text: string, { start, end }: Stretch, separator: string): boolean {
  let count = 0;
  for (let at = text.indexOf(separator, start); at !== -1 && at < end; at = text.indexOf(separator, at + 1))
    if (++count >= MIN_FIELDS) return true;
  return count > 0 && text.slice(start, end).includes('^');
}

function readSegment(text: string, { name, start, end }: Segment, separators: Separators): DocumentSection {
  const escapes = escapesIn(text, start, end, separators);
  const list = new FieldList(text, escapes);
  const fields = splitAt(text, { start, end }, separators.field);
  const rules = segmentRules(name);
  const shift = HEADERS.has(name) ? 1 : 0;
  const observed = name === 'OBX' && fields[2] !== undefined ? list.textOf(fields[2]).trim() : '';
  fields.forEach((field, index) => {
    // The name of the segment, and the separators behind it.
    if (index === 0 || index <= shift) return;
    readField(
      { text, list, separators, observed, isOfPeople: PEOPLE.has(name) },
      field,
      rules?.get(index + shift) ?? null,
    );
  });
  return { start, end, format: 'hl7', fields: list.fields, ...(escapes.length === 0 ? {} : { escapes }) };
}

/**
 * Barcodes of driver's licences as scanners type them. AAMVA DL/ID Card Design Standard 2020, annex D: an element id of three
 * letters and its value, an element a line, or glued together where the line ends were lost.
 */
import type { EntityKind } from '../kinds.ts';
import { NO_SECTIONS, type DocumentReader, type DocumentSection, type FieldContent } from './document.ts';
import { FieldList } from './field-list.ts';

/** Elements of a person, by kind. */
const PERSONS: ReadonlyMap<string, EntityKind> = new Map<string, EntityKind>([
  ...elements('NAME', 'DAA DAB DAC DAD DAE DAF DBN DBO DBP DBQ DBR DBS DCS DCT DCU'),
  ...elements('ADDRESS', 'DAG DAH DAI DAK DAL DAM DAN DAP DCI'),
  ...elements('DOB', 'DBB DBL DDH DDI DDJ'),
  ...elements('DATE', 'DBA DBD DDC DDB'),
  ...elements('LICENSE', 'DAQ DBJ'),
  ...elements('SSN', 'DBK DBM'),
  ...elements('OTHER_ID', 'DCF DCJ DCK'),
]);

/** Elements that are codes, with the form of their values. */
const CODES: ReadonlyMap<string, RegExp> = new Map([
  ['DAJ', /^[A-Z]{2}$/],
  ['DAO', /^[A-Z]{2}$/],
  ['DAR', /^\S{0,6}$/],
  ['DAS', /^\S{0,10}$/],
  ['DAT', /^\S{0,5}$/],
  ['DAU', /^\d{1,3} ?(?:in|cm|IN|CM)?$/],
  ['DAV', /^\d{1,3}$/],
  ['DAW', /^\d{1,3}$/],
  ['DAX', /^\d{1,3}$/],
  ['DAY', /^[A-Z]{3}$/],
  ['DAZ', /^[A-Z]{3}$/],
  ['DBC', /^[0-9MFX]$/],
  ['DBE', /^\w{0,5}$/],
  ['DBF', /^\w{0,5}$/],
  ['DBG', /^\w{0,40}$/],
  ['DBH', /^\w{0,5}$/],
  ['DBI', /^\w{0,5}$/],
  ['DCA', /^\S{0,6}$/],
  ['DCB', /^[\S ]{0,12}$/],
  ['DCD', /^\S{0,5}$/],
  ['DCE', /^\d$/],
  ['DCG', /^(?:USA|CAN|MEX)$/],
  ['DCH', /^\S{0,4}$/],
  ['DCL', /^[A-Z]{0,3}$/],
  ['DCM', /^\S{0,4}$/],
  ['DCN', /^\S{0,4}$/],
  ['DCO', /^\S{0,4}$/],
  ['DCP', /^.{0,50}$/],
  ['DCQ', /^.{0,50}$/],
  ['DCR', /^.{0,50}$/],
  ['DDA', /^[A-Z]$/],
  ['DDD', /^[01]$/],
  ['DDE', /^[NTU]$/],
  ['DDF', /^[NTU]$/],
  ['DDG', /^[NTU]$/],
  ['DDK', /^[01]$/],
  ['DDL', /^[01]$/],
]);

function elements(kind: EntityKind, ids: string): [string, EntityKind][] {
  return ids.split(' ').map((id) => [id, kind]);
}

const HEADER = /ANSI \d{6}/;
/** Elements that every licence has. */
const MANDATORY = /(?:DAQ|DCS|DAC|DCT|DAA|DAB|DBB)/;
/** Distinct elements that make a licence of a text without a header. */
const MIN_ELEMENTS = 3;
const ID = /D[A-D][A-Z]/g;
const BETWEEN = /[\s\p{Cc},;|]/u;

interface Element {
  readonly id: string;
  readonly start: number;
  /** Where its value begins. */
  readonly from: number;
}

export const aamva: DocumentReader = {
  format: 'aamva',
  read(text) {
    if (!MANDATORY.test(text)) return NO_SECTIONS;
    const hasHeader = HEADER.test(text);
    // Without a header, words in small letters are none: "DADDY called".
    const found =
      hasHeader || !/[a-z]{3}/.test(text)
        ? elementsIn(text)
        : elementsIn(text).filter(({ from }) => !/^[^\n\r]{0,40}?[a-z]{3}/.test(text.slice(from, from + 44)));
    const distinct = new Set(found.map(({ id }) => id));
    const isLicence = distinct.size >= MIN_ELEMENTS || (hasHeader && distinct.size > 0);
    return isLicence && [...distinct].some((id) => MANDATORY.test(id)) ? [readElements(text, found)] : NO_SECTIONS;
  },
};

/** Element ids at the beginning of a line or word; and glued to the value before them, where each id stands once. */
function elementsIn(text: string): readonly Element[] {
  const found: Element[] = [];
  const seen = new Set<string>();
  for (const { 0: id, index } of text.matchAll(ID)) {
    if (!isLicenceId(id)) continue;
    const from = index + id.length;
    const begins =
      index === 0 ||
      BETWEEN.test(text.charAt(index - 1)) ||
      /(?:\\[nr]|DL|ID)$/.test(text.slice(Math.max(0, index - 2), index));
    if (!begins && (seen.has(id) || !isGlued(text, found.at(-1), index))) continue;
    // A word that begins with the same letters: "DADDY".
    if (begins && seen.has(id) && !/[\n\r]/.test(text.charAt(index - 1))) continue;
    seen.add(id);
    found.push({ id, start: index, from });
  }
  return found;
}

/** Whether the value of the element before can end here, without a line break. */
function isGlued(text: string, before: Element | undefined, at: number): boolean {
  if (before === undefined || text.slice(before.from, at).includes('\n')) return false;
  const value = text.slice(before.from, at);
  const form = CODES.get(before.id);
  if (form !== undefined) return form.test(value);
  switch (PERSONS.get(before.id)) {
    case 'DOB':
    case 'DATE':
      return /^\d{8}$/.test(value);
    case 'SSN':
      return /^[\d-]{9,11}$/.test(value);
    default:
      return value.length > 1;
  }
}

/** A value with its element id, so that the token does not touch the id; the token stands for the value alone. */
function readElements(text: string, found: readonly Element[]): DocumentSection {
  const list = new FieldList(text);
  let end = 0;
  found.forEach(({ id, start, from }, at) => {
    end = endOfValue(text, from, found[at + 1]?.start ?? text.length);
    const value = text.slice(from, end).trim();
    const holds = licenceContent(id, value);
    if (holds === 'text') list.add({ start: from, end }, 'text');
    else list.add({ start, end }, holds, holds === 'keep' ? undefined : value);
  });
  // The header has numbers of the issuer and of the file's parts.
  const first = found[0]?.start ?? 0;
  const header = text.slice(0, first).lastIndexOf('ANSI ');
  return { start: header === -1 ? first : header, end, format: 'aamva', fields: list.fields };
}

/** Returns true if the text is the id of an element of a licence. */
export function isLicenceId(id: string): boolean {
  return PERSONS.has(id) || CODES.has(id);
}

/** What the value of the element holds. */
export function licenceContent(id: string, value: string): FieldContent {
  const kind = PERSONS.get(id);
  if (kind === undefined) return CODES.get(id)?.test(value) === true ? 'keep' : 'text';
  return /[\p{L}\p{N}]/u.test(value) && value !== 'NONE' ? kind : 'keep';
}

function endOfValue(text: string, from: number, next: number): number {
  for (let at = from; at < next; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r' || character === '\x1e' || character === '\x1d') return at;
    if (character === '\\' && /[nr]/.test(text.charAt(at + 1))) return at;
  }
  return next;
}

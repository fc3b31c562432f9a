/** Data types of HL7 v2: which components hold a person's values. HL7 v2.5.1, chapter 2A. */
import { npi } from '../checksums.ts';
import type { EntityKind } from '../kinds.ts';
import { splitAt, type FieldList, type Stretch } from './field-list.ts';
import type { Separators } from './hl7-escapes.ts';
import { formOf } from './hl7-forms.ts';
import { kindOfIdType } from './hl7-id-types.ts';
import type { FieldRule, FieldType } from './hl7-segments.ts';

/** What the fields of one segment are read with. */
export interface SegmentContext {
  readonly text: string;
  readonly list: FieldList;
  readonly separators: Separators;
  /** OBX-2: the data type of OBX-5. */
  readonly observed: string;
  /** Whether the segment is about people: what is no code in a place of codes was sent at the wrong one. */
  readonly isOfPeople: boolean;
}

const ALNUM = /[\p{L}\p{N}]/u;
/** Longer components are prose, whatever the standard says. */
const LONGEST_CODE = 80;

/** Adds the parts of one field. `rule`: null for a field that no standard lists, which is read by its form. */
export function readField(context: SegmentContext, field: Stretch, rule: FieldRule | null): void {
  const { text, list, separators } = context;
  if (field.start >= field.end || list.textOf(field) === '""') return;
  if (rule?.type === 'TX') {
    list.add(field, 'text');
    return;
  }
  for (const repetition of splitAt(text, field, separators.repetition)) {
    const parts = splitAt(text, repetition, separators.component);
    const form = ruleFor(context, parts, rule);
    if (form === null) for (const part of parts) list.add(part, 'text');
    else readParts(context, parts, form);
  }
}

function ruleFor(
  { list, isOfPeople }: SegmentContext,
  parts: readonly Stretch[],
  rule: FieldRule | null,
): FieldRule | null {
  const values = parts.map((part) => list.meaningOf(part));
  const form = formOf(values);
  if (rule !== null && rule.type !== 'K') return isMisplaced(rule, form) ? form : rule;
  if (rule !== null && values.length === 1 && LETTERED_NUMBER.test(values[0]?.trim() ?? ''))
    return { type: 'ID', kind: 'OTHER_ID' };
  // `1234567893^Haddad^Omar`: a person with an id, whose field stands one place too late.
  if (rule !== null && !isOfPeople) return form?.type === 'XCN' && npi(values[0]?.trim() ?? '') ? form : rule;
  if (rule === null) return form;
  // A number as long as a person's is no code either: it is read as prose.
  if (form === null) return values.some((value) => value.replace(/\D/g, '').length >= PERSONS_NUMBER) ? null : rule;
  return form.type === 'XPN' && !areNames(values) ? rule : form;
}

/** An address under the number of a date or an id, a person with an id under that of a telephone number: one place off. */
function isMisplaced({ type }: FieldRule, form: FieldRule | null): boolean {
  if (form?.type === 'XAD') return type !== 'XAD' && type !== 'TX' && type !== 'OBX';
  return form?.type === 'XCN' && type === 'XTN';
}

const PERSONS_NUMBER = 7;
/** The number of a visit under the number of a code: "V5501234". */
const LETTERED_NUMBER = /^[A-Z]{1,3}-?\d{6,12}$/;

/** Two words, the first no code in capitals: `Le^An`, not `PPO^Preferred`. */
function areNames([family = '', given = '']: readonly string[]): boolean {
  return !/^[A-Z]{1,4}$/.test(family) && !/\s/.test(family + given) && given !== '';
}

function readParts(context: SegmentContext, parts: readonly Stretch[], rule: FieldRule): void {
  const { list } = context;
  switch (rule.type) {
    case 'XPN':
      addNames(context, parts, 0);
      return;
    case 'XCN':
      addPersonWithId(context, parts);
      return;
    case 'CNN':
      addSubcomponentName(context, parts);
      return;
    case 'CX':
      addTypedId(context, parts, rule.kind);
      return;
    case 'XAD':
      addAddress(context, parts);
      return;
    case 'XTN':
      addTelephone(context, parts);
      return;
    case 'TS':
      addEach(context, parts, (index) => (index === 0 ? rule.kind : null));
      return;
    case 'TQ':
      addEach(context, parts, (index) => (index === 3 || index === 4 ? 'DATE' : null));
      return;
    case 'DLN':
      addEach(context, parts, (index) => (index === 0 ? 'LICENSE' : index === 2 ? 'DATE' : null));
      return;
    case 'ID':
      addEach(context, parts, (index) => (index === 0 || rule.kind === 'ADDRESS' ? rule.kind : null));
      return;
    case 'OBX':
      readObserved(context, parts);
      return;
    case 'TX':
      for (const part of parts) list.add(part, 'text');
      return;
    case 'K':
      for (const part of parts) addCode(context, part);
  }
}

/** A component of codes stays, unless it is as long as a sentence. */
function addCode({ list }: SegmentContext, part: Stretch): void {
  list.add(part, part.end - part.start > LONGEST_CODE ? 'text' : 'keep');
}

function addEach(
  context: SegmentContext,
  parts: readonly Stretch[],
  kindOf: (index: number) => EntityKind | null,
): void {
  parts.forEach((part, index) => {
    const kind = kindOf(index);
    if (kind === null) addCode(context, part);
    else addValue(context, part, kind);
  });
}

/** Adds a value of a person where there is one. What is no point in time is read as prose in a field of times. */
function addValue({ list }: SegmentContext, part: Stretch, kind: EntityKind): void {
  const value = list.textOf(part).trim();
  if (kind !== 'DATE' && kind !== 'DOB') {
    list.add(part, ALNUM.test(value) && value !== '""' ? kind : 'keep');
    return;
  }
  // A year alone is nobody's.
  if (/^\d{1,4}$/.test(value)) list.add(part, 'keep');
  else list.add(part, /^[\d.:+TZ /-]+$/.test(value) ? kind : 'text');
}

/** Family name with its parts, given name, further names; then suffix, prefix, degree and codes. XPN.1-3, XCN.2-4. */
function addNames(context: SegmentContext, parts: readonly Stretch[], first: number): void {
  const { text, separators } = context;
  parts.forEach((part, at) => {
    const index = at - first;
    if (index < 0) return;
    if (index > 2) addCode(context, part);
    else for (const name of splitAt(text, part, separators.subcomponent)) addValue(context, name, 'NAME');
  });
}

/** XCN: an id, a name, and in component 13 the type of the id. */
function addPersonWithId(context: SegmentContext, parts: readonly Stretch[]): void {
  const { list } = context;
  const [id] = parts;
  if (id === undefined) return;
  const value = list.textOf(id).trim();
  // Some senders leave the id away and begin with the family name.
  if (!/\d/.test(value) && value !== '') {
    addNames(context, parts, 0);
    return;
  }
  const isNpi = list.textOf(parts[12] ?? { start: 0, end: 0 }).trim() === 'NPI' || npi(value);
  addValue(context, id, isNpi ? 'LICENSE' : 'OTHER_ID');
  addNames(context, parts, 1);
}

/** NDL: CNN in the first component, times and places in the others. */
function addSubcomponentName(context: SegmentContext, parts: readonly Stretch[]): void {
  const { text, separators } = context;
  parts.forEach((part, index) => {
    if (index === 0)
      splitAt(text, part, separators.subcomponent).forEach((sub, at) => {
        if (at > 3) addCode(context, sub);
        else addValue(context, sub, at === 0 && /\d/.test(text.slice(sub.start, sub.end)) ? 'OTHER_ID' : 'NAME');
      });
    else if (index < 3) addValue(context, part, 'DATE');
    else addCode(context, part);
  });
}

/** CX: the id, its check digit, and its type in component 5. */
function addTypedId(context: SegmentContext, parts: readonly Stretch[], kind: EntityKind): void {
  const type = parts[4] === undefined ? '' : context.list.textOf(parts[4]);
  parts.forEach((part, index) => {
    if (index === 0) addValue(context, part, kindOfIdType(type) ?? kind);
    else addCode(context, part);
  });
}

/** XAD: street, other designation, city, state, ZIP, country, type, other geographic, county, tract. */
const ADDRESS_PARTS: ReadonlySet<number> = new Set([0, 1, 2, 4, 7, 8, 9, 18]);

function addAddress(context: SegmentContext, parts: readonly Stretch[]): void {
  const { text, separators } = context;
  parts.forEach((part, index) => {
    if (!ADDRESS_PARTS.has(index)) addCode(context, part);
    else for (const sub of splitAt(text, part, separators.subcomponent)) addValue(context, sub, 'ADDRESS');
  });
}

/** XTN: a number in component 1 or 12, an e-mail address in 4, or area, number and extension in 6 to 8. */
function addTelephone(context: SegmentContext, parts: readonly Stretch[]): void {
  const { list } = context;
  const typeOf = (index: number): string =>
    parts[index] === undefined ? '' : list.textOf(parts[index]).trim().toUpperCase();
  const kind: EntityKind = typeOf(2) === 'FX' || typeOf(2) === 'FAX' ? 'FAX' : 'PHONE';
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined) continue;
    const value = list.textOf(part).trim();
    if (index === 3 || value.includes('@')) addValue(context, part, value.includes('@') ? 'EMAIL' : 'OTHER_ID');
    else if (index === 5) index = addSplitNumber(context, parts, kind);
    else if (index === 0 || index === 6 || index === 7 || index >= 8) addDigits(context, part, kind);
    else addCode(context, part);
  }
}

/** Area code, number and extension as one value; returns the index of its last component. */
function addSplitNumber(context: SegmentContext, parts: readonly Stretch[], kind: EntityKind): number {
  const { list } = context;
  const values = [5, 6, 7].map((index) => (parts[index] === undefined ? '' : list.meaningOf(parts[index]).trim()));
  const [area = '', number = '', extension = ''] = values;
  const last = extension !== '' ? 7 : 6;
  const [from, to] = [parts[5], parts[last]];
  if (from === undefined || to === undefined || number === '' || area === '') {
    if (from !== undefined) addDigits(context, from, kind);
    return 5;
  }
  const written = /^\d{7}$/.test(number) ? `${number.slice(0, 3)}-${number.slice(3)}` : number;
  list.add({ start: from.start, end: to.end }, kind, `${area}-${written}${extension === '' ? '' : ` x${extension}`}`);
  return last;
}

function addDigits(context: SegmentContext, part: Stretch, kind: EntityKind): void {
  if (/\d/.test(context.list.textOf(part))) addValue(context, part, kind);
  else context.list.add(part, 'text');
}

const OBSERVED: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['PN', 'XPN'],
  ['XPN', 'XPN'],
  ['XCN', 'XCN'],
  ['CN', 'XCN'],
  ['CX', 'CX'],
  ['CK', 'CX'],
  ['AD', 'XAD'],
  ['XAD', 'XAD'],
  ['TN', 'XTN'],
  ['XTN', 'XTN'],
  ['TS', 'TS'],
  ['DT', 'TS'],
  ['DTM', 'TS'],
  ['CE', 'K'],
  ['CWE', 'K'],
  ['CNE', 'K'],
  ['NM', 'K'],
  ['SN', 'K'],
  ['MO', 'K'],
  ['TM', 'K'],
  ['SI', 'K'],
  ['IS', 'K'],
]);

/** OBX-5 by the type that OBX-2 names; text and unknown types are prose. */
function readObserved(context: SegmentContext, parts: readonly Stretch[]): void {
  const type = OBSERVED.get(context.observed);
  if (type === undefined) for (const part of parts) context.list.add(part, 'text');
  else readParts(context, parts, { type, kind: type === 'TS' ? 'DATE' : 'OTHER_ID' });
}

/**
 * Segments of HL7 v2 and X12 as JSON: `{"PID.5.1": ...}`, `{"NM109": ...}`, `{"PID": {"5": {"1": ...}}}` and `{"name": "NM1",
 * "elements": {"3": ...}}`. The standards say by position what is a person's.
 */
import { npi } from '../checksums.ts';
import type { EntityKind } from '../kinds.ts';
import type { FieldContent } from './document.ts';
import { isBareCode } from './field-values.ts';
import { kindOfIdType } from './hl7-id-types.ts';
import { segmentRules, type FieldRule } from './hl7-segments.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, PLAIN_TEXT, senseOfKind, valueOf, type JsonSense } from './json-sense.ts';
import { firstText, isFields, isItems, ownField, type JsonDocument } from './json-value.ts';
import { elementContent, entityOf, SEGMENT_NAMES, type Elements, type Entity } from './x12-elements.ts';

/** `PID.5.1`, `PID-5`, `PID_5_1`: the segment, the field and the component. */
const HL7_KEY = /^([A-Z][A-Z0-9]{2})[._-](\d{1,2})(?:\[\d{1,2}\])?(?:[._-](\d{1,2}))?(?:[._-]\d{1,2})?$/;
/** `NM109`, `N301`, `CLM05-1`: the segment and the element. */
const X12_KEY = /^([A-Z][A-Z0-9]{1,2})[._-]?(\d{2})(?:[-.]\d{1,2})?$/;
/** `XPN.1`, `CX.4`: a component by the data type of its field. */
const TYPE_KEY = /^(?:XPN|PN|XCN|CN|CX|XAD|AD|XTN|TN|TS|DTM|DLN|FN|SAD)[._-](\d{1,2})$/;
const NUMBER_KEY = /^\d{1,2}$/;
/** Keys between a segment and its elements. */
const LISTS = /^(?:elements?|fields?|components?|values?|data|repetitions?|composite)$/i;
const SEGMENT_FIELDS = ['name', 'segment', 'segmentName', 'segment_name', 'segmentId', 'id', 'tag', 'type'];
/** Elements of the longest segment that is read. */
const MOST_ELEMENTS = 20;
/** Keys of an object that are looked at. */
const MOST_FIELDS = 200;

/** Where a value stands in a segment; numbers from 1. */
interface Position {
  readonly segment: string;
  readonly field: number;
  readonly component: number | null;
  /** The object or list that has the elements, and how they are named in it. */
  readonly elements: JsonDocument | undefined;
  readonly naming: 'full' | 'number';
  /** Whether places in lists were counted: senders count them differently, so what they say to be a code may be none. */
  readonly isCounted: boolean;
}

/** What the standard says of the string or number at the place; null where it stands in no segment. */
export function elementSense(place: JsonPlace, source: string): JsonSense | null {
  const position = positionOf(place);
  if (position === null) return null;
  const sense = senseOf(place, position, source);
  return position.isCounted && sense?.as !== 'value' ? null : sense;
}

function senseOf(place: JsonPlace, position: Position, source: string): JsonSense | null {
  if (SEGMENT_NAMES.has(position.segment)) return x12Sense(place, position, source);
  const rule = segmentRules(position.segment)?.get(position.field);
  return rule === undefined ? null : hl7Sense(rule, position, source);
}

function positionOf(place: JsonPlace): Position | null {
  const steps: number[] = [];
  let elements: JsonDocument | undefined;
  let isCounted = false;
  for (const at of place.upwards()) {
    const { key } = at;
    if (key === null) {
      if (at.index !== null) {
        isCounted ||= steps.length === 0;
        steps.unshift(at.index + 1);
        elements = at.holderList;
      }
      continue;
    }
    const whole = HL7_KEY.exec(key);
    if (whole?.[1] !== undefined && segmentRules(whole[1]) !== null)
      return positioned(
        whole[1],
        [Number(whole[2]), whole[3] === undefined ? steps.at(-1) : Number(whole[3])],
        at,
        'full',
        isCounted,
      );
    const element = X12_KEY.exec(key);
    if (element?.[1] !== undefined && SEGMENT_NAMES.has(element[1]))
      return positioned(element[1], [Number(element[2]), steps[0]], at, 'full', isCounted);
    const number = NUMBER_KEY.test(key) ? key : TYPE_KEY.exec(key)?.[1];
    if (number !== undefined) {
      steps.unshift(Number(number));
      elements = at.holder?.value;
      continue;
    }
    const named = LISTS.test(key) ? firstText(at.holder?.value, SEGMENT_FIELDS) : key;
    if (named !== null && isSegment(named)) {
      const first = isItems(at.value) && at.value[0] === named ? 1 : 0;
      const field = (steps[0] ?? 0) - first;
      const component = steps[1];
      return field < 1 ? null : { ...positioned(named, [field, component], at, 'number', isCounted), elements };
    }
    if (!LISTS.test(key)) return null;
  }
  return null;
}

function positioned(
  segment: string,
  [field, component]: readonly [number, number | undefined],
  at: JsonPlace,
  naming: Position['naming'],
  isCounted: boolean,
): Position {
  return { segment, field, component: component ?? null, elements: at.holder?.value, naming, isCounted };
}

function isSegment(name: string): boolean {
  return SEGMENT_NAMES.has(name) || (/^[A-Z][A-Z0-9]{2}$/.test(name) && segmentRules(name) !== null);
}

function hl7Sense(rule: FieldRule, { component, elements }: Position, source: string): JsonSense | null {
  const kind = hl7Kind(rule, component ?? 1, component === null, source, elements);
  // A number as long as a person's, or a sentence, is no code: senders put things into the wrong field.
  if (kind === 'keep') return isBareCode(source) ? CODE : null;
  return kind === null ? null : (senseOfKind(kind, source) ?? null);
}

/** What a component holds by the data type of its field; null for words. */
function hl7Kind(
  { type, kind }: FieldRule,
  component: number,
  isWhole: boolean,
  source: string,
  elements: JsonDocument | undefined,
): EntityKind | 'keep' | null {
  switch (type) {
    case 'XPN':
      return component <= 3 ? 'NAME' : 'keep';
    case 'XCN':
      if (component === 1 && /\d/.test(source)) return npi(source.trim()) ? 'LICENSE' : isWhole ? 'NAME' : 'OTHER_ID';
      return component <= 4 ? 'NAME' : 'keep';
    case 'CNN':
      return component <= 4 ? (/\d/.test(source) ? 'OTHER_ID' : 'NAME') : 'keep';
    case 'CX':
      return component === 1 ? (kindOfIdType(firstText(elements, ['5', 'type']) ?? '') ?? kind) : 'keep';
    case 'XAD':
      return [1, 2, 3, 5, 8, 9, 10].includes(component) ? 'ADDRESS' : 'keep';
    case 'XTN':
      if (source.includes('@')) return 'EMAIL';
      return /\d{3}/.test(source) ? 'PHONE' : component === 1 ? null : 'keep';
    case 'TS':
      return component === 1 ? kind : 'keep';
    case 'TQ':
      return component === 4 || component === 5 ? 'DATE' : 'keep';
    case 'DLN':
      return component === 1 ? 'LICENSE' : component === 3 ? 'DATE' : 'keep';
    case 'ID':
      return component === 1 ? kind : 'keep';
    case 'OBX':
    case 'TX':
      return null;
    case 'K':
      return 'keep';
  }
}

function x12Sense(place: JsonPlace, position: Position, source: string): JsonSense {
  const content: FieldContent = elementContent(elementsOf(position), position.field, entityAt(place, position));
  if (content === 'keep') return CODE;
  if (content === 'text') return PLAIN_TEXT;
  // The standard says what stands here: "N" is no name, but a long string is a value of the kind all the same.
  return senseOfKind(content, source) ?? (/[\p{L}\p{N}]{2}/u.test(source) ? valueOf(content) : CODE);
}

/** The elements of the segment as they are written, the name first. */
function elementsOf({ segment, elements, naming }: Position): Elements {
  const read = [segment, ...new Array<string>(MOST_ELEMENTS).fill('')];
  const put = (index: number, value: JsonDocument | undefined): void => {
    if (index > 0 && index <= MOST_ELEMENTS && (typeof value === 'string' || typeof value === 'number'))
      read[index] = String(value);
  };
  if (isItems(elements)) {
    const first = elements[0] === segment ? 0 : 1;
    for (const [index, value] of elements.slice(0, MOST_ELEMENTS).entries()) put(index + first, value);
  } else if (isFields(elements)) {
    for (const [key, value] of Object.entries(elements).slice(0, MOST_FIELDS)) {
      const named = naming === 'number' && NUMBER_KEY.test(key) ? key : null;
      const [, name, number] = X12_KEY.exec(key) ?? [];
      put(Number(named ?? (name === segment ? number : 0)), value);
    }
  }
  return read;
}

/** Whose loop the segment stands in: that of the NM1 or N1 in it, or beside it. */
function entityAt(place: JsonPlace, { segment }: Position): Entity {
  if (segment === 'NM1' || segment === 'N1') return 'unknown';
  for (const { value } of place.holders()) {
    if (!isFields(value)) continue;
    for (const name of ['NM1', 'N1']) {
      const beside = ownField(value, name);
      const code = firstText(beside, [`${name}01`, '1', '01']) ?? firstText(value, [`${name}01`]);
      if (code !== null) return entityOf([name, code, firstText(beside, [`${name}02`, '2', '02']) ?? '']);
    }
  }
  return 'unknown';
}

/** X12 transactions of health care, whole or in pieces: segments that end with `~` or a line break. ASC X12.5, X12.6. */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, splitAt, type Stretch } from './field-list.ts';
import { elementContent, entityOf, SEGMENT_NAMES, type Entity } from './x12-elements.ts';

interface Separators {
  readonly element: string;
  readonly component: string;
  readonly repetition: string;
  readonly terminator: string;
}

const USUAL: Separators = { element: '*', component: ':', repetition: '^', terminator: '~' };
/** ISA has a fixed length: its separators stand at fixed places. */
const ISA_LENGTH = 106;

interface Segment extends Stretch {
  readonly name: string;
}

export const x12: DocumentReader = {
  format: 'x12',
  read(text) {
    const separators = separatorsOf(text);
    if (!text.includes(separators.element)) return NO_SECTIONS;
    const segments = segmentsOf(text, separators);
    let entity: Entity = 'unknown';
    return segments.map((segment) => {
      const read = readSegment(text, segment, separators, entity);
      entity = read.entity;
      return read.section;
    });
  },
};

function separatorsOf(text: string): Separators {
  const at = text.indexOf('ISA');
  if (at === -1) return partialSeparators(text);
  const element = text.charAt(at + 3);
  if (!/[^\sA-Za-z0-9]/.test(element) || text.charAt(at + 6) !== element || text.charAt(at + 103) !== element)
    return USUAL;
  return {
    element,
    component: text.charAt(at + 104),
    repetition: USUAL.repetition,
    terminator: text.charAt(at + ISA_LENGTH - 1),
  };
}

/** A name segment without the envelope that declares its separators: `NM1|IL|1|LONG|WILL'`. */
const PARTIAL = /(?<![A-Za-z0-9])NM1([|!+])[A-Z0-9]{2}\1[12]\1/;
const PARTIAL_END = /(['~!\n])(?:N[1-4M]|DMG|REF|HI|CLM|DTP|SV1|INS|PER|TRN|HL)/;

function partialSeparators(text: string): Separators {
  const element = PARTIAL.exec(text)?.[1];
  if (element === undefined) return USUAL;
  return { ...USUAL, element, terminator: PARTIAL_END.exec(text)?.[1] ?? USUAL.terminator };
}

const NAMES = namesBefore(USUAL);

/** A name behind a terminator, or at the beginning of a line or of quoted words: streets end with `ST` as well. */
function namesBefore({ element, terminator }: Separators): RegExp {
  const [sign, end] = [escaped(element), escaped(terminator)];
  return new RegExp(`(?<=^|[${end}\\r\\n"'([{>]\\s{0,4}|: {0,2}|\\\\[nr])[A-Z][A-Z0-9]{1,2}(?=${sign})`, 'g');
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

function segmentsOf(text: string, separators: Separators): readonly Segment[] {
  const { element, terminator } = separators;
  const found: { readonly name: string; readonly start: number }[] = [];
  for (const { 0: name, index } of text.matchAll(separators === USUAL ? NAMES : namesBefore(separators)))
    if (SEGMENT_NAMES.has(name)) found.push({ name, start: index });
  if (found.length === 0) return [];
  const segments = found.map(({ name, start }, at) => ({
    name,
    start,
    end: endOfSegment(text, start, found[at + 1]?.start ?? text.length, terminator),
  }));
  // A letter and a star in prose are no segment.
  const isSure = segments.some(
    ({ start, end }) => text.startsWith(terminator, end) || splitAt(text, { start, end }, element).length > 3,
  );
  return isSure ? segments : [];
}

/** The terminator, the end of the line, or where the next segment begins. */
function endOfSegment(text: string, start: number, next: number, terminator: string): number {
  for (let at = start; at < next; at++) {
    const character = text.charAt(at);
    if (character === terminator || character === '\n' || character === '\r') return at;
  }
  return next;
}

function readSegment(
  text: string,
  { name, start, end }: Segment,
  separators: Separators,
  before: Entity,
): { readonly section: DocumentSection; readonly entity: Entity } {
  const list = new FieldList(text);
  const parts = splitAt(text, { start, end }, separators.element);
  const elements = parts.map((part) => list.textOf(part));
  const entity =
    name === 'NM1' || name === 'N1' ? entityOf(elements) : name === 'HL' || name === 'ST' ? 'unknown' : before;
  parts.forEach((part, index) => {
    if (index === 0) return;
    const holds = elementContent(elements, index, entity);
    if (holds === 'keep') addComposite(text, list, part, separators);
    else list.add(part, /[\p{L}\p{N}]/u.test(list.textOf(part)) ? holds : 'keep');
  });
  return { section: { start, end, format: 'x12', fields: list.fields }, entity };
}

/** Codes; but a composite may date what it codes: `BH:11:D8:20260105`. C022. */
function addComposite(text: string, list: FieldList, element: Stretch, { component, repetition }: Separators): void {
  for (const part of splitAt(text, element, repetition)) {
    const components = splitAt(text, part, component);
    components.forEach((each, at) => {
      const format = components[at - 1] === undefined ? '' : list.textOf(components[at - 1] ?? each);
      list.add(each, format === 'D8' || format === 'RD8' || format === 'DT' ? 'DATE' : 'keep');
    });
  }
}

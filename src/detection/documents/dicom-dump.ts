/** Dumps of DICOM files, a data element a line: `(0010,0010) PN [OKAFOR^JANE]`. DICOM PS3.6; the forms of dcmdump and pydicom. */
import type { EntityKind } from '../kinds.ts';
import { NO_SECTIONS, type DocumentReader, type DocumentSection, type FieldContent } from './document.ts';
import { FieldList, splitAt, type Stretch } from './field-list.ts';
import { canHold } from './field-values.ts';

/** Tag, perhaps the name of the element, value representation, value up to a comment or the end of the line. */
const ELEMENT =
  /\(?([0-9A-Fa-f]{4}), ?([0-9A-Fa-f]{4})\)?[ \t]+(?:[^\n:[\]]{0,60}?[ \t])??(AE|AS|CS|DA|DS|DT|IS|LO|LT|PN|SH|ST|TM|UC|UI|UR|UT)(?::[ \t]*|[ \t]+)(?:\[([^\]\n]{0,400})\]|'([^'\n]{0,400})'|"([^"\n]{0,400})"|([^\s#][^\n#]{0,400}))/g;

/** Elements by tag, where the value representation does not say it. DICOM PS3.15, table E.1-1. */
const TAGS: ReadonlyMap<string, EntityKind | 'keep'> = new Map<string, EntityKind | 'keep'>([
  ['00080050', 'OTHER_ID'],
  ['00080080', 'keep'],
  ['00080094', 'PHONE'],
  ['00100020', 'MRN'],
  ['00100030', 'DOB'],
  ['00101000', 'MRN'],
  ['00101040', 'ADDRESS'],
  ['00102154', 'PHONE'],
  ['00102155', 'OTHER_ID'],
  ['00101080', 'OTHER_ID'],
  ['00101090', 'MRN'],
  ['00200010', 'OTHER_ID'],
  ['00181000', 'DEVICE'],
  ['00380010', 'ACCOUNT'],
  ['00380400', 'ADDRESS'],
  ['00380300', 'keep'],
  ['00401001', 'OTHER_ID'],
]);

export const dicomDump: DocumentReader = {
  format: 'dicom',
  read(text) {
    if (!text.includes(',') || !/[0-9A-Fa-f]{4}, ?[0-9A-Fa-f]{4}/.test(text)) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (const match of text.matchAll(ELEMENT)) {
      const [whole, group = '', element = '', vr = ''] = match;
      const value = match[4] ?? match[5] ?? match[6] ?? match[7] ?? '';
      const start = match.index + whole.lastIndexOf(value);
      const end = match.index + whole.length;
      const list = new FieldList(text);
      addValue(
        text,
        list,
        { start, end: start + value.length },
        contentOf(`${group}${element}`.toUpperCase(), vr, value),
      );
      sections.push({ start: match.index, end, format: 'dicom', fields: list.fields });
    }
    return sections;
  },
};

function addValue(text: string, list: FieldList, value: Stretch, holds: FieldContent): void {
  if (holds !== 'NAME') {
    list.add(value, holds);
    return;
  }
  for (const name of splitAt(text, value, '\\'))
    for (const group of splitAt(text, name, '='))
      splitAt(text, group, '^').forEach((part, at) => {
        list.add(part, at < 3 ? 'NAME' : 'keep');
      });
}

function contentOf(tag: string, vr: string, value: string): FieldContent {
  const known = TAGS.get(tag);
  if (known !== undefined) return known === 'keep' || canHold(known, value) ? known : 'text';
  switch (vr) {
    case 'PN':
      return 'NAME';
    case 'AS':
      return canHold('AGE', value) ? 'AGE' : 'keep';
    case 'DA':
    case 'DT':
      return canHold('DATE', value) ? 'DATE' : 'keep';
    case 'UI':
      // Classes and syntaxes are the same in all files; instances belong to one patient.
      return value.startsWith('1.2.840.10008.') ? 'keep' : 'OTHER_ID';
    case 'CS':
    case 'DS':
    case 'IS':
    case 'TM':
      return 'keep';
    default:
      return 'text';
  }
}

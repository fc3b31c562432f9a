/**
 * DICOM in JSON (PS3.18 annex F): elements by tag or keyword. Names of persons stand in all elements of representation PN;
 * which others are a person's says the confidentiality profile (PS3.15 annex E).
 */
import type { EntityKind } from '../kinds.ts';
import { isDicomTag } from './json-keys.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, PLAIN_TEXT, senseOfKind, type JsonSense } from './json-sense.ts';
import { ownText, type JsonDocument } from './json-value.ts';

const BY_TAG: Readonly<Record<string, EntityKind>> = {
  '00080050': 'OTHER_ID',
  '00080081': 'ADDRESS',
  '00080092': 'ADDRESS',
  '00080094': 'PHONE',
  '00080096': 'OTHER_ID',
  '00100020': 'MRN',
  '00100024': 'MRN',
  '00100030': 'DOB',
  '00100032': 'DOB',
  '00100050': 'HEALTH_PLAN',
  '00101000': 'MRN',
  '00101010': 'AGE',
  '00101040': 'ADDRESS',
  '00101050': 'HEALTH_PLAN',
  '00101081': 'ADDRESS',
  '00101090': 'MRN',
  '00102152': 'ADDRESS',
  '00102154': 'PHONE',
  '00102155': 'PHONE',
  '00102299': 'ADDRESS',
  '00181000': 'DEVICE',
  '00181002': 'DEVICE',
  '00181004': 'DEVICE',
  '00181008': 'DEVICE',
  '00200010': 'OTHER_ID',
  '00321033': 'ADDRESS',
  '00380010': 'OTHER_ID',
  '00380014': 'OTHER_ID',
  '00380060': 'OTHER_ID',
  '00380300': 'ADDRESS',
  '00380400': 'ADDRESS',
  '00400009': 'OTHER_ID',
  '00400253': 'OTHER_ID',
  '00401001': 'OTHER_ID',
  '00401103': 'PHONE',
  '00401104': 'PHONE',
  '00402008': 'OTHER_ID',
  '00402010': 'PHONE',
  '00402016': 'OTHER_ID',
  '00402017': 'OTHER_ID',
  '0040A075': 'NAME',
  '0040A123': 'NAME',
};

/** Identifiers that name classes and codings of the standard itself. */
const STANDARD_UID = '1.2.840.10008.';

/** What an element holds: a kind, `code` for what stays, `text` for words. */
type ElementContent = EntityKind | 'code' | 'text';

/** The representation of an element; null where the value is no element of DICOM JSON. */
function representationOf(element: JsonDocument | undefined): string | null {
  const vr = ownText(element, 'vr');
  return vr !== null && /^[A-Z]{2}$/.test(vr) ? vr : null;
}

/** What the value `text` of the element with this tag and representation is. */
function elementContent(tag: string, vr: string, text: string): ElementContent {
  const kind = BY_TAG[tag.toUpperCase()];
  if (vr === 'PN') return 'NAME';
  if (kind !== undefined) return kind;
  switch (vr) {
    case 'AS':
      return 'AGE';
    case 'DA':
    case 'DT':
      return 'DATE';
    case 'UI':
      return text.startsWith(STANDARD_UID) ? 'code' : 'OTHER_ID';
    case 'SH':
    case 'LO':
    case 'LT':
    case 'ST':
    case 'UT':
    case 'UC':
    case 'UR':
    case 'UN':
      return 'text';
    default:
      return 'code';
  }
}

/** What the standard says of the string or number at the place; null outside of elements, and where it says nothing. */
export function dicomSense(place: JsonPlace, source: string): JsonSense | null {
  for (const { key, value } of place.upwards()) {
    const vr = key === null ? null : representationOf(value);
    if (key === null || vr === null) continue;
    const isTag = isDicomTag(key);
    if (!isTag && !/^[A-Z][A-Za-z]+$/.test(key)) return null;
    if (place.key === 'vr') return CODE;
    const content = elementContent(key, vr, source);
    if (content === 'text') return isTag ? PLAIN_TEXT : null;
    return content === 'code' ? CODE : (senseOfKind(content, source) ?? CODE);
  }
  return null;
}

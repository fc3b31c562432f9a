/**
 * Elements of X12 segments by what they hold. ASC X12N 005010 guides for 270/271, 276/277, 278, 834, 835 and 837; elements
 * that are not listed are codes, amounts and control numbers, which stay.
 */
import { npi } from '../checksums.ts';
import type { EntityKind } from '../kinds.ts';
import type { FieldContent } from './document.ts';

/** A segment with its elements as they are written; the first is its name. */
export type Elements = readonly string[];

/** Whose loop a segment stands in, told by the NM1 or N1 before it. */
export type Entity = 'person' | 'organisation' | 'unknown';

/** Entities that are people whatever the entity type qualifier says. NM101: insured, patient, dependent, responsible party. */
const PEOPLE: ReadonlySet<string> = new Set('IL QC 74 70 03 QD S1 S3 GD GB LR E1 EI EXS J6 TZ 31'.split(' '));

/** Whose name an NM1 or N1 has. */
export function entityOf([name, code = '', type = '']: Elements): Entity {
  if (PEOPLE.has(code)) return 'person';
  if (name === 'N1') return 'organisation';
  return type === '1' ? 'person' : type === '2' ? 'organisation' : 'unknown';
}

/** What an element of a segment holds. `index` from 1, as the guides count; `entity` of the loop. */
export function elementContent(elements: Elements, index: number, entity: Entity): FieldContent {
  const value = (elements[index] ?? '').trim();
  switch (elements[0]) {
    case 'NM1':
      return nameElement(elements, index, value, entityOf(elements));
    case 'N1':
      return index === 2 ? (entityOf(elements) === 'person' ? 'NAME' : 'keep') : idElement(elements, index, 3);
    case 'N2':
      return entity === 'organisation' ? 'text' : 'NAME';
    case 'N3':
      return index > 2 ? 'keep' : ofPlace(entity);
    case 'N4':
      return index === 1 || index === 3 || index === 6 ? ofPlace(entity) : 'keep';
    case 'REF':
      return index === 2 ? referenceKind(elements[1] ?? '') : index === 3 ? 'text' : 'keep';
    case 'PER':
      return contactElement(elements, index, value);
    case 'DTP':
      return index === 3 && /\d{6}/.test(value) ? 'DATE' : 'keep';
    case 'DTM':
      return index === 2 && elements[1] !== '405' ? 'DATE' : 'keep';
    case 'DMG':
      return index === 2 && /\d{6}/.test(value) ? 'DOB' : 'keep';
    case 'PAT':
      return index === 6 ? 'DATE' : 'keep';
    case 'INS':
      return index === 12 ? 'DATE' : 'keep';
    case 'MSG':
    case 'K3':
      return index === 1 ? 'text' : 'keep';
    case 'NTE':
      return index === 2 ? 'text' : 'keep';
    case undefined:
      return 'keep';
    default:
      return FIXED.get(elements[0])?.get(index) ?? 'keep';
  }
}

/** Elements whose position alone says what they hold: `name: KIND numbers`. */
const FIXED: ReadonlyMap<string, ReadonlyMap<number, EntityKind>> = new Map(
  Object.entries({
    SBR: 'HEALTH_PLAN 3',
    CLM: 'ACCOUNT 1',
    CLP: 'ACCOUNT 1; OTHER_ID 7',
    TRN: 'OTHER_ID 2',
    BPR: 'ACCOUNT 7 9 13 15',
    COB: 'HEALTH_PLAN 2',
    HCR: 'OTHER_ID 2',
    STC: 'DATE 2',
    PWK: 'OTHER_ID 6',
    ACT: 'ACCOUNT 1; NAME 2',
    MPI: 'DATE 7',
    SVD: 'DATE 7',
  }).map(([name, rule]) => [name, positionsOf(rule)] as const),
);

/** Segments that hold nobody's values. */
const CODES =
  'ISA GS ST SE GE IEA BHT HL LX LS LE EQ III AAA HD CAS QTY AMT CRC HI SV1 SV2 SV3 SV4 SV5 SV6 SV7 SVC LIN CTP EB HSD PRV UM OI MOA MIA ' +
  'LUI ICM EC DSB IDC BGN PLA PLB RDM CUR CN1 CR1 CR2 CR3 CR4 CR5 CR6 CR7 CR8 DN1 DN2 HCP LQ FRM PS1 MEA TOO TOB TA1 AK1 AK2 AK3 AK4 AK5 AK9 IK3 IK4 IK5 CTX VEH TS2 TS3 RMR ENT ' +
  'OTI TED HLH';
const DYNAMIC = 'NM1 N1 N2 N3 N4 REF PER DTP DTM DMG PAT INS MSG K3 NTE';

/** Names of the segments that are read. */
export const SEGMENT_NAMES: ReadonlySet<string> = new Set([
  ...FIXED.keys(),
  ...CODES.split(' '),
  ...DYNAMIC.split(' '),
]);

function positionsOf(rule: string): ReadonlyMap<number, EntityKind> {
  const positions = new Map<number, EntityKind>();
  for (const group of rule.split(';')) {
    const [kind, ...numbers] = group.trim().split(' ') as [EntityKind, ...string[]];
    for (const index of numbers) positions.set(Number(index), kind);
  }
  return positions;
}

const LONGEST_QUALIFIER = 3;

/** NM103 family name, 04 given, 05 middle, 09 id by its qualifier in 08, 12 further family name. */
function nameElement(elements: Elements, index: number, value: string, entity: Entity): FieldContent {
  if (index === 9) return idElement(elements, index, 8);
  // An id where its qualifier belongs: a sender left an element out.
  if (index === 8 && value.length > LONGEST_QUALIFIER && entity !== 'organisation') return 'OTHER_ID';
  if (index === 3 || index === 12) return value === '' || entity === 'organisation' ? 'keep' : 'NAME';
  return (index === 4 || index === 5) && /\p{L}/u.test(value) ? 'NAME' : 'keep';
}

/** Kinds by identification code qualifier: NM108, N103. Ids of payers and submitters are nobody's. */
const QUALIFIERS: ReadonlyMap<string, FieldContent> = new Map<string, FieldContent>([
  ['MI', 'HEALTH_PLAN'],
  ['II', 'HEALTH_PLAN'],
  ['ZZ', 'OTHER_ID'],
  ['34', 'SSN'],
  ['SY', 'SSN'],
  ['XX', 'LICENSE'],
  ['MC', 'HEALTH_PLAN'],
  ['MR', 'HEALTH_PLAN'],
  ['N', 'HEALTH_PLAN'],
  ['SV', 'OTHER_ID'],
  ['MP', 'OTHER_ID'],
  ['CQ', 'OTHER_ID'],
  ['ABB', 'OTHER_ID'],
  ['24', 'OTHER_ID'],
  ['FI', 'OTHER_ID'],
  ['PI', 'keep'],
  ['XV', 'keep'],
  ['46', 'keep'],
  ['NI', 'keep'],
  ['AD', 'keep'],
  ['94', 'keep'],
]);

function idElement(elements: Elements, index: number, qualifierAt: number): FieldContent {
  if (index !== qualifierAt + 1) return 'keep';
  const value = (elements[index] ?? '').trim();
  if (npi(value)) return 'LICENSE';
  return QUALIFIERS.get((elements[qualifierAt] ?? '').trim()) ?? 'OTHER_ID';
}

/** An address of an organisation is public; detection reads it as prose. */
function ofPlace(entity: Entity): FieldContent {
  return entity === 'organisation' ? 'text' : 'ADDRESS';
}

/** Kinds by reference qualifier, REF01; every other is a number of a claim or a case. */
const REFERENCES: ReadonlyMap<string, FieldContent> = new Map<string, FieldContent>([
  ...references('SSN', 'SY 34'),
  ...references('HEALTH_PLAN', '0F 18 1L 1W 17 23 38 49 6P ABB CE F6 IG IF MRC NQ Q4 QQ XX1 ZH'),
  ...references('MRN', 'EA'),
  ...references('ACCOUNT', 'EJ'),
  ...references('LICENSE', '0B 1B 1C 1D 1E 1G 1H 1J G2 HPI N5 PXC1 SU X5'),
  ...references('keep', '2U 6R EV FY LU NF PQ VY DX XM XZ VP LI 4N 9B 9D CPT PXC'),
]);

function references(kind: FieldContent, qualifiers: string): [string, FieldContent][] {
  return qualifiers.split(' ').map((qualifier) => [qualifier, kind]);
}

function referenceKind(qualifier: string): FieldContent {
  return REFERENCES.get(qualifier.trim()) ?? 'OTHER_ID';
}

const DESKS =
  /\b(?:DEPARTMENT|DEPT|SERVICES?|HELP|DESK|SUPPORT|CUSTOMER|CLAIMS?|EDI|OFFICE|BILLING|ELIGIBILITY|CENTER|LINE|CALL|PROVIDER|MEMBER|RELATIONS)\b/i;

/** PER02 is a name, unless it is a desk; the others are pairs of a qualifier and a number. */
function contactElement(elements: Elements, index: number, value: string): FieldContent {
  if (index === 2) return DESKS.test(value) ? 'keep' : 'NAME';
  if (index !== 4 && index !== 6 && index !== 8) return 'keep';
  switch ((elements[index - 1] ?? '').trim()) {
    case 'EM':
      return 'EMAIL';
    case 'FX':
      return 'FAX';
    case 'UR':
      return 'URL';
    default:
      return 'PHONE';
  }
}

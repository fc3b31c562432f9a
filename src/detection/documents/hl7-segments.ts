/**
 * Fields of HL7 v2 segments by what they hold. HL7 v2.5.1, chapters 2.15 (control), 3 (PID, PV1, NK1, MRG ...), 4 (ORC, OBR,
 * RX*), 6 (GT1, IN1 ...), 7 (OBX), 9 (TXA), 10 (SCH). A field that is not listed is read by its form.
 */
import type { EntityKind } from '../kinds.ts';

/**
 * Data type of a field, as far as it says where a person's values are: `XPN` names, `XCN` an id and a name, `CNN` the same in
 * subcomponents, `CX` an id with its type, `XAD` an address, `XTN` a telephone number, `TS` a point in time, `TQ` a timing,
 * `DLN` a driver's licence, `ID` a plain identifier, `OBX` a value whose type another field names, `TX` prose, `K` codes.
 */
export type FieldType = 'XPN' | 'XCN' | 'CNN' | 'CX' | 'XAD' | 'XTN' | 'TS' | 'TQ' | 'DLN' | 'ID' | 'OBX' | 'TX' | 'K';

/** One field of a segment. `kind` is that of its identifier or of its point in time. */
export interface FieldRule {
  readonly type: FieldType;
  readonly kind: EntityKind;
}

const NAMED: Readonly<Record<FieldType, EntityKind>> = {
  XPN: 'NAME',
  XCN: 'OTHER_ID',
  CNN: 'OTHER_ID',
  CX: 'OTHER_ID',
  XAD: 'ADDRESS',
  XTN: 'PHONE',
  TS: 'DATE',
  TQ: 'DATE',
  DLN: 'LICENSE',
  ID: 'OTHER_ID',
  OBX: 'OTHER_ID',
  TX: 'OTHER_ID',
  K: 'OTHER_ID',
};

/** Types and field numbers: `CX:MRN 2-4 21`. */
const SEGMENTS: Readonly<Record<string, string>> = {
  MSH: 'K 1-7 9-99; TX 8',
  FHS: 'K 1-99',
  BHS: 'K 1-99',
  EVN: 'K 1 4; TS 2 3 6; XCN 5',
  PID:
    'K 1 8 10 15-17 22 24-28 30-32 34-38; CX:MRN 2-4 21; XPN 5 6 9; TS:DOB 7; XAD 11; ID:ADDRESS 12 23; XTN 13 14; ' +
    'CX:ACCOUNT 18; ID:SSN 19; DLN 20; TS 29 33',
  PD1: 'K 1-3 5-12 15-20; XCN 4; TS 13 14 17',
  NK1:
    'K 1 3 7 11 14 15 17-25 27-29 34-36 38 39; XPN 2 26 30; XAD 4 32; XTN 5 6 31; TS 8 9; TS:DOB 16; TX 10 13; ' +
    'CX:OTHER_ID 12 33; ID:SSN 37',
  GT1:
    'K 1 9-11 15 20 22-41 43 44; CX:ACCOUNT 2; XPN 3 4 16 42 45 50; XAD 5 17; XTN 6 7 18 46; TS:DOB 8; ID:SSN 12; TS 13 14; ' +
    'CX:OTHER_ID 19; TX 21 51',
  IN1:
    'K 1-4 15 17 20-23 25 27 28 31-35 37-43 45-48 50-53; TX 5 7 9 11; XPN 6 16 30; ID:HEALTH_PLAN 8 36; CX:HEALTH_PLAN 10 49; ' +
    'TS 12 13 24 26 29; ID:OTHER_ID 14; TS:DOB 18; XAD 19 44',
  IN2:
    'CX:OTHER_ID 1; ID:SSN 2; XCN 3; K 4 5 11-21 23-25 27-39 41-51 54-60 62 65-72; ID:HEALTH_PLAN 6 8 10 26; ' +
    'XPN 7 9 22 40 52; CX:HEALTH_PLAN 61; XTN 63 64',
  IN3: 'K 1 3-5; CX:OTHER_ID 2; TS 6 7 9 10 15 17 18 21; XCN 8 14; XTN 16 19',
  PV1: 'K 1-4 6 10-16 18 20-43 46-49 51; CX:ACCOUNT 5 19 50; XCN 7-9 17 52; TS 44 45',
  PV2: 'K 1-7 10 11 14 16 18-32 34-45; TX 12; XCN 13; TS 8 9 15 17 33 46 47',
  MRG: 'CX:MRN 1 2 4; CX:ACCOUNT 3 5 6; XPN 7',
  ORC: 'K 1 5 6 13 16-18 20 21 25-31; ID:OTHER_ID 2-4 8; TQ 7; TS 9 15 27; XCN 10-12 19; XTN 14 23; XAD 22 24',
  OBR:
    'K 1 4 5 9 11 12 15 23-27 30 31 37-50; ID:OTHER_ID 2 3 18-21; TS 6-8 14 22 36; XCN 10 16 28; XTN 17; TX 13; ' +
    'ID:OTHER_ID 29; CNN 32-35',
  OBX: 'K 1-4 6-13 15 17 20-23; OBX 5; TS 14 19; XCN 16 25; ID:OTHER_ID 18; XAD 24',
  NTE: 'K 1 2 4; TX 3',
  AL1: 'K 1-5; TS 6',
  IAM: 'K 1-10 12 15-17 19 20; TS 11 13; XPN 14; XCN 18',
  DG1: 'K 1-4 6-15 17 18 20-26; TS 5 19; XCN 16',
  DRG: 'K 1-33',
  PR1: 'K 1-4 6 7 9 10 13-20; TS 5; XCN 8 11 12',
  ROL: 'ID:OTHER_ID 1; K 2 3 7-10; XCN 4; TS 5 6; XAD 11; XTN 12',
  PRT: 'ID:OTHER_ID 1; K 2-4 6-8; XCN 5; TS 11 12; XAD 14; XTN 15',
  SCH: 'ID:OTHER_ID 1-4 26 27; K 5-10 22-25; TQ 11; XCN 12 16 20; XTN 13 17 21; XAD 14 18',
  RGS: 'K 1-3',
  AIS: 'K 1-3 5-12; TS 4',
  AIG: 'K 1 2 4-7 9-14; CX:OTHER_ID 3; TS 8',
  AIL: 'K 1-5 7-12; TS 6',
  AIP: 'K 1 2 4 5 7-12; XCN 3; TS 6',
  RXO: 'K 1-13 15-28; XCN 14 22',
  RXE: 'TQ 1; K 2-12 16-44; XCN 13 14; ID:OTHER_ID 15; TS 18 32',
  RXD: 'K 1 2 4-6 8 9 11-33; TS 3; ID:OTHER_ID 7; XCN 10',
  RXR: 'K 1-6',
  RXC: 'K 1-9',
  RXA: 'K 1 2 5-9 11-21; TS 3 4 22; XCN 10',
  RXG: 'K 1 2 4-28; TQ 3; XCN 12',
  TQ1: 'K 1-6 9-14; TS 7 8',
  FT1: 'K 1 6-19 25-31; ID:OTHER_ID 2 3 23; TS 4 5; XCN 20 21 24',
  TXA: 'K 1-3 13 16-21; TS 4 6-8; XCN 5 9-11 22; ID:OTHER_ID 12 14 15',
  SPM: 'K 1 4-16 19-29; ID:OTHER_ID 2 3; TS 17 18',
  ACC: 'TS 1; K 2 4-6 9 11; ID:ADDRESS 3; XCN 7; TX 8; XAD 10',
  UB1: 'K 1-23',
  UB2: 'K 1-17',
  DB1: 'K 1 2 4; CX:OTHER_ID 3; TS 5-8',
  STF: 'ID:OTHER_ID 1; CX:OTHER_ID 2; XPN 3; K 4 5 7-9; TS:DOB 6; XTN 10; XAD 11; TS 12 13; ID:EMAIL 15',
  PRA: 'ID:OTHER_ID 1; K 2-5; ID:LICENSE 6',
  QRD: 'TS 1; K 2 3 5-7 9-12; ID:OTHER_ID 4; XCN 8',
  QRF: 'K 1 4-9; TS 2 3',
  QAK: 'K 1-6',
  MSA: 'K 1 2 4-8; TX 3',
  ERR: 'K 1-6; TX 7 8',
  DSC: 'K 1 2',
  CTD: 'K 1 4 6; XPN 2; XAD 3; XTN 5; CX:OTHER_ID 7',
  CTI: 'K 1-3',
  ODS: 'K 1-4',
};

/** Segments whose fields are all read by their form. */
const BY_FORM = [
  'QPD',
  'RCP',
  'ARV',
  'CON',
  'MFE',
  'MFI',
  'PDA',
  'PES',
  'PEO',
  'PSG',
  'IVT',
  'OBS',
  'BLG',
  'DSP',
  'GOL',
  'PRB',
  'PTH',
  'VAR',
  'CER',
  'EDU',
  'LAN',
  'ORG',
  'AFF',
  'AUT',
  'PRD',
  'RF1',
  'PSL',
  'ADJ',
  'IVC',
  'PYE',
  'REL',
  'ABS',
  'BLC',
  'RMI',
  'GP1',
  'GP2',
  'LOC',
  'CM0',
  'CDM',
  'BTS',
  'FTS',
  'ADD',
  'SFT',
  'UAC',
  'SAC',
  'INV',
  'IPC',
  'FAC',
  'NPU',
  'PCR',
  'QRI',
  'QID',
  'RDF',
  'RDT',
  'NCK',
  'NST',
  'NDS',
  'CNS',
  'EQU',
  'ISD',
  'ECD',
  'ECR',
  'TCC',
  'TCD',
  'SID',
  'CSR',
  'CSP',
  'CSS',
  'VTQ',
  'ERQ',
  'EQL',
  'SPR',
  'URD',
  'URS',
  'OM1',
  'OM2',
  'OM3',
  'OM4',
  'OM5',
  'OM6',
  'OM7',
  'LCC',
  'LCH',
  'LDP',
  'LRL',
] as const;

const RULES: ReadonlyMap<string, ReadonlyMap<number, FieldRule>> = new Map([
  ...BY_FORM.map((name) => [name, new Map<number, FieldRule>()] as const),
  ...Object.entries(SEGMENTS).map(([name, fields]) => [name, rulesOf(fields)] as const),
]);

const NO_RULES: ReadonlyMap<number, FieldRule> = new Map();
const OWN_SEGMENT = /^Z[A-Z0-9]{2}$/;

/** The rules of a segment by field number; null where no segment has the name. Z segments have none of the standard's. */
export function segmentRules(name: string): ReadonlyMap<number, FieldRule> | null {
  return RULES.get(name) ?? (OWN_SEGMENT.test(name) ? NO_RULES : null);
}

function rulesOf(fields: string): ReadonlyMap<number, FieldRule> {
  const rules = new Map<number, FieldRule>();
  for (const group of fields.split(';')) {
    const [what = '', ...numbers] = group.trim().split(' ');
    const [type, kind] = what.split(':') as [FieldType, EntityKind | undefined];
    for (const range of numbers) {
      const [from = 0, to = from] = range.split('-').map(Number);
      for (let field = from; field <= to; field++)
        if (!rules.has(field)) rules.set(field, { type, kind: kind ?? NAMED[type] });
    }
  }
  return rules;
}

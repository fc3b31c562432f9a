/** The labels of annotated text, the Safe Harbor letter each stands for, and what the detector's kinds are called among them. */
import type { EntityKind, SafeHarborCategory } from '../../src/detection/kinds.ts';

/** What must be found. One label may stand for two letters: PHONE is D and E. */
export const PHI_LABELS = [
  'NAME',
  'GEO',
  'DATE',
  'PHONE',
  'EMAIL',
  'SSN',
  'MRN',
  'PLAN',
  'ACCT',
  'LICENSE',
  'VEHICLE',
  'DEVICE',
  'URL',
  'IP',
  'BIOMETRIC',
  'PHOTO',
  'ID',
] as const;

export type PhiLabel = (typeof PHI_LABELS)[number];

/** `ORG` and `NEUTRAL` are neither required nor punished. */
export type Label = PhiLabel | 'ORG' | 'NEUTRAL';

/** The label of each kind of the detector. */
export const LABEL_OF: Readonly<Record<EntityKind, PhiLabel | 'ORG'>> = {
  NAME: 'NAME',
  ADDRESS: 'GEO',
  DATE: 'DATE',
  DOB: 'DATE',
  AGE: 'DATE',
  PHONE: 'PHONE',
  FAX: 'PHONE',
  EMAIL: 'EMAIL',
  SSN: 'SSN',
  MRN: 'MRN',
  HEALTH_PLAN: 'PLAN',
  ACCOUNT: 'ACCT',
  CREDIT_CARD: 'ACCT',
  LICENSE: 'LICENSE',
  VEHICLE: 'VEHICLE',
  DEVICE: 'DEVICE',
  URL: 'URL',
  IP_ADDRESS: 'IP',
  BIOMETRIC: 'BIOMETRIC',
  PHOTO: 'PHOTO',
  OTHER_ID: 'ID',
  ORG: 'ORG',
};

/** The label whose examples measure a category. E_fax has those among PHONE that say they are fax numbers. */
export const LABEL_OF_CATEGORY: Readonly<Record<SafeHarborCategory, PhiLabel>> = {
  A_names: 'NAME',
  B_geo: 'GEO',
  C_dates: 'DATE',
  D_phone: 'PHONE',
  E_fax: 'PHONE',
  F_email: 'EMAIL',
  G_ssn: 'SSN',
  H_mrn: 'MRN',
  I_health_plan: 'PLAN',
  J_account: 'ACCT',
  K_license: 'LICENSE',
  L_vehicle: 'VEHICLE',
  M_device: 'DEVICE',
  N_url: 'URL',
  O_ip: 'IP',
  P_biometric: 'BIOMETRIC',
  Q_photo: 'PHOTO',
  R_other: 'ID',
};

/** Codes that often differ by their cue alone: to take one for another protects it all the same. */
const CODES: ReadonlySet<Label> = new Set<Label>(['MRN', 'PLAN', 'LICENSE', 'VEHICLE', 'DEVICE', 'ID']);

/** Whether two labels count as the same where kinds need not be told apart finely. */
export function sameClass(one: Label, other: Label): boolean {
  return one === other || (CODES.has(one) && CODES.has(other));
}

const PHI: ReadonlySet<string> = new Set(PHI_LABELS);

export function isPhiLabel(text: string): text is PhiLabel {
  return PHI.has(text);
}

/** The label a text spells, or that of a kind of the detector; null for an unknown one. A leading `?` marks an annotator's doubt, which is NEUTRAL. */
export function parseLabel(text: string): Label | null {
  if (text.startsWith('?')) return 'NEUTRAL';
  if (isPhiLabel(text) || text === 'ORG' || text === 'NEUTRAL') return text;
  return isKind(text) ? LABEL_OF[text] : null;
}

function isKind(text: string): text is EntityKind {
  return Object.hasOwn(LABEL_OF, text);
}

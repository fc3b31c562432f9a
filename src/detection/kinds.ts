/**
 * The kinds of identifier, and the HIPAA Safe Harbor category (45 CFR 164.514(b)(2)(i), letters A to R) of each.
 * See docs/detection.md, Kinds.
 */

export const ENTITY_KINDS = [
  'NAME',
  'ADDRESS',
  'DATE',
  'DOB',
  'AGE',
  'PHONE',
  'FAX',
  'EMAIL',
  'SSN',
  'MRN',
  'HEALTH_PLAN',
  'ACCOUNT',
  'CREDIT_CARD',
  'LICENSE',
  'VEHICLE',
  'DEVICE',
  'URL',
  'IP_ADDRESS',
  'BIOMETRIC',
  'PHOTO',
  'OTHER_ID',
  'ORG',
] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Safe Harbor categories as reports spell them. */
export const SAFE_HARBOR_CATEGORIES = [
  'A_names',
  'B_geo',
  'C_dates',
  'D_phone',
  'E_fax',
  'F_email',
  'G_ssn',
  'H_mrn',
  'I_health_plan',
  'J_account',
  'K_license',
  'L_vehicle',
  'M_device',
  'N_url',
  'O_ip',
  'P_biometric',
  'Q_photo',
  'R_other',
] as const;

export type SafeHarborCategory = (typeof SAFE_HARBOR_CATEGORIES)[number];

/** The category each kind belongs to; null for what Safe Harbor does not name. */
export const SAFE_HARBOR_OF: Readonly<Record<EntityKind, SafeHarborCategory | null>> = {
  NAME: 'A_names',
  ADDRESS: 'B_geo',
  DATE: 'C_dates',
  DOB: 'C_dates',
  AGE: 'C_dates',
  PHONE: 'D_phone',
  FAX: 'E_fax',
  EMAIL: 'F_email',
  SSN: 'G_ssn',
  MRN: 'H_mrn',
  HEALTH_PLAN: 'I_health_plan',
  ACCOUNT: 'J_account',
  CREDIT_CARD: 'J_account',
  LICENSE: 'K_license',
  VEHICLE: 'L_vehicle',
  DEVICE: 'M_device',
  URL: 'N_url',
  IP_ADDRESS: 'O_ip',
  BIOMETRIC: 'P_biometric',
  PHOTO: 'Q_photo',
  OTHER_ID: 'R_other',
  ORG: null,
};

const KINDS: ReadonlySet<string> = new Set(ENTITY_KINDS);

/** Whether the text is the name of a kind. */
export function isEntityKind(text: string): text is EntityKind {
  return KINDS.has(text);
}

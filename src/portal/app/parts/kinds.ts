/** The kinds of identifier, as people read them, and the family that gives a kind its colour. */

/** A family has one colour everywhere; the label says which kind it is. */
export type KindFamily = 'person' | 'place' | 'time' | 'contact' | 'number' | 'money' | 'thing' | 'other';

interface KindWords {
  readonly label: string;
  readonly family: KindFamily;
}

const KINDS: Readonly<Record<string, KindWords>> = {
  NAME: { label: 'Name', family: 'person' },
  BIOMETRIC: { label: 'Biometric', family: 'person' },
  PHOTO: { label: 'Photo', family: 'person' },
  ADDRESS: { label: 'Address', family: 'place' },
  DATE: { label: 'Date', family: 'time' },
  DOB: { label: 'Date of birth', family: 'time' },
  AGE: { label: 'Age', family: 'time' },
  PHONE: { label: 'Phone', family: 'contact' },
  FAX: { label: 'Fax', family: 'contact' },
  EMAIL: { label: 'Email', family: 'contact' },
  URL: { label: 'URL', family: 'contact' },
  IP_ADDRESS: { label: 'IP address', family: 'contact' },
  SSN: { label: 'SSN', family: 'number' },
  MRN: { label: 'Record number', family: 'number' },
  HEALTH_PLAN: { label: 'Health plan', family: 'number' },
  LICENSE: { label: 'License', family: 'number' },
  ACCOUNT: { label: 'Account', family: 'money' },
  CREDIT_CARD: { label: 'Card', family: 'money' },
  VEHICLE: { label: 'Vehicle', family: 'thing' },
  DEVICE: { label: 'Device', family: 'thing' },
  OTHER_ID: { label: 'Other ID', family: 'other' },
  ORG: { label: 'Organisation', family: 'other' },
};

/** The kinds of identifier that Masker looks for. */
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

/** Returns the words for a kind. One that is not known here, such as an account's own, keeps its name. */
export function kindWords(kind: string): KindWords {
  return KINDS[kind] ?? { label: kind, family: 'other' };
}

/** A kind with how often it was found. */
export interface KindCount {
  readonly kind: string;
  readonly count: number;
}

/** Reads the API's map of kind to count, most frequent first. What is no count is left out. */
export function kindCounts(value: unknown): readonly KindCount[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .flatMap(([kind, count]) => (typeof count === 'number' && count > 0 ? [{ kind, count }] : []))
    .sort((one, other) => other.count - one.count || one.kind.localeCompare(other.kind));
}

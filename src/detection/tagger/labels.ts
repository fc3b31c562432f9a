import type { EntityKind } from '../kinds.ts';

/** What the tagger tells apart. Finer kinds (an MRN among the ids, a birthday among the dates) are the recognisers' to tell. */
export const TAG_TYPES = [
  'NAME',
  'ADDRESS',
  'DATE',
  'ORG',
  'PHONE',
  'EMAIL',
  'URL',
  'ACCOUNT',
  'SSN',
  'OTHER_ID',
  'IP_ADDRESS',
] as const satisfies readonly EntityKind[];
export type TagType = (typeof TAG_TYPES)[number];

/** `O`, then for each type the label of its first word and the label of its other words (BIO). */
export const LABELS: readonly string[] = ['O', ...TAG_TYPES.flatMap((type) => [`B-${type}`, `I-${type}`])];
export const LABEL_COUNT = LABELS.length;
/** The label of a word that belongs to nothing. */
export const OUTSIDE = 0;

/** The label of a span's first word. */
export function beginLabel(type: TagType): number {
  return 1 + 2 * TAG_TYPES.indexOf(type);
}

/** The label of a span's other words. */
export function insideLabel(type: TagType): number {
  return beginLabel(type) + 1;
}

/** The type that a label speaks of; null for `O`. */
export function typeOf(label: number): TagType | null {
  return label === OUTSIDE ? null : (TAG_TYPES[(label - 1) >> 1] ?? null);
}

/** Whether the label continues a span: the even ones but `O`. */
export function isInside(label: number): boolean {
  return label !== OUTSIDE && label % 2 === 0;
}

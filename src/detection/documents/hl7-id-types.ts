import type { EntityKind } from '../kinds.ts';

/** Types of identifiers. HL7 table 0203. */
const ID_TYPES: ReadonlyMap<string, EntityKind> = new Map<string, EntityKind>([
  ['SS', 'SSN'],
  ['DL', 'LICENSE'],
  ['PPN', 'LICENSE'],
  ['NPI', 'LICENSE'],
  ['DEA', 'LICENSE'],
  ['MD', 'LICENSE'],
  ['LN', 'LICENSE'],
  ['MC', 'HEALTH_PLAN'],
  ['MA', 'HEALTH_PLAN'],
  ['MB', 'HEALTH_PLAN'],
  ['HC', 'HEALTH_PLAN'],
  ['WC', 'HEALTH_PLAN'],
  ['AN', 'ACCOUNT'],
  ['VN', 'ACCOUNT'],
  ['MR', 'MRN'],
  ['PI', 'MRN'],
  ['PT', 'MRN'],
]);

/** The kind of an identifier by its type in HL7 table 0203; undefined for another type. */
export function kindOfIdType(type: string): EntityKind | undefined {
  return ID_TYPES.get(type.trim().toUpperCase());
}

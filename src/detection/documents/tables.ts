/** Tables as text: what the heads of columns say of the cells below them. The same for CSV, Markdown and aligned columns. */
import type { FieldContent } from './document.ts';
import type { FieldList, Stretch } from './field-list.ts';
import { fieldMeaning, type FieldMeaning } from './field-names.ts';
import { canHold, isBareCode } from './field-values.ts';

/** The columns of one table, in order; null for a head that says nothing of its cells. */
export type Columns = readonly (FieldMeaning | null)[];

const LONGEST_HEAD = 40;
/** Published code systems: their codes may have as many digits as a person's number. */
const CODE_HEAD = /\b(?:code|icd|cpt|hcpcs|ndc|loinc|snomed|rxnorm|rxcui|cvx|taxonomy|drg|dx)\b/i;

/**
 * The columns that these heads name; null where they are no heads of a table about people: at least one must name a value
 * of a person, and at least two, or all, must be known names.
 */
export function columnsOf(heads: readonly string[]): Columns | null {
  if (heads.length < 2 || heads.some((head) => head.length > LONGEST_HEAD)) return null;
  const meanings = heads.map(fieldMeaning);
  const isAboutPeople = meanings.some((meaning) => meaning !== null && meaning !== 'keep' && meaning.sure);
  const known = meanings.filter((meaning) => meaning !== null).length;
  if (!isAboutPeople || known < 2) return null;
  // "Name" beside "MRN" is that of a person; beside "Dose" it is that of a drug.
  return meanings.map((meaning, at) => {
    if (meaning === null) return null;
    if (meaning === 'keep') return CODE_HEAD.test(heads[at] ?? '') ? CODES : meaning;
    return meaning.sure ? meaning : { kind: meaning.kind, sure: true };
  });
}

/** A column of codes of a published system. */
const CODES: FieldMeaning = 'keep';

/** Adds one cell. `isSure`: the row has as many cells as there are columns, so that none stands under another's head. */
export function addCell(
  list: FieldList,
  cell: Stretch,
  column: FieldMeaning | null | undefined,
  isSure: boolean,
  meant?: string,
): void {
  const value = meant ?? list.textOf(cell).trim();
  list.add(cell, contentOf(value, column ?? null, isSure), meant);
}

function contentOf(value: string, column: FieldMeaning | null, isSure: boolean): FieldContent {
  if (column === null) return 'text';
  if (column === 'keep') return isSure && isBareCode(value) ? 'keep' : 'text';
  if (canHold(column.kind, value)) return column.kind;
  // An age below ninety, a year alone.
  return column.kind === 'AGE' || column.kind === 'DOB' || column.kind === 'DATE' ? 'keep' : 'text';
}

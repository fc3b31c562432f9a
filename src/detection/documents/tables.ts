/** Tables as text: what the heads of columns say of the cells below them. The same for CSV, Markdown and aligned columns. */
import type { FieldContent } from './document.ts';
import type { FieldList, Stretch } from './field-list.ts';
import { fieldMeaning, type FieldMeaning } from './field-names.ts';
import { canHold, isBareCode } from './field-values.ts';

/** What a head says of its cells; `codes` are those of a published system. Null where it says nothing. */
export type Column = FieldMeaning | 'codes' | null;
/** The columns of one table, in order. */
export type Columns = readonly Column[];

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
  const isAboutPeople =
    meanings.some((meaning) => meaning !== null && meaning !== 'keep' && meaning.sure) || hasBothNames(heads);
  const known = meanings.filter((meaning) => meaning !== null).length;
  if (known < 2 || !(isAboutPeople || isOfCodes(heads))) return null;
  // "Name" beside "MRN" is that of a person; beside "Dose" it is that of a drug.
  return meanings.map((meaning, at) => {
    if (meaning === null) return null;
    if (meaning === 'keep') return CODE_HEAD.test(heads[at] ?? '') ? 'codes' : meaning;
    return meaning.sure ? meaning : { kind: meaning.kind, sure: true };
  });
}

/** "first", "last": nothing but people has both. */
function hasBothNames(heads: readonly string[]): boolean {
  const has = (name: string): boolean => heads.some((head) => head.trim().toLowerCase() === name);
  return has('first') && has('last');
}

/** "code", "system": the codes of published systems. */
function isOfCodes(heads: readonly string[]): boolean {
  return heads.some((head) => /^(?:code_?)?system$/i.test(head.trim())) && heads.some((head) => CODE_HEAD.test(head));
}

/** Adds one cell. `isSure`: the row has as many cells as there are columns, so that none stands under another's head. */
export function addCell(
  list: FieldList,
  cell: Stretch,
  column: Column | undefined,
  isSure: boolean,
  meant?: string,
): void {
  const value = meant ?? list.textOf(cell).trim();
  list.add(cell, contentOf(value, column ?? null, isSure), meant);
}

function contentOf(value: string, column: Column, isSure: boolean): FieldContent {
  if (column === null) return 'text';
  if (column === 'keep' || column === 'codes') return isSure && isBareCode(value, column === 'codes') ? 'keep' : 'text';
  if (canHold(column.kind, value)) return column.kind;
  // An age below ninety, a year alone.
  return column.kind === 'AGE' || column.kind === 'DOB' || column.kind === 'DATE' ? 'keep' : 'text';
}

/** Tables in JSON: a list of heads beside a list of rows, or a list of rows of which the first one holds the heads. */
import { firstText, isItems, ownField, type JsonDocument, type JsonFields } from './json-value.ts';
import { keyFacts } from './json-words.ts';

const HEADS = ['columns', 'headers', 'header', 'cols', 'head', 'fields', 'column_names', 'columnNames', 'keys'];
const ROWS: ReadonlySet<string> = new Set(['rows', 'data', 'values', 'records', 'items', 'body', 'results', 'row']);
const HEAD_NAMES = ['name', 'label', 'key', 'title', 'field', 'header', 'id', 'column', 'headerName'];
/** More columns are no table that a model reads. */
const MOST_COLUMNS = 500;

/** The heads of the table that the object is; null where it is none. */
export function headsOf(object: JsonFields): readonly string[] | null {
  for (const key of HEADS) {
    const heads = headTexts(ownField(object, key));
    if (heads !== null) return heads;
  }
  return null;
}

/** Returns true if the key is one of the rows of a table. */
export function namesRows(key: string): boolean {
  return ROWS.has(key);
}

/** Returns true if the field of a table holds its rows. */
export function holdsRows(key: string, value: JsonDocument): boolean {
  return ROWS.has(key) && isItems(value) && value.every(isItems);
}

/** The heads in the first of some rows; null where it holds none. */
export function headsInFirstRow(rows: readonly JsonDocument[]): readonly string[] | null {
  const [first, second] = rows;
  if (!isItems(first) || !isItems(second) || first.length !== second.length) return null;
  const heads = headTexts(first);
  const isHeads =
    heads?.every((head) => /^[\p{L}_]/u.test(head)) === true && heads.some((head) => keyFacts(head).meaning !== null);
  return isHeads ? heads : null;
}

function headTexts(value: JsonDocument | undefined): readonly string[] | null {
  if (!isItems(value) || value.length === 0 || value.length > MOST_COLUMNS) return null;
  const heads = value.map((head) => (typeof head === 'string' ? head : firstText(head, HEAD_NAMES)));
  return heads.every((head) => head !== null) ? heads : null;
}

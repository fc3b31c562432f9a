/** Tables as text: cells are masked one by one under the heads that say what they are. */
import { describe, expect, it } from 'vitest';
import { expectMarked } from './marked-document.ts';
import { masked, values } from './masked.ts';
import { people, type Person } from './people.ts';

const PEOPLE = people(404, 40);

/** A column: its head, and the marked cell of a person. */
type Column = readonly [head: string, cell: (p: Person) => string];

const COLUMNS: readonly Column[] = [
  ['Name', (p) => `[[${p.given} ${p.family}]]`],
  ['first_name', (p) => `[[${p.given.toLowerCase()}]]`],
  ['Last Name', (p) => `[[${p.family.toUpperCase()}]]`],
  ['patientName', (p) => `[[${p.family}, ${p.given}]]`],
  ['DOB', (p) => `[[${p.born.slice(4, 6)}/${p.born.slice(6)}/${p.born.slice(2, 4)}]]`],
  ['Date of Birth', (p) => `[[${p.born.slice(0, 4)}-${p.born.slice(4, 6)}-${p.born.slice(6)}]]`],
  ['MRN', (p) => `[[${p.record}]]`],
  ['Member ID', (p) => `[[${p.member}]]`],
  ['ssn_last4', (p) => `[[${p.ssn.slice(-4)}]]`],
  ['Phone #', (p) => `[[${p.area}-${p.local.slice(0, 3)}-${p.local.slice(3)}]]`],
  ['City', (p) => `[[${p.city}]]`],
  ['Zip', (p) => `[[${p.zip}]]`],
  ['Acct', (p) => `[[${p.record.slice(0, 4)}]]`],
  ['Room', () => '{{12}}'],
  ['State', (p) => `{{${p.state}}}`],
  ['ICD-10', () => '{{E11.9}}'],
  ['CPT Code', () => '{{99213}}'],
  ['NDC', () => '{{0002-8215-01}}'],
  ['Status', () => '{{active}}'],
  ['Copay', () => '{{25.00}}'],
  ['Age', () => '{{54}}'],
];

/** A choice of columns for each seed: always one of a person beside others. */
function columnsFor(seed: number): readonly Column[] {
  const chosen = COLUMNS.filter((_, at) => (at * 7 + seed * 3) % 5 < 2);
  return [COLUMNS[6] ?? chosen[0], ...chosen].filter(
    (column, at, all): column is Column => column !== undefined && all.indexOf(column) === at,
  );
}

const quoted = (cell: string): string => (cell.includes(', ') ? `"${cell}"` : cell);

const LAYOUTS: readonly (readonly [
  string,
  (heads: readonly string[], rows: readonly (readonly string[])[]) => string,
])[] = [
  ['CSV', (heads, rows) => [heads, ...rows].map((row) => row.map(quoted).join(',')).join('\n')],
  ['CSV with semicolons and CRLF', (heads, rows) => [heads, ...rows].map((row) => row.join(';')).join('\r\n')],
  ['TSV', (heads, rows) => [heads, ...rows].map((row) => row.join('\t')).join('\n')],
  [
    'Markdown',
    (heads, rows) => [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
  ],
  [
    'Markdown without edges',
    (heads, rows) => [heads, heads.map(() => ':-:'), ...rows].map((row) => row.join(' | ')).join('\n'),
  ],
  [
    'a database shell',
    (heads, rows) =>
      [heads, heads.map(() => '-----'), ...rows]
        .map((row) => (row[0] === '-----' ? row.join('+') : ` ${row.join(' | ')}`))
        .join('\n'),
  ],
  [
    'aligned columns',
    (heads, rows) => {
      const plain = (cell: string): number => cell.replace(/\[\[|\]\]|\{\{|\}\}/g, '').length;
      const widths = heads.map((_, at) => Math.max(...[heads, ...rows].map((row) => plain(row[at] ?? ''))) + 2);
      return [heads, ...rows]
        .map((row) =>
          row
            .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - plain(cell)))
            .join('')
            .trimEnd(),
        )
        .join('\n');
    },
  ],
];

describe('generated tables', () => {
  it.each(LAYOUTS)('%s masks cells of people one by one and leaves codes and heads', (_, layout) => {
    for (let seed = 0; seed < 20; seed++) {
      const columns = columnsFor(seed);
      const rows = PEOPLE.slice(seed, seed + 4).map((one) => columns.map(([, cell]) => cell(one)));
      expectMarked(
        `Here is the list:\n${layout(
          columns.map(([head]) => head),
          rows,
        )}\n\nAnything else?`,
      );
    }
  });
});

describe('tables', () => {
  it('keep their separators: a row never becomes one value', () => {
    expect(masked('first_name,last_name,mrn,acct\ningrid,osterberg,88213,4471\nrose,vang,90244,5522')).toBe(
      'first_name,last_name,mrn,acct\n<NAME ingrid>,<NAME osterberg>,<MRN 88213>,<ACCOUNT 4471>\n<NAME rose>,<NAME vang>,<MRN 90244>,<ACCOUNT 5522>',
    );
  });

  it('mask an age over 89 and no other', () => {
    expect(masked('name,age,mrn\nrose vang,93,88213\nwill price,54,90244')).toBe(
      'name,age,mrn\n<NAME rose vang>,<AGE 93>,<MRN 88213>\n<NAME will price>,54,<MRN 90244>',
    );
  });

  it('leave drugs in a column of names', () => {
    const text = 'Name,Dose,Frequency\nLisinopril,10 mg,daily\nMetformin,500 mg,twice daily';
    expect(masked(text)).toBe(text);
  });

  it('undo doubled quotes', () => {
    expect(values('patient name,mrn\n"Vang, ""Rose""",88213')).toEqual(['Vang, "Rose"', '88213']);
  });

  it('read a row with a delimiter too many as far as it goes', () => {
    expect(masked('last name,first name,street,room\nPrice,Will,44 Fenwick Row, Apt B,12')).toContain(
      '<NAME Price>,<NAME Will>,',
    );
  });

  it('read a table that is cut within a row', () => {
    expect(masked('last_name,mrn\nPrice,88213\nVa')).toBe('last_name,mrn\n<NAME Price>,<MRN 88213>\nVa');
    expect(masked('last_name,mrn,dob\nPrice,88213,5/2/64\nVang,9')).toContain('<NAME Vang>,<MRN 9>');
  });

  it('are none without heads that say whose the cells are', () => {
    const text = 'time,slot\n9:00,open\n10:00,taken';
    expect(masked(text)).toBe(text);
  });
});

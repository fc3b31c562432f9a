/** A table that becomes a list of cards where the screen is narrow. Its roles are written out, because the cards would lose them. */
import type { ReactNode } from 'react';
import './data-table.css';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** `number` is set to the right; `acts` holds buttons; `text` is a sentence; `wide` takes what is left. */
  readonly form?: 'number' | 'acts' | 'text' | 'wide';
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>): ReactNode {
  return (
    <div className="sheet table-sheet">
      <table className="table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, form }) => (
              <th key={title} role="columnheader" scope="col" className={classOf(form)}>
                {form === 'acts' ? <span className="unseen">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ title, cell, form }) => (
                <td key={title} role="cell" className={classOf(form)}>
                  {form === 'acts' ? null : (
                    <span className="table-title" aria-hidden="true">
                      {title}
                    </span>
                  )}
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf(form: Column<never>['form']): string | undefined {
  return form === undefined ? undefined : `table-${form}`;
}

/** The redactions of a turn as the journal has them. */
import type { ReactNode } from 'react';
import { DataTable } from '../../parts/data-table.tsx';
import { timeOfDay, wholeMoment } from '../../parts/format.ts';
import { KindChip } from '../../parts/kind-chip.tsx';
import { placeOf } from '../../parts/places.ts';
import type { Redaction } from './session-view.ts';
import { doneWords } from './why-words.ts';

interface EventTableProps {
  readonly redactions: readonly Redaction[];
  readonly turn: number;
}

export function EventTable({ redactions, turn }: EventTableProps): ReactNode {
  return (
    <DataTable
      label={`Redactions of turn ${turn}`}
      rows={redactions}
      keyOf={({ eventId }) => eventId}
      columns={[
        { title: 'Kind', cell: ({ entityKind }) => <KindChip kind={entityKind} /> },
        { title: 'Entry', form: 'number', cell: ({ seq }) => seq },
        {
          title: 'Place',
          form: 'wide',
          cell: ({ path, span }) => (
            <>
              <span title={path}>{placeOf(path)}</span>
              <span className="table-note">
                characters {span.start} to {span.end}
              </span>
            </>
          ),
        },
        { title: 'Found by', cell: ({ pass }) => pass },
        { title: 'Confidence', form: 'number', cell: ({ confidence }) => confidence.toFixed(3) },
        { title: 'What was done', cell: (redaction) => <span className="nowrap">{doneWords(redaction)}</span> },
        {
          title: 'Time',
          cell: ({ at }) => (
            <time dateTime={at} title={wholeMoment(at)}>
              {timeOfDay(at)}
            </time>
          ),
        },
      ]}
    />
  );
}

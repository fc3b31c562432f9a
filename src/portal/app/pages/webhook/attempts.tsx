/** Each attempt to send an event, newest first. */
import type { ReactNode } from 'react';
import { DataTable } from '../../parts/data-table.tsx';
import { duration } from '../../parts/format.ts';
import { StateWords } from '../../parts/webhook/webhook-state.tsx';
import { attemptWords } from '../../parts/webhook/webhook-words.ts';
import type { Attempt } from './webhook-view.ts';
import { Moment } from '../../parts/moment.tsx';

export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }): ReactNode {
  if (attempts.length === 0)
    return <p className="soft">Nothing was sent yet. Send a test event to see whether the receiver takes it.</p>;
  return (
    <DataTable
      label="Attempts"
      rows={attempts}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Time', cell: ({ at }) => <Moment className="nowrap" iso={at} /> },
        { title: 'Answer', cell: (attempt) => <StateWords {...attemptWords(attempt)} /> },
        {
          title: 'Event',
          form: 'wide',
          cell: ({ eventType, eventId }) => (
            <>
              <code>{eventType}</code>
              <span className="table-note">{eventId}</span>
            </>
          ),
        },
        { title: 'Attempt', form: 'number', cell: ({ number }) => number },
        { title: 'Took', form: 'number', cell: ({ durationMs }) => duration(durationMs) },
      ]}
    />
  );
}

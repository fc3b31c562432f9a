/** Sessions that fit what was searched for. */
import type { ReactNode } from 'react';
import { DataTable } from '../../parts/data-table.tsx';
import { SessionState } from '../../parts/session-state.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { AuditFindQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type FoundSession = AuditFindQuery['auditFind']['edges'][number]['node'];

export function FoundSessions({ sessions }: { readonly sessions: readonly FoundSession[] }): ReactNode {
  return (
    <DataTable
      label="Sessions that fit"
      rows={sessions}
      keyOf={({ id, entry }) => `${id} ${entry?.seq ?? ''}`}
      columns={[
        {
          title: 'Session',
          form: 'wide',
          cell: ({ id, entry }) => (
            <>
              <Link to={addressOf('/portal/sessions/detail', { id })}>
                <code>{id}</code>
              </Link>
              {entry === null ? null : (
                <span className="table-note">
                  Entry {entry.seq}, leaf <code>{entry.leafHash}</code>
                </span>
              )}
            </>
          ),
        },
        { title: 'Began', cell: ({ startedAt }) => <Moment className="nowrap" iso={startedAt} /> },
        {
          title: 'Sealed',
          cell: ({ sealedAt }) => (
            <span className="nowrap">{sealedAt === null ? 'Not yet' : <Moment iso={sealedAt} />}</span>
          ),
        },
        { title: 'Status', cell: ({ status, sealedAt }) => <SessionState status={status} sealedAt={sealedAt} /> },
        {
          title: 'Reports made',
          cell: ({ reports }) =>
            reports.length === 0 ? (
              <span className="soft">None</span>
            ) : (
              reports.map(({ id, format, at }) => (
                <span key={id} className="found-report nowrap">
                  {format} <Moment className="soft" iso={at} />
                </span>
              ))
            ),
        },
      ]}
    />
  );
}

/** The rows of the list. Only those near the screen are drawn, so that a list of any length scrolls smoothly. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { count, duration } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { SessionState } from '../../parts/session-state.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { SessionsQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

export type SessionRow = SessionsQuery['sessions']['edges'][number]['node'];

interface SessionListProps {
  readonly rows: readonly SessionRow[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
  /** Called with the first row that is on the screen, as it changes. */
  readonly onRow: (row: number) => void;
}

/** Estimated heights of a row; the real one is measured. */
const ROW_HEIGHT = 46;

export function SessionList({ rows, hasMore, isLoadingMore, onMore, onRow }: SessionListProps): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: body.current?.offsetTop ?? 0,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = last >= rows.length - 10;
  useEffect(() => {
    if (isNearEnd && hasMore && !isLoadingMore) onMore();
  }, [isNearEnd, hasMore, isLoadingMore, onMore]);
  const today = new Date().toDateString();
  const top = virtualizer.range?.startIndex ?? 0;
  useEffect(() => {
    onRow(top);
  }, [top, onRow]);
  return (
    <div
      className="session-table sheet"
      role="table"
      aria-label="Sessions"
      aria-rowcount={hasMore ? -1 : rows.length + 1}
    >
      <HeadRow />
      <div ref={body} role="rowgroup" className="session-body" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={key}
              data-index={index}
              ref={virtualizer.measureElement}
              className="session-row"
              role="row"
              aria-rowindex={index + 2}
              style={{ transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }}
            >
              <Cells row={row} today={today} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function HeadRow(): ReactNode {
  return (
    <div role="rowgroup">
      <div className="session-row session-head" role="row" aria-rowindex={1}>
        {['Began', 'Agent', 'Found', 'Redactions', 'Duration', 'Status'].map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly row: SessionRow;
  /** The day on which they are drawn: "Today" is another day on the next one. */
  readonly today: string;
}

/** The cells of a row. While one scrolls, rows that stay on the screen are drawn once. */
const Cells = memo(function Cells({ row, today }: CellsProps): ReactNode {
  const { id, agentName, startedAt, durationMs, redactionCount } = row;
  return (
    <>
      <span role="cell" className="session-began">
        <Link to={addressOf('/portal/sessions/detail', { id })} className="row-link">
          <Moment key={today} iso={startedAt} />
        </Link>
      </span>
      <span role="cell" className="session-agent">
        {agentName}
      </span>
      <span role="cell" className="session-kinds">
        <KindChips counts={kindCounts(row.redactionsByKind)} most={3} />
      </span>
      <span role="cell" className="session-count number">
        {count(redactionCount)}
      </span>
      <span role="cell" className="session-duration number soft">
        {durationMs === null ? 'running' : duration(durationMs)}
      </span>
      <span role="cell" className="session-status">
        <SessionState status={row.status} sealedAt={row.sealedAt} />
      </span>
    </>
  );
});

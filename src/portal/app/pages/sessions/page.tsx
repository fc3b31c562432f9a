/** The list of sessions: filters in the address, newest first, page by page. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { addressOf, navigate, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf, isFiltered } from './filters.ts';
import { usePlace } from './place.ts';
import { sessionsOperation } from './queries.generated.ts';
import type { SessionsQuery } from './queries.generated.ts';
import { SessionList } from './session-list.tsx';
import './sessions.css';

const PAGE_SIZE = 50;

export function Page(): ReactNode {
  const [parameters, change] = useParameters();
  const filters = filtersOf(parameters);
  const { from, note } = usePlace();
  const query = usePages(
    sessionsOperation,
    { first: PAGE_SIZE, ...filters },
    { pageInfoOf: ({ sessions }) => sessions.pageInfo, intervalAtTop: CALM_MS, from },
  );
  const agents = query.data?.pages[0]?.agents?.edges.map(({ node }) => node) ?? [];
  return (
    <>
      <PageHead
        title="Sessions"
        lead="Every call that went through Masker, newest first. At its top the list is refreshed every ten seconds."
      />
      <FilterBar
        agents={agents}
        parameters={parameters}
        onChange={(changes) => {
          change({ ...changes, from: '' }, { replace: true });
        }}
      />
      {from === null ? null : (
        <p className="session-newer">
          Newer sessions are left out.{' '}
          <Link to={addressOf('/portal/sessions', { ...parameters, from: '' })}>Show the newest</Link>
        </p>
      )}
      <Answered query={query} what="sessions">
        {({ pages }) =>
          from === null && pages[0]?.sessions.edges.length === 0 ? (
            <NoSessions isNarrowed={isFiltered(filters)} />
          ) : (
            <Listed query={query} pages={pages} from={from} onPlace={note} />
          )
        }
      </Answered>
    </>
  );
}

interface ListedProps {
  readonly query: Pick<UseInfiniteQueryResult, 'fetchNextPage' | 'hasNextPage' | 'isFetchingNextPage'>;
  readonly pages: readonly SessionsQuery[];
  /** The cursor after which the first page begins. */
  readonly from: string | null;
  /** Called with the cursor after which the page begins that is on the screen. */
  readonly onPlace: (cursor: string | null) => void;
}

function Listed({ query, pages, from, onPlace }: ListedProps): ReactNode {
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const rows = useMemo(() => pages.flatMap(({ sessions }) => sessions.edges.map(({ node }) => node)), [pages]);
  const loadMore = useCallback(() => {
    void fetchNextPage();
  }, [fetchNextPage]);
  const noteRow = useCallback(
    (row: number) => {
      const before = pages[Math.floor(row / PAGE_SIZE) - 1];
      onPlace(before?.sessions.pageInfo.endCursor ?? from);
    },
    [onPlace, from, pages],
  );
  return (
    <>
      <SessionList
        rows={rows}
        hasMore={hasNextPage}
        isLoadingMore={isFetchingNextPage}
        onMore={loadMore}
        onRow={noteRow}
      />
      <p className="session-end soft" role="status">
        {isFetchingNextPage ? 'Loading older sessions…' : hasNextPage ? '' : 'These are all of them.'}
      </p>
    </>
  );
}

function NoSessions({ isNarrowed }: { readonly isNarrowed: boolean }): ReactNode {
  if (isNarrowed)
    return (
      <Empty title="No session matches these filters">
        <p className="soft">Widen the filters to see more.</p>
        <button
          type="button"
          className="button"
          onClick={() => {
            navigate('/portal/sessions');
          }}
        >
          Remove the filters
        </button>
      </Empty>
    );
  return (
    <Empty title="No calls yet">
      <p className="soft">A session appears here with the first turn that an agent handles.</p>
      <Link to="/portal/agents/new" className="button button-main">
        Create an agent
      </Link>
    </Empty>
  );
}

/** The list of sessions: filters in the address, newest first, page by page. */
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { navigate, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf, isFiltered } from './filters.ts';
import { sessionsOperation } from './queries.generated.ts';
import { SessionList } from './session-list.tsx';
import './sessions.css';

const PAGE_SIZE = 50;

export function Page(): ReactNode {
  const [parameters, change] = useParameters();
  const filters = filtersOf(parameters);
  const query = usePages(
    sessionsOperation,
    { first: PAGE_SIZE, ...filters },
    { pageInfoOf: ({ sessions }) => sessions.pageInfo, intervalAtTop: CALM_MS },
  );
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const rows = useMemo(
    () => data?.pages.flatMap(({ sessions }) => sessions.edges.map(({ node }) => node)) ?? [],
    [data],
  );
  const agents = data?.pages[0]?.agents?.edges.map(({ node }) => node) ?? [];
  const loadMore = useCallback(() => {
    void fetchNextPage();
  }, [fetchNextPage]);
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
          change(changes, { replace: true });
        }}
      />
      <Answered query={query} what="sessions">
        {() =>
          rows.length === 0 ? (
            <NoSessions isNarrowed={isFiltered(filters)} />
          ) : (
            <>
              <SessionList rows={rows} hasMore={hasNextPage} isLoadingMore={isFetchingNextPage} onMore={loadMore} />
              <p className="session-end soft" role="status">
                {isFetchingNextPage ? 'Loading older sessions…' : hasNextPage ? '' : 'These are all of them.'}
              </p>
            </>
          )
        }
      </Answered>
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

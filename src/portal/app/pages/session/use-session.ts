/** One session with its turns and redactions, which are read in pages of a hundred. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { sessionInterval, useStream } from '../../api/live.ts';
import { unloadedCount } from './crossing.ts';
import { sessionDetailOperation, sessionEventsOperation } from './queries.generated.ts';
import type { SessionDetailQuery } from './queries.generated.ts';
import type { Redaction, SessionPage, Turn } from './session-view.ts';

/** A session as far as it was read. */
export interface ReadSession {
  readonly session: SessionPage;
  readonly turns: readonly Turn[];
  readonly redactions: readonly Redaction[];
}

export interface SessionView {
  /** Null where there is no such session; undefined until the first answer. */
  readonly data: ReadSession | null | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  /** Loads pages until the redactions of the turn are here. */
  readonly loadTurn: (number: number) => void;
}

interface Cursors {
  readonly turnsAfter: string | null;
  readonly eventsAfter: string | null;
}

type PagesResult = Pick<UseInfiniteQueryResult<InfiniteData<SessionDetailQuery>>, 'data' | 'hasNextPage' | 'isError'>;

const FIRST_PAGE: Cursors = { turnsAfter: null, eventsAfter: null };

/** Reads a session; again when a redaction is recorded, and every two seconds, until it is sealed. */
export function useSession(id: string): SessionView {
  const query = useInfiniteQuery({
    queryKey: [sessionDetailOperation.name, id],
    queryFn: ({ signal, pageParam }) => ask(sessionDetailOperation, { id, ...pageParam }, signal),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ session }, _all, { turnsAfter, eventsAfter }): Cursors | null => {
      if (session === null) return null;
      const { turns, events } = session;
      if (!turns.pageInfo.hasNextPage && !events.pageInfo.hasNextPage) return null;
      // A list that has ended is asked again after its own end, which gives nothing twice.
      return {
        turnsAfter: turns.pageInfo.endCursor ?? turnsAfter,
        eventsAfter: events.pageInfo.endCursor ?? eventsAfter,
      };
    },
    refetchInterval: ({ state }) => sessionInterval(state.data?.pages[0]?.session?.sealedAt),
  });
  const isOpen = query.data?.pages[0]?.session?.sealedAt === null;
  useStream(sessionEventsOperation, { id }, isOpen, () => query.refetch({ cancelRefetch: false }));
  return {
    data: query.data === undefined ? undefined : joined(query.data.pages),
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    loadTurn: (number) => {
      void loadUntil(query.fetchNextPage, number);
    },
  };
}

/** Loads page after page until the redactions of a turn are here. Stops at the end and at a failure, which the view shows. */
async function loadUntil(fetchNextPage: () => Promise<PagesResult>, number: number): Promise<void> {
  for (;;) {
    const { data, hasNextPage, isError } = await fetchNextPage();
    const read = data === undefined ? null : joined(data.pages);
    const turn = read?.turns.find((each) => each.number === number);
    const isMissing =
      turn === undefined || unloadedCount(turn, read?.redactions.filter((each) => each.turn === number) ?? []) > 0;
    if (isError || !hasNextPage || !isMissing) return;
  }
}

function joined(pages: readonly SessionDetailQuery[]): ReadSession | null {
  const sessions = pages.flatMap(({ session }) => (session === null ? [] : [session]));
  const [session] = sessions;
  if (session === undefined) return null;
  return {
    session,
    turns: sessions.flatMap(({ turns }) => turns.edges.map(({ node }) => node)),
    redactions: sessions.flatMap(({ events }) => events.edges.map(({ node }) => node)),
  };
}

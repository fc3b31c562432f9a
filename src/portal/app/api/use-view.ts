/** What a page shows of the API: one operation, asked again when its variables change. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { ask } from './ask.ts';
import type { Operation } from './operation.ts';

export interface ViewOptions {
  /** Milliseconds between repeated requests; false for none. See live.ts. */
  readonly refetchInterval?: number | false;
  /** False asks nothing. */
  readonly enabled?: boolean;
}

/** Asks an operation, and keeps showing the earlier answer while a new one is on its way. */
export function useView<Answer, Variables>(
  operation: Operation<Answer, Variables>,
  variables: Variables,
  options: ViewOptions = {},
): UseQueryResult<Answer> {
  return useQuery({
    queryKey: [operation.name, variables],
    queryFn: ({ signal }) => ask(operation, variables, signal),
    placeholderData: keepPreviousData,
    ...options,
  });
}

/** How the pages of a list are asked: the cursor of the next page, or null after the last. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Variables that a list adds for each page: its cursor, and whether it is the first. */
export interface PageVariables {
  readonly after?: string | null | undefined;
  readonly isFirst: boolean;
}

export interface PagesOptions<Answer> {
  /** Finds the end of a page in its answer. */
  readonly pageInfoOf: (answer: Answer) => PageInfo;
  /** Milliseconds between requests while only the first page is shown. A reader of older pages is not disturbed. */
  readonly intervalAtTop?: number;
  /** The cursor that the list begins after; null, the default, for its beginning. */
  readonly from?: string | null;
}

/** The part of a query that tells how many pages it has. */
interface PagedQuery {
  readonly state: { readonly data: { readonly pages: readonly unknown[] } | undefined };
}

/**
 * Asks a list page by page. Pages are asked again one after the other, so only a list of one page is, and no list outlives its
 * view: one that comes back begins with one page.
 */
export function usePages<Answer, Variables>(
  operation: Operation<Answer, Variables & PageVariables>,
  variables: Variables,
  { pageInfoOf, intervalAtTop, from = null }: PagesOptions<Answer>,
): UseInfiniteQueryResult<InfiniteData<Answer>> {
  const hasOnePage = ({ state }: PagedQuery): boolean => (state.data?.pages.length ?? 1) === 1;
  return useInfiniteQuery({
    queryKey: [operation.name, variables, from],
    queryFn: ({ signal, pageParam }) =>
      ask(operation, { ...variables, after: pageParam, isFirst: pageParam === from }, signal),
    initialPageParam: from,
    getNextPageParam: (last) => {
      const { hasNextPage, endCursor } = pageInfoOf(last);
      return hasNextPage ? endCursor : null;
    },
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchOnWindowFocus: hasOnePage,
    refetchOnReconnect: hasOnePage,
    refetchInterval: (query) =>
      intervalAtTop !== undefined && from === null && hasOnePage(query) ? intervalAtTop : false,
  });
}

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
}

/** Asks a list page by page. */
export function usePages<Answer, Variables>(
  operation: Operation<Answer, Variables & PageVariables>,
  variables: Variables,
  { pageInfoOf, intervalAtTop }: PagesOptions<Answer>,
): UseInfiniteQueryResult<InfiniteData<Answer>> {
  return useInfiniteQuery({
    queryKey: [operation.name, variables],
    queryFn: ({ signal, pageParam }) =>
      ask(operation, { ...variables, after: pageParam, isFirst: pageParam === null }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const { hasNextPage, endCursor } = pageInfoOf(last);
      return hasNextPage ? endCursor : null;
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      intervalAtTop !== undefined && (state.data?.pages.length ?? 1) === 1 ? intervalAtTop : false,
  });
}

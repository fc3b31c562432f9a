/** The button that loads the next page of a list. */
import type { ReactNode } from 'react';

interface MoreButtonProps {
  /** The list, as usePages returns it. */
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly label: string;
}

export function MoreButton({ list, label }: MoreButtonProps): ReactNode {
  if (!list.hasNextPage) return null;
  return (
    <button
      type="button"
      className="button more"
      disabled={list.isFetchingNextPage}
      onClick={() => {
        list.fetchNextPage();
      }}
    >
      {list.isFetchingNextPage ? 'Loading…' : label}
    </button>
  );
}

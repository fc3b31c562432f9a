/**
 * How pages stay up to date: the one place that decides it. Pages ask again at these intervals while they are visible, and at once
 * where a subscription tells that something happened.
 */
import { useEffect, useRef } from 'react';
import type { Operation } from './operation.ts';

/** Milliseconds between two looks at something that changes while it is watched, such as a call. */
export const LIVE_MS = 2_000;
/** Milliseconds between two looks at a list or at figures. */
export const CALM_MS = 10_000;

/** Returns the interval for a session: short until it is sealed, none afterwards, because nothing changes any more. */
export function sessionInterval(sealedAt: string | null | undefined): number | false {
  return sealedAt === null ? LIVE_MS : false;
}

/**
 * Follows a subscription (docs/events.md, Subscriptions) and calls `onEvent` for its events and its end. Events that come while
 * the call before is at work lead to one more call. Where the connection cannot be made, the intervals above remain.
 */
export function useStream<Answer, Variables>(
  { name, text }: Operation<Answer, Variables>,
  variables: Variables,
  isEnabled: boolean,
  onEvent: () => Promise<unknown>,
): void {
  const react = useRef(onEvent);
  react.current = onEvent;
  const parameters = JSON.stringify(variables);
  useEffect(() => {
    if (!isEnabled) return undefined;
    const query = new URLSearchParams({ operationName: name, query: text, variables: parameters });
    const source = new EventSource(`/graphql?${query.toString()}`);
    const tell = coalesced(() => react.current());
    source.addEventListener('next', tell);
    source.addEventListener('complete', () => {
      // A browser would connect again.
      source.close();
      tell();
    });
    return () => {
      source.close();
    };
  }, [name, text, parameters, isEnabled]);
}

/** Returns a function that runs the work, and once more where it was called meanwhile. Failures are the work's own to show. */
export function coalesced(work: () => Promise<unknown>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    do {
      isWanted = false;
      await work().catch(() => null);
    } while (wanted());
    isRunning = false;
  };
  const wanted = (): boolean => isWanted;
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}

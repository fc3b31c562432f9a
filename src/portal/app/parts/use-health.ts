/** The health of the server, asked again every ten seconds. An answer that is old says nothing of now. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useReducer } from 'react';
import { read } from '../api/ask.ts';
import { CALM_MS } from '../api/live.ts';

/** Milliseconds after which an answer is old: two that should have followed it did not come. */
const FRESH_MS = 3 * CALM_MS;

/** Returns the answer of /health. Null where it is not known how the server is, undefined before the first answer. */
export function useHealth(): unknown {
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['health'],
    // 503 is an answer, too: it says which part is down.
    queryFn: () => read('/health', [503]),
    refetchInterval: CALM_MS,
  });
  useTick();
  if (data === undefined && error === null) return undefined;
  // A request that gets no answer does not fail for minutes.
  return error === null && Date.now() - dataUpdatedAt < FRESH_MS ? data : null;
}

/** Draws the component again and again, so that an answer grows old on the screen. */
function useTick(): void {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, CALM_MS / 2);
    return () => {
      clearInterval(timer);
    };
  }, []);
}

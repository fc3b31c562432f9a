/** What is wrong with a text while it is typed: the server is asked when the typing rests. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { policyProblemsOperation } from './queries.generated.ts';
import type { PolicyProblemsQuery } from './queries.generated.ts';

export type Problem = PolicyProblemsQuery['validatePolicy']['problems'][number];

/** `checking` until the server has judged the text that is there now. */
export interface Checked {
  readonly state: 'checking' | 'valid' | 'invalid' | 'unknown';
  readonly problems: readonly Problem[];
  readonly error: Error | null;
  /** Asks the server again. */
  readonly retry: () => void;
}

/** Milliseconds of rest before the server is asked. */
const REST_MS = 300;
const NONE: readonly Problem[] = [];

/** Returns what is wrong with the text, which is to be stored under `name`; null for a new policy. */
export function useProblems(yaml: string, name: string | null): Checked {
  const rested = useRested(yaml);
  const query = useQuery({
    queryKey: [policyProblemsOperation.name, rested, name],
    queryFn: ({ signal }) => ask(policyProblemsOperation, { yaml: rested, name }, signal),
    staleTime: Infinity,
    // Texts come and go with each rest.
    gcTime: 10_000,
  });
  const retry = (): void => void query.refetch();
  const problems = query.data?.validatePolicy.problems ?? NONE;
  if (rested !== yaml || query.isFetching) return { state: 'checking', problems: NONE, error: null, retry };
  if (query.data === undefined) return { state: 'unknown', problems: NONE, error: query.error, retry };
  return { state: query.data.validatePolicy.valid ? 'valid' : 'invalid', problems, error: null, retry };
}

/** Returns the text as it was when it last rested. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setRested(text);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return rested;
}

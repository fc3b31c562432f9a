/** Acts of a person: mutations, and what is shown anew after them. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from './ask.ts';
import { ApiFailure } from './failure.ts';
import type { FieldProblem } from './failure.ts';
import type { Operation } from './operation.ts';

/** An expected failure as mutations return it. Its type name ends in `Error`. */
interface Refusal {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly FieldProblem[];
}

/** Returns the result of a mutation, and throws ApiFailure where it is a refusal. */
export function accepted<Result extends { readonly __typename: string }>(
  result: Result,
): Exclude<Result, { readonly message: string }> {
  const refusal: Refusal = result;
  if (!refusal.__typename.endsWith('Error')) return result as Exclude<Result, { readonly message: string }>;
  throw new ApiFailure(refusal.code ?? 'unknown', refusal.message ?? 'The server refused the request.', {
    details: refusal.details ?? [],
  });
}

/** An act that a component offers, and how its last run ended. */
export interface Act<Result, Variables> {
  readonly data: Result | undefined;
  readonly error: Error | null;
  /** True until the views on the screen are fresh again. */
  readonly isPending: boolean;
  /** Forgets how the last run ended. */
  readonly reset: () => void;
  /** Runs the act. `onDone` is called after success, before any view is asked again. */
  readonly run: (variables: Variables, onDone?: (result: Result) => void) => void;
}

interface Run<Result, Variables> {
  readonly variables: Variables;
  readonly onDone: ((result: Result) => void) | undefined;
}

/** Offers a mutation as an act. Every view on the screen is asked again after it. */
export function useAct<Answer, Variables, Result>(
  operation: Operation<Answer, Variables>,
  resultOf: (answer: Answer) => Result,
): Act<Result, Variables> {
  const client = useQueryClient();
  const { data, error, isPending, reset, mutate } = useMutation({
    mutationFn: async ({ variables }: Run<Result, Variables>) => resultOf(await ask(operation, variables)),
    // A fresh view of what was deleted removes the component that offered the act. TanStack drops the callbacks of `mutate`
    // then, so they are the mutation's own.
    onSuccess: (result, { onDone }) => {
      onDone?.(result);
      return client.invalidateQueries();
    },
    // A result may hold a secret: it is forgotten with the component that shows it.
    gcTime: 0,
  });
  return {
    data,
    error,
    isPending,
    reset,
    run: (variables, onDone) => {
      mutate({ variables, onDone });
    },
  };
}

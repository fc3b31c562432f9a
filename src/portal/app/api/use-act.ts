/** Acts of a person: mutations, and what is shown anew after them. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
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

/** Runs a mutation; every view on the screen is asked again after it. */
export function useAct<Answer, Variables, Result>(
  operation: Operation<Answer, Variables>,
  resultOf: (answer: Answer) => Result,
): UseMutationResult<Result, Error, Variables> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (variables: Variables) => resultOf(await ask(operation, variables)),
    onSuccess: () => client.invalidateQueries(),
    // A result may hold a secret: it is forgotten with the component that shows it.
    gcTime: 0,
  });
}

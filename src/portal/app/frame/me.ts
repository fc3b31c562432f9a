/** Who is signed in, and what they may do. Asked once; every page shares the answer. */
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { ask } from '../api/ask.ts';
import { meOperation } from './queries.generated.ts';
import type { MeQuery } from './queries.generated.ts';

export type Me = MeQuery['me'];

/** Asks who is signed in. Asked again when the person comes back to the window: a sign-in may have happened in another. */
export function useMe(): UseQueryResult<Me> {
  return useQuery({
    queryKey: [meOperation.name],
    queryFn: async ({ signal }) => (await ask(meOperation, {}, signal)).me,
    staleTime: 60_000,
  });
}

/** Returns whether the person has a permission; false while it is not known. */
export function useMay(permission: string): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}

/** How a person is named. */
export function nameOf({ user }: Me): string {
  return user.name ?? user.githubLogin ?? user.email ?? 'Administrator';
}

/** The name of a user of the account by ID. Only who may see the members learns the names of others. */
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/ask.ts';
import { nameOf, useMay, useMe } from './me.ts';
import { peopleOperation } from './queries.generated.ts';

/** Returns the name of the user with an ID; null where it is not known. */
export function useNameOf(): (id: string) => string | null {
  const me = useMe().data;
  const people = useQuery({
    queryKey: [peopleOperation.name],
    queryFn: async ({ signal }) => (await ask(peopleOperation, {}, signal)).members.edges,
    enabled: useMay('members:admin'),
    staleTime: 60_000,
  });
  return (id) => {
    if (me?.user.id === id) return nameOf(me);
    const found = people.data?.find(({ node }) => node.id === id)?.node;
    return found === undefined ? null : (found.name ?? found.githubLogin ?? found.email);
  };
}

/** Without a name, the end of the ID. The whole ID is told to those who point at it. */
export function PersonName({ id }: { readonly id: string }): ReactNode {
  const name = useNameOf()(id);
  return <span title={id}>{name ?? <code>…{id.slice(-6)}</code>}</span>;
}

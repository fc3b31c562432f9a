/** Routes that remove one object: a mutation by the IDs in the path, answered with 204. */
import { z } from 'zod';
import type { FailureCode } from '../platform/failure.ts';
import { FAILED } from './failed-selection.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

interface Removal {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** The mutation. Its success type has the same name. */
  readonly mutation: string;
  /** The type of each argument of the mutation by its name. */
  readonly takes: Readonly<Record<string, string>>;
  /** The arguments, from the parameters of the path. */
  readonly given: (path: Readonly<Record<string, string>>) => Readonly<Record<string, unknown>>;
  /** The field of the success type that repeats what was removed. */
  readonly removed: string;
  readonly failures: readonly FailureCode[];
}

/** Returns the route of a removal. */
export function defineRemoval({
  path,
  operationId,
  summary,
  mutation,
  takes,
  given,
  removed,
  failures,
}: Removal): Route {
  const names = Object.keys(takes);
  const declared = names.map((name) => `$${name}: ${takes[name] ?? ''}`).join(', ');
  const passed = names.map((name) => `${name}: $${name}`).join(', ');
  return defineRoute({
    method: 'DELETE',
    path,
    operationId,
    summary,
    document: `
      mutation ${capitalised(operationId)}(${declared}) {
        result: ${mutation}(${passed}) { ${FAILED} ... on ${capitalised(mutation)}Success { ${removed} } }
      }`,
    variables: (request) => given(request.path),
    data: z.object({ result: z.object({ [removed]: z.string() }) }),
    status: 204,
    response: null,
    shape: () => undefined,
    failures,
  });
}

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

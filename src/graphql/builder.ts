/** The schema builder: plugins, authorisation, limits, ids. Each type family adds itself in a file of its own. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ZodPlugin from '@pothos/plugin-zod';
import { mayManageCredentials, mayUse } from '../accounts/viewer.ts';
import type { Permission } from '../accounts/viewer.ts';
import { getDatamodel } from '../generated/pothos-types.ts';
import type PrismaTypes from '../generated/pothos-types.ts';
import { Failure } from '../platform/failure.ts';
import { refusal } from './access.ts';
import type { GraphqlContext } from './context.ts';
import { costError, fieldComplexity, OPERATION_LIMIT } from './cost.ts';
import { fieldProblems } from './field-problems.ts';
import { cursorArgument, pageSizeArgument } from './keyset.ts';
import { nodeIdOf, typeOfNodeId } from './node-id.ts';

/** The types that the builder knows beyond GraphQL's own. */
export interface SchemaShape {
  PrismaTypes: PrismaTypes;
  Context: GraphqlContext;
  AuthScopes: { signedIn: boolean; permission: Permission; admin: boolean; ownCredentials: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    /** ISO 8601 UTC with milliseconds. */
    DateTime: { Input: never; Output: Date };
    /** A whole number from 0 to 2^53 - 1. */
    SafeInt: { Input: number; Output: number };
    /** Any JSON value. */
    JSON: { Input: unknown; Output: unknown };
  };
  DefaultFieldNullability: false;
}

export const builder = new SchemaBuilder<SchemaShape>({
  // The first is the outermost: errors turns into data what the others throw, and nobody's input is looked at before
  // it is known who asks (a failed validation would tell a stranger about the schema's data).
  plugins: [ErrorsPlugin, ComplexityPlugin, ScopeAuthPlugin, ZodPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  errors: {
    defaultUnionOptions: { name: ({ fieldName }) => `${capitalised(fieldName)}Result` },
    defaultResultOptions: { name: ({ fieldName }) => `${capitalised(fieldName)}Success` },
  },
  complexity: { limit: OPERATION_LIMIT, fieldComplexity, complexityError: costError },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ viewer }) => ({
      signedIn: viewer !== null,
      permission: (permission) => mayUse(viewer, permission),
      admin: viewer?.role === 'admin',
      ownCredentials: mayManageCredentials(viewer),
    }),
    unauthorizedError: (_parent, { viewer }) => refusal(viewer !== null),
  },
  zod: {
    validationError: (error) =>
      new Failure('validation_failed', 'Some fields are not valid.', fieldProblems(error.issues)),
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: nodeIdOf,
    firstArgOptions: { validate: { schema: pageSizeArgument } },
    lastArgOptions: { validate: { schema: pageSizeArgument } },
    afterArgOptions: { validate: { schema: cursorArgument } },
    beforeArgOptions: { validate: { schema: cursorArgument } },
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'Any object by its id. Null for an id that is unknown or of another account.',
      authScopes: (_root, { id }) => {
        const type = typeOfNodeId(id.id);
        return type === null ? { signedIn: true } : type.scopes;
      },
      resolve: async (_root, { id }, { services }, _info, resolveNode) => {
        if (typeOfNodeId(id.id) === null) return null;
        await services.sessions.settled();
        return resolveNode(id);
      },
    },
  },
  prisma: {
    client: ({ prisma }) => prisma,
    dmmf: getDatamodel(),
  },
});

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

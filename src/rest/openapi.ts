/** The OpenAPI 3.1 document, from the route table. */
import { z } from 'zod';
import type { FailureCode } from '../platform/failure.ts';
import { deprecationText } from './deprecation.ts';
import { EVERYWHERE, failureResponses } from './failure-responses.ts';
import { IDEMPOTENCY_HEADER } from './idempotency.ts';
import { ERROR } from './objects.ts';
import { taggedTwin } from './preconditions.ts';
import type { Route } from './route.ts';
import { signInOperation } from './sign-in-openapi.ts';
import { SIGN_IN_ROUTES } from './sign-in-routes.ts';

type Schema = Readonly<Record<string, unknown>>;

const WITH_BODY: readonly FailureCode[] = ['bad_request', 'payload_too_large', 'unsupported_media_type'];

const CONDITIONAL: readonly FailureCode[] = ['precondition_failed'];
const WITH_KEY: readonly FailureCode[] = ['idempotency_in_progress', 'idempotency_conflict'];

/** Collects named schemas while others are converted to JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  convert(schema: z.ZodType, io: 'input' | 'output'): Schema {
    const {
      $schema: _dialect,
      $defs = {},
      ...converted
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        boundTuple(jsonSchema);
      },
    });
    for (const [name, definition] of Object.entries($defs)) this.schemas[name] = withoutId(pointed(definition));
    const { id, ...rest } = pointed(converted) as { id?: unknown };
    if (typeof id !== 'string') return rest;
    this.schemas[id] = rest;
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** Says of a tuple, whose items are of one type here, what readers of older JSON Schema understand too. */
function boundTuple(schema: z.core.JSONSchema.BaseSchema): void {
  const { prefixItems } = schema;
  if (prefixItems === undefined) return;
  const [first = {}] = prefixItems;
  Object.assign(schema, { items: first, minItems: prefixItems.length, maxItems: prefixItems.length });
}

function withoutId(schema: unknown): unknown {
  const { id: _id, ...rest } = schema as { id?: unknown };
  return rest;
}

/** The same with references to where OpenAPI keeps schemas. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string'
        ? member.replace('#/$defs/', '#/components/schemas/')
        : pointed(member),
    ]),
  );
}

/** The groups of routes, by the first segment of their paths. */
const TAGS: Readonly<Record<string, string>> = {
  agents: 'Agents, and the keys of their callers',
  auth: 'Sign-in and sign-out of browsers',
  sessions: 'Calls, their redactions and reports',
  admin: 'The instance',
  webhooks: 'Receivers of events',
  events: 'What happens in the account',
  audit: 'The log of the account, and what it proves',
  detect: 'Detection in one text',
  mask: 'Masking of one text',
  synthesize: 'Synthetic data from one text',
  policies: 'Policies that agents can name',
  reports: 'Reports over the whole account',
  usage: 'What the account uses',
  exports: 'Sessions and journal entries in bulk',
  me: 'The user who is signed in',
  members: 'Members of the account',
  tokens: 'Access tokens of the user',
  vault: 'Values that are kept of calls',
  keys: 'Keys that encrypt them',
};

/** The name of the session cookie where the server is reached by plain http on this machine. */
export const SESSION_COOKIE = 'masker_session';

/** The document of the given routes, and of sign-in. It describes the server that serves it, whose session cookie has the name. */
export function openApiDocument(routes: readonly Route[], sessionCookie: string = SESSION_COOKIE): Schema {
  const components = new Components();
  components.convert(ERROR, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = (paths[`/api/v1${route.path}`] ??= {});
    path[route.method.toLowerCase()] = operationOf(route, components, taggedTwin(route, routes) !== null);
  }
  for (const route of SIGN_IN_ROUTES)
    paths[`/api/v1${route.path}`] = { [route.method.toLowerCase()]: signInOperation(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Masker',
      version: '1',
      description: 'A thin layer over the GraphQL API: each operation here is one there, but for those of sign-in.',
      contact: { name: 'Masker', url: 'https://docs.masker.dev' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    tags: [...new Set([...routes, ...SIGN_IN_ROUTES].map(tagOf))]
      .sort()
      .map((name) => ({ name, description: `${TAGS[name] ?? name}.` })),
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description: `The cookie of a sign-in: ${SESSION_COOKIE}, or __Host-${SESSION_COOKIE} where the server is reached by https.`,
        },
        token: { type: 'http', scheme: 'bearer', description: 'An access token, msk_...' },
      },
    },
  };
}

function operationOf(route: Route, components: Components, hasTag: boolean): Schema {
  const { status, schema, mediaTypes } = route.response;
  const content = {
    ...(schema === null ? {} : jsonContent(components.convert(schema, 'output'))),
    ...textContent(mediaTypes),
    ...Object.fromEntries(route.fileTypes.map((type) => [type, { schema: BINARY }])),
  };
  return {
    operationId: route.operationId,
    summary: summaryOf(route),
    description: route.deprecation === null ? route.summary : `${route.summary} ${deprecationText(route.deprecation)}`,
    ...(route.deprecation === null ? {} : { deprecated: true }),
    tags: [tagOf(route)],
    parameters: [...pathParameters(route), ...queryParameters(route, components), ...headerParameters(route, hasTag)],
    ...(route.body === null
      ? {}
      : {
          requestBody: { required: !route.optionalBody, content: jsonContent(components.convert(route.body, 'input')) },
        }),
    responses: {
      [status]: {
        description: status === 204 ? 'Done.' : 'The answer.',
        ...(Object.keys(content).length === 0 ? {} : { content }),
      },
      ...(isTagged(route) ? { 304: { description: 'What If-None-Match names has not changed.' } } : {}),
      ...failureResponses(failuresOf(route)),
    },
  };
}

function tagOf({ path }: Pick<Route, 'path'>): string {
  return path.split('/')[1] ?? '';
}

/** The first sentence, without its full stop. */
function summaryOf({ summary }: Route): string {
  return (summary.split(/\. /, 1)[0] ?? summary).replace(/\.$/, '');
}

const BINARY = { type: 'string', format: 'binary' };

function jsonContent(schema: Schema): Schema {
  return { 'application/json': { schema } };
}

/** Contents that are texts, by their types without parameters. */
function textContent(mediaTypes: readonly string[]): Schema {
  return Object.fromEntries(mediaTypes.map((type) => [type.split(';', 1)[0] ?? type, { schema: { type: 'string' } }]));
}

/** Parameters that are no ids. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  name: 'The name of the policy.',
  level: 'The level of the tile, 0 to 63.',
  tile: 'The index of the tile, such as 000 or x001/x234/067; for the first W of it, with .p/W at its end.',
};

function pathParameters({ path }: Route): Schema[] {
  const resource = /\/(\w+?)s?\/\{id\}/.exec(path)?.[1] ?? 'object';
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description:
      PATH_PARAMETERS[name] ?? (name === 'id' ? `The ID of the ${resource}.` : `The ${name.replace('_id', '')}'s ID.`),
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route, components: Components): Schema[] {
  const shape: Readonly<Record<string, z.ZodType>> = query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => {
    const { description, ...converted } = components.convert(schema, 'input');
    return {
      name,
      in: 'query',
      required: false,
      ...(description === undefined ? {} : { description }),
      schema: converted,
    };
  });
}

/** Whether the answer has an entity tag: JSON that is loaded, and that is the same while nothing changes. */
export const isTagged = ({ method, response, isIssued }: Route): boolean =>
  method === 'GET' && response.schema !== null && !isIssued;

/** Whether the request changes an object, and If-Match counts: it never matches where the address has no tag. */
const isConditional = ({ method }: Pick<Route, 'method'>): boolean =>
  method === 'PUT' || method === 'PATCH' || method === 'DELETE';

function headerParameters(route: Route, hasTag: boolean): Schema[] {
  const schema = { type: 'string' };
  if (hasTag) return [{ name: 'If-Match', in: 'header', required: false, description: MATCH_DESCRIPTION, schema }];
  if (takesKey(route))
    return [{ name: IDEMPOTENCY_HEADER, in: 'header', required: false, description: KEY_DESCRIPTION, schema }];
  if (!isTagged(route)) return [];
  const description = 'The ETag of an answer that the caller has: an unchanged one is 304 without a body.';
  return [{ name: 'If-None-Match', in: 'header', required: false, description, schema }];
}

const MATCH_DESCRIPTION =
  'The ETag of the GET of this address: the request is refused where its settings have changed since. Figures do not count.';

/** Whether the answer is kept for retries. */
const takesKey = ({ method, onlyReads }: Pick<Route, 'method' | 'onlyReads'>): boolean =>
  method === 'POST' && !onlyReads;

const KEY_DESCRIPTION =
  'A key of your choice: sent again within 24 hours with the same body, the request is not run again and has the same answer.';

/** The codes of failures of a route. */
function failuresOf({ body, failures, isOpen, ...route }: Route): FailureCode[] {
  return [
    'unauthenticated',
    ...(isOpen ? [] : (['forbidden'] as const)),
    'validation_failed',
    ...EVERYWHERE,
    ...(body === null ? [] : WITH_BODY),
    ...(takesKey(route) ? WITH_KEY : []),
    ...(isConditional(route) ? CONDITIONAL : []),
    ...failures,
  ];
}

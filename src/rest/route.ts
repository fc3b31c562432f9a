/** What a REST route is: an address for a GraphQL operation, and the shapes on both sides of it. */
import type { DocumentNode } from 'graphql';
import { z } from 'zod';
import { fieldProblems } from '../graphql/field-problems.ts';
import { Failure } from '../platform/failure.ts';
import type { FailureCode, FieldProblem } from '../platform/failure.ts';
import { mayUse } from '../accounts/viewer.ts';
import type { Permission, Viewer } from '../accounts/viewer.ts';
import { refusal } from '../graphql/access.ts';
import type { Services } from '../graphql/context.ts';
import type { Deprecation } from './deprecation.ts';
import { prepare } from './execute.ts';
import type { RunOperation } from './execute.ts';
import { tickAfter } from './read-data.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request, as far as routes look at it. */
export interface RouteRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined where the route takes no body. */
  readonly body: unknown;
  /** The header Accept; empty where there is none. */
  readonly accept: string;
}

export interface RouteAnswer {
  readonly status: 200 | 201 | 204;
  /** Undefined for 204, and where there is `file`. */
  readonly body: unknown;
  /** The name of the file that a browser saves the answer as. */
  readonly attachment?: string;
  /** The content type of a body that is a text as it stands; JSON without it. */
  readonly mediaType?: string;
  /** Bytes instead of a body. */
  readonly file?: FileContent;
  /** Bytes that are made while they are read, instead of a body. */
  readonly stream?: { readonly type: string; readonly bytes: ReadableStream<Uint8Array> };
}

/** A file that no operation can give. */
export interface FileContent {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A file with its name, and the permission that it takes. */
export interface FileAnswer {
  readonly permission: Permission;
  readonly make: (caller: Caller) => Promise<FileContent & { readonly name: string }>;
}

/** Who asks, and what for. */
export interface Caller {
  readonly services: Services;
  readonly viewer: Viewer;
  readonly purpose: string | null;
}

/** A route, as the application and the OpenAPI document see it. */
export interface Route {
  readonly method: Method;
  /** Below /api/v1; parameters in braces. */
  readonly path: string;
  /** A parameter that may hold slashes; null for none. */
  readonly deepParameter: string | null;
  readonly operationId: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodObject | null;
  /** Whether a request without a body is one with an empty object. */
  readonly optionalBody: boolean;
  readonly response: {
    readonly status: 200 | 201 | 204;
    readonly schema: z.ZodType | null;
    /** Content types besides JSON. */
    readonly mediaTypes: readonly string[];
  };
  /** The types of files that it may answer with instead. */
  readonly fileTypes: readonly string[];
  /** Whether a GET streams what is on record as given: HEAD is refused then. */
  readonly streams: boolean;
  /** Whether a POST only reads: it is answered anew each time, so that each read is on record. */
  readonly onlyReads: boolean;
  /** Whether everybody who is signed in may use it. */
  readonly isOpen: boolean;
  /** Whether each answer is a new document, with an ID or a time of its own: then it has no entity tag. */
  readonly isIssued: boolean;
  /** What can fail besides what can fail everywhere. */
  readonly failures: readonly FailureCode[];
  /** Marks a route that will go; null for none. */
  readonly deprecation: Deprecation | null;
  handle(request: RouteRequest, run: RunOperation, caller: Caller): Promise<RouteAnswer>;
}

interface Input<Query, Body> {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

/** A page of the same operation: what to ask for next, and how to join the answers. */
interface Continuation<Data> {
  /** Variables that differ from the first call; null where all is there. */
  next(data: Data): Readonly<Record<string, unknown>> | null;
  join(sofar: Data, more: Data): Data;
}

interface Definition<Query extends z.ZodObject, Body extends z.ZodObject, Data> {
  readonly method: Method;
  readonly path: string;
  /** A path parameter that may hold slashes. */
  readonly deepParameter?: string;
  readonly operationId: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** Whether a request may come without a body; then every field of it is optional. */
  readonly optionalBody?: boolean;
  /**
   * What the domain finds wrong with a body whose form is faulty already: a sound body is checked by the operation.
   * Without it a caller would mend the form only to learn of the rest.
   */
  readonly moreFaults?: (body: Readonly<Record<string, unknown>>, caller: Caller) => Promise<readonly FieldProblem[]>;
  readonly document: string;
  readonly variables: (input: Input<z.output<Query>, z.output<Body>>) => Readonly<Record<string, unknown>>;
  /** The operation's data: the document names its fields as REST does. */
  readonly data: z.ZodType<Data>;
  readonly continuation?: Continuation<Data>;
  readonly status: 200 | 201 | 204;
  readonly response: z.ZodType | null;
  /** The body of the answer; a failure is thrown. */
  readonly shape: (data: Data) => unknown;
  readonly attachment?: (input: Input<z.output<Query>, z.output<Body>>) => string | undefined;
  /** Content types besides JSON, and which of them an input asks for; then `shape` returns the text. */
  readonly mediaTypes?: readonly string[];
  readonly mediaType?: (input: Input<z.output<Query>, z.output<Body>>) => string | undefined;
  /** Another form than JSON: always, or where the caller accepts it; a failure is thrown. */
  readonly raw?: {
    readonly type: string;
    readonly when: 'always' | 'accepted';
    readonly content: (data: Data) => Uint8Array;
  };
  /** Whether everybody who is signed in may use it: it asks for no permission. */
  readonly isOpen?: boolean;
  /** Whether each answer is a new document, with an ID or a time of its own. */
  readonly isIssued?: boolean;
  readonly failures?: readonly FailureCode[];
  readonly deprecation?: Deprecation;
  readonly fileTypes?: readonly string[];
  /** For a POST that only reads: no answer is kept for a retry. */
  readonly onlyReads?: boolean;
  /** The file that is asked for; null where an operation answers. */
  readonly file?: (input: Input<z.output<Query>, z.output<Body>>) => FileAnswer | null;
}

/**
 * Makes a route. The document is parsed and validated here, so that one that does not fit the schema stops the start,
 * not a request.
 */
export function defineRoute<Query extends z.ZodObject, Body extends z.ZodObject, Data>(
  definition: Definition<Query, Body, Data>,
): Route {
  const { method, path, operationId, summary, query, body, status, response, failures = [], raw } = definition;
  const document = prepare(definition.document);
  return {
    method,
    path,
    deepParameter: definition.deepParameter ?? null,
    operationId,
    summary,
    query: query ?? null,
    body: body ?? null,
    optionalBody: definition.optionalBody ?? false,
    response: {
      status,
      schema: response,
      mediaTypes: [...(definition.mediaTypes ?? []), ...(raw === undefined ? [] : [raw.type])],
    },
    isOpen: definition.isOpen ?? false,
    isIssued: definition.isIssued ?? false,
    failures,
    deprecation: definition.deprecation ?? null,
    fileTypes: definition.fileTypes ?? [],
    streams: false,
    onlyReads: definition.onlyReads ?? false,
    async handle(request, run, caller) {
      const input = await readInput(definition, request, caller);
      const file = definition.file?.(input) ?? null;
      if (file !== null) return fileAnswer(file, caller);
      const data = await runAll(definition, document, definition.variables(input), run);
      const attachment = definition.attachment?.(input);
      if (raw !== undefined && (raw.when === 'always' || accepts(request.accept, raw.type)))
        return { status, body: undefined, file: { type: raw.type, bytes: raw.content(data) } };
      const mediaType = definition.mediaType?.(input);
      return {
        status,
        body: definition.shape(data),
        ...(attachment === undefined ? {} : { attachment }),
        ...(mediaType === undefined ? {} : { mediaType }),
      };
    },
  };
}

async function fileAnswer({ permission, make }: FileAnswer, caller: Caller): Promise<RouteAnswer> {
  if (!mayUse(caller.viewer, permission)) throw refusal(true);
  const { name, type, bytes } = await make(caller);
  return { status: 200, body: undefined, attachment: name, file: { type, bytes } };
}

/** Whether the header names the type itself: a client that accepts anything gets JSON. */
function accepts(header: string, type: string): boolean {
  const [essence = type] = type.split(';');
  return header.split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === essence);
}

async function runAll<Query extends z.ZodObject, Body extends z.ZodObject, Data>(
  { data: schema, continuation }: Definition<Query, Body, Data>,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  run: RunOperation,
): Promise<Data> {
  let data = schema.parse(await tickAfter(run(document, variables)));
  for (let next = continuation?.next(data) ?? null; next !== null; next = continuation?.next(data) ?? null) {
    const more = schema.parse(await tickAfter(run(document, { ...variables, ...next })));
    data = continuation?.join(data, more) ?? more;
  }
  return data;
}

const NO_FIELDS = z.strictObject({});

// Query parameters that are numbers: everything in a query string is text.
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['limit', 'min_redactions']);

function queryObject(query: URLSearchParams, problems: FieldProblem[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const [value = '', ...others] = query.getAll(name);
    if (others.length > 0) problems.push({ path: name, code: 'repeated', message: 'Give this parameter once.' });
    object[name] = WHOLE_NUMBERS.has(name) && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  }
  return object;
}

/** Reads the parts of a request. Throws Failure `validation_failed` that names every fault of all parts at once. */
export async function readInput<Query extends z.ZodObject, Body extends z.ZodObject, Data>(
  {
    query: querySchema,
    body: bodySchema,
    moreFaults,
  }: Pick<Definition<Query, Body, Data>, 'query' | 'body' | 'moreFaults'>,
  { path, query, body }: RouteRequest,
  caller: Caller,
): Promise<Input<z.output<Query>, z.output<Body>>> {
  const problems: FieldProblem[] = [];
  const parameters = queryObject(query, problems);
  const readQuery = (querySchema ?? NO_FIELDS).safeParse(parameters);
  const readBody = (bodySchema ?? NO_FIELDS).safeParse(bodySchema === undefined ? {} : body);
  for (const { error } of [readQuery, readBody]) problems.push(...fieldProblems(error?.issues ?? []));
  if (problems.length > 0 || !readQuery.success || !readBody.success) {
    const known = new Set(problems.map((problem) => problem.path));
    const more = isObject(body) ? ((await moreFaults?.(body, caller)) ?? []) : [];
    problems.push(...more.filter((problem) => !known.has(problem.path)));
    throw new Failure('validation_failed', 'Some fields are not valid.', problems);
  }
  return { path, query: readQuery.data as z.output<Query>, body: readBody.data as z.output<Body> };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

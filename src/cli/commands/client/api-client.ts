/** The REST API of a server, for commands. */
import { z } from 'zod';
import type { Connection } from './client-config.ts';
import { printable } from './printable.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import type { ExitCode } from './command-failure.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

/** Query parameters; those without a value are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

interface Asked {
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the request; the server then counts as unreachable. */
  readonly signal?: AbortSignal;
}

const ENVELOPE = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});
const PAGE = z.object({ data: z.array(z.record(z.string(), z.unknown())), next_cursor: z.string().nullable() });

export type Item = z.infer<typeof PAGE>['data'][number];

export class ApiClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The JSON of an answer; undefined where it has none. Throws CommandFailure for a refusal, or where no server answers. */
  async call(method: Method, path: string, asked: Asked = {}): Promise<unknown> {
    const response = await this.#fetch(method, `/api/v1${path}`, asked);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The bytes of a download. Throws like `call`. */
  async bytes(path: string, asked: Asked = {}): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#fetch('GET', `/api/v1${path}`, asked)).arrayBuffer());
  }

  /** The pages of a list, one after the other. */
  async *pages(path: string, query: Query): AsyncGenerator<readonly Item[], void> {
    let cursor: string | undefined;
    do {
      const page = PAGE.parse(await this.call('GET', path, { query: { ...query, cursor } }));
      yield page.data;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** The items of a list: those of one page, or with `all` of every page. */
  async list(path: string, query: Query, all: boolean): Promise<readonly Item[]> {
    const items: Item[] = [];
    for await (const page of this.pages(path, query)) {
      items.push(...page);
      if (!all) break;
    }
    return items;
  }

  /** The data of a GraphQL operation. Throws like `call`. */
  async graphql(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    asked: Pick<Asked, 'signal'> = {},
  ): Promise<unknown> {
    const response = await this.#fetch('POST', '/graphql', { ...asked, body: { query, variables } });
    const { data, errors } = GRAPHQL.parse(await response.json());
    const [error] = errors ?? [];
    if (error !== undefined) throw refusal(error.extensions?.code ?? '', 200, error.message);
    return data;
  }

  async #fetch(method: Method, path: string, { query = {}, body, headers = {}, signal }: Asked): Promise<Response> {
    const { server, token } = this.#connection;
    const url = new URL(`${server}${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          accept: '*/*',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A token is for this server only.
        redirect: 'error',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError')
        throw new CommandFailure(EXIT.unreachable, `The Masker server at ${server} does not answer in time.`);
      throw new CommandFailure(
        EXIT.unreachable,
        `No Masker server answers at ${server}. Start it, or name another one with --server.`,
      );
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }
}

/** How /graphql refuses a request, and what stands in front of it. */
const REFUSED = z.object({
  errors: z.tuple(
    [z.object({ message: z.string(), extensions: z.object({ code: z.string(), requestId: z.string() }) })],
    z.unknown(),
  ),
});

const GRAPHQL = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }))
    .optional(),
});

async function failureOf(response: Response): Promise<CommandFailure> {
  const text = await response.text();
  const body = parsed(text);
  const refused = REFUSED.safeParse(body);
  if (refused.success) {
    const [{ message, extensions }] = refused.data.errors;
    const { code, requestId } = extensions;
    return refusal(code, response.status, printable(`${message}\n  (${code}, ${requestId})`));
  }
  const read = ENVELOPE.safeParse(body);
  if (!read.success)
    return new CommandFailure(EXIT.unreachable, `the server's answer (${response.status}) is not one of Masker`);
  const { code, message, request_id: id, details = [] } = read.data.error;
  const fields = details.map(({ path, message: rule }) => `\n  ${path}: ${rule}`).join('');
  return refusal(code, response.status, printable(`${message}${fields}\n  (${code}, ${id})`));
}

function refusal(code: string, status: number, message: string): CommandFailure {
  return new CommandFailure(exitCodeOf(code, status), message);
}

function exitCodeOf(code: string, status: number): ExitCode {
  if (code === 'policy_yaml_invalid') return EXIT.policyInvalid;
  if (status === 401 || status === 403 || code === 'unauthenticated' || code === 'forbidden')
    return EXIT.authentication;
  return EXIT.generic;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

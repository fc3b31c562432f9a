/** Routes whose answer is a stream of lines, too long for one operation. */
import type { z } from 'zod';
import { mayUse } from '../accounts/viewer.ts';
import type { Permission } from '../accounts/viewer.ts';
import { refusal } from '../graphql/access.ts';
import type { FailureCode } from '../platform/failure.ts';
import { readInput } from './route.ts';
import type { Caller, Route } from './route.ts';

/** Lines as they are made, with their content type and the name of a file for them. */
export interface OpenedStream {
  readonly type: string;
  readonly name: string;
  readonly lines: AsyncGenerator<string, void, undefined>;
}

interface StreamDefinition<Query extends z.ZodObject> {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly query: Query;
  /** The content types that the stream may have. */
  readonly types: readonly string[];
  readonly failures?: readonly FailureCode[];
  /** Opens the stream, after what the caller wrote before is on disk. */
  readonly open: (query: z.output<Query>, caller: Caller) => Promise<OpenedStream>;
}

/** Makes a GET route. The permission is checked before the query is read, and a faulty query opens nothing. */
export function defineStreamRoute<Query extends z.ZodObject>(definition: StreamDefinition<Query>): Route {
  const { path, operationId, summary, permission, query, types, failures = [], open } = definition;
  return {
    method: 'GET',
    path,
    deepParameter: null,
    operationId,
    summary,
    query,
    body: null,
    optionalBody: false,
    streams: true,
    onlyReads: true,
    response: { status: 200, schema: null, mediaTypes: types },
    fileTypes: [],
    isOpen: false,
    isIssued: false,
    failures,
    deprecation: null,
    async handle(request, _run, caller) {
      if (!mayUse(caller.viewer, permission)) throw refusal(true);
      const input = await readInput({ query }, request, caller);
      await caller.services.sessions.settled();
      const { type, name, lines } = await open(input.query, caller);
      return { status: 200, body: undefined, attachment: name, stream: { type, bytes: streamOf(lines) } };
    },
  };
}

const encoder = new TextEncoder();

/** Asks for lines only when the caller has taken what came before; a caller that goes away ends the lines. */
export function streamOf(lines: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await lines.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      cancel: async () => {
        await lines.return();
      },
    },
    { highWaterMark: 0 },
  );
}

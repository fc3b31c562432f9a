/** A typed GraphQL client in two functions: one request, and one subscription that survives cut connections. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { MASKER_TOKEN, MASKER_URL } from '../connection.ts';

interface Result<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function post(body: object, headers: Record<string, string>, signal: AbortSignal | null): Promise<Response> {
  return fetch(`${MASKER_URL}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASKER_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
}

function dataOf<Data>({ data, errors = [] }: Result<Data>): Data {
  if (errors.length > 0 || data === undefined || data === null)
    throw new Error(errors.map(({ message }) => message).join('\n') || 'The answer has no data.');
  return data;
}

/** Runs a query or mutation. Throws Error with the messages of the answer. */
export async function request<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await post({ query: print(document), variables }, { accept: 'application/json' }, null);
  return dataOf((await response.json()) as Result<Data>);
}

/**
 * Subscribes over server-sent events. A connection that is cut is opened again behind the last event, so that none is lost
 * and none comes twice. `onOpen` is called for each connection. Ends when the server says so, or when the loop is left.
 */
export async function* subscribe<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  onOpen: () => void = () => undefined,
): AsyncGenerator<Data, void, undefined> {
  const leaving = new AbortController();
  let lastId = '';
  try {
    for (;;) {
      const headers = { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) };
      const response = await post({ query: print(document), variables }, headers, leaving.signal);
      if (!response.ok || response.body === null) throw new Error(await response.text());
      onOpen();
      for await (const { type, id, data } of eventsOf(response.body)) {
        if (type === 'complete') return;
        yield dataOf(JSON.parse(data) as Result<Data>);
        lastId = id;
      }
    }
  } finally {
    leaving.abort();
  }
}

interface ServerSentEvent {
  readonly type: string;
  readonly id: string;
  readonly data: string;
}

/** Reads events until the connection ends or is cut. A comment has no data and is skipped. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line): [string, string] => fieldOf(line)));
        const data = fields.get('data');
        if (data !== undefined) yield { type: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data };
      }
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch throws it for a connection that is cut
  }
}

function fieldOf(line: string): [string, string] {
  const [name = '', ...value] = line.split(':');
  return [name, value.join(':').trimStart()];
}

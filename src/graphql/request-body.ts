/**
 * The body of a POST and the parameters of a GET, within limits. What a body costs to parse grows with its values more than with its length, so they are
 * counted before it is parsed.
 */
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { FAILURES } from '../platform/failure.ts';
import type { FailureCode } from '../platform/failure.ts';

/** Values of one body: members of objects and items of lists. An assistant has some hundreds. */
export const MAX_VALUES = 10_000;
/** Objects and lists one in another. */
export const MAX_NESTING = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Returns what is too much of a text that should be JSON; null where it is within the limits. It need not be sound. */
export function excessOf(text: string): string | null {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x2c: // a comma
        values += 1;
        break;
      case 0x5b: // the beginning of a list, of an object
      case 0x7b:
        values += 1;
        depth += 1;
        if (depth > MAX_NESTING) return `A body may have ${MAX_NESTING} objects and lists one in another.`;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
    }
    if (values > MAX_VALUES) return `A body may have ${MAX_VALUES} values.`;
  }
  return null;
}

/** Returns the place of the quote that ends the string; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

// What else they hold, Yoga looks at.
const PARAMS = z.union([
  z.array(z.unknown()),
  z.custom<GraphQLParams>((value) => typeof value === 'object' && value !== null),
]);

/** Reads a body of JSON. Throws GraphQLError. */
async function readParams(request: Request): Promise<GraphQLParams> {
  const read = PARAMS.safeParse(readJson(await request.text(), 'POST body sent invalid JSON.'));
  if (!read.success) throw refused('POST body is expected to be an object.');
  if (Array.isArray(read.data)) throw refused('Batching is not supported.');
  return read.data;
}

/** Reads the parameters of a GET. Throws GraphQLError. */
function readQuery({ url }: Request): GraphQLParams {
  const { searchParams } = new URL(url);
  const params: Record<string, unknown> = {};
  for (const name of ['query', 'operationName']) {
    const text = searchParams.get(name) ?? '';
    if (text !== '') params[name] = text;
  }
  for (const name of ['variables', 'extensions']) {
    const text = searchParams.get(name) ?? '';
    if (text !== '') params[name] = readJson(text, `The parameter ${name} is invalid JSON.`);
  }
  return params;
}

/** Reads JSON within the limits. Throws GraphQLError, with the message for a text that is none. */
function readJson(text: string, message: string): unknown {
  const excess = excessOf(text);
  if (excess !== null) throw refused(excess);
  try {
    return JSON.parse(text);
  } catch {
    throw refused(message);
  }
}

function refused(message: string, code: FailureCode = 'bad_request'): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: FAILURES[code] } } });
}

const JSON_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/graphql+json']);

/** Takes bodies of JSON alone, and those within the limits. */
export function limitBodies(): Plugin {
  return {
    onRequestParse: ({ request, setRequestParser }) => {
      if (request.method === 'GET') setRequestParser(readQuery);
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (!JSON_TYPES.has(type)) throw refused('Send the body as application/json.', 'unsupported_media_type');
      setRequestParser(readParams);
    },
  };
}

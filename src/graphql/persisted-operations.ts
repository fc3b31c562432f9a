/**
 * Persisted operations: documents that the operator trusts, by the SHA-256 of their text. A client sends the hash instead
 * of the text. A server can be told to run no other document. See docs/api.md, Persisted operations.
 */
import { createHash } from 'node:crypto';
import { GraphQLError, specifiedRules, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { z } from 'zod';
import type { FailureCode } from '../platform/failure.ts';
import { limitRepetition, MAX_LENGTH, parseWithinLimits } from './limits.ts';

/** Which documents are trusted, and whether there are others that run. */
export interface PersistedOperations {
  /** Text by SHA-256 in hex; null where none are configured. */
  readonly texts: ReadonlyMap<string, string> | null;
  /** Hashes of further documents that clients may send as text. */
  readonly trusted: ReadonlySet<string>;
  /** Whether any other document is refused. */
  readonly only: boolean;
}

/** Every document runs, and none has a hash. */
export const ANY_OPERATION: PersistedOperations = { texts: null, trusted: new Set(), only: false };

/** What is wrong with a file of persisted operations. */
export interface ManifestProblem {
  /** The hash of the entry; null for the file itself. */
  readonly hash: string | null;
  readonly message: string;
}

export type ManifestReading =
  | { readonly ok: true; readonly texts: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly problem: ManifestProblem };

/** SHA-256 of a document's text in hex. */
export function documentHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Reads a file of persisted operations: a JSON object of texts by their SHA-256 in hex, as graphql-codegen's client preset
 * writes it. Each text must have its hash, be valid for the schema, and keep the limits of documents.
 */
export function readManifest(json: string, schema: GraphQLSchema): ManifestReading {
  const fail = (hash: string | null, message: string): ManifestReading => ({ ok: false, problem: { hash, message } });
  let entries: Readonly<Record<string, string>>;
  try {
    entries = z.record(z.string(), z.string()).parse(JSON.parse(json));
  } catch {
    return fail(null, 'must be a JSON object of texts by their SHA-256 in hex');
  }
  for (const [hash, text] of Object.entries(entries)) {
    if (documentHash(text) !== hash) return fail(hash, 'is not the SHA-256 of its text in hex');
    const fault = faultOf(text, schema);
    if (fault !== null) return fail(hash, fault);
  }
  return { ok: true, texts: new Map(Object.entries(entries)) };
}

function faultOf(text: string, schema: GraphQLSchema): string | null {
  try {
    const [error] = validate(schema, parseWithinLimits(text), [...specifiedRules, limitRepetition]);
    return error?.message ?? null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

/**
 * Puts the text in the place of its hash, and refuses documents that are not trusted where only those run. Without a file
 * of operations a hash alone is answered with `PersistedQueryNotSupported`, by which Apollo's and urql's clients send the
 * text from then on. A request that has a text is answered by its text.
 */
export function persistedOperations({ texts, trusted, only }: PersistedOperations): Plugin {
  const isTrusted = (text: string): boolean => {
    if (text.length > MAX_LENGTH) return false;
    const hash = documentHash(text);
    return trusted.has(hash) || texts?.has(hash) === true;
  };
  return {
    onParams: ({ params, request, setParams }) => {
      const { query } = params;
      if (typeof query === 'string' && query !== '') {
        if (only && !isTrusted(query)) throw refused('PersistedQueryOnly', 'forbidden', 403);
        return;
      }
      const hash = hashOf(params, request.url);
      if (hash === null) return;
      if (texts === null) throw refused('PersistedQueryNotSupported', 'bad_request', 200);
      const text = texts.get(hash);
      if (text === undefined) throw refused('PersistedQueryNotFound', 'not_found', 200);
      setParams({ ...params, query: text });
    },
  };
}

/** Clients of Apollo's protocol read the message, and take a status of 200 for a request to send the text. */
function refused(message: string, code: FailureCode, status: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

// The protocol of Apollo, which Yoga's plugin has, too; and documentId of GraphQL over HTTP.
const BY_EXTENSION = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });
const BY_DOCUMENT_ID = z.object({ documentId: z.string() });

function hashOf(params: GraphQLParams, url: string): string | null {
  const byExtension = BY_EXTENSION.safeParse(params.extensions);
  if (byExtension.success) return byExtension.data.persistedQuery.sha256Hash.toLowerCase();
  const byId = BY_DOCUMENT_ID.safeParse(params);
  const id = byId.success ? byId.data.documentId : new URL(url).searchParams.get('documentId');
  return id?.toLowerCase().replace(/^sha256:/, '') ?? null;
}

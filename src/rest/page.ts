/** Lists: the query parameters that all of them take, and a GraphQL connection as a page. */
import { z } from 'zod';
import { cursorArgument, DEFAULT_PAGE_SIZE, pageSizeArgument } from '../graphql/keyset.ts';
import { minRedactionsArgument, sinceArgument } from '../graphql/session-filter.ts';

/** `limit` and `cursor`. */
export const PAGE_PARAMETERS = z.strictObject({
  limit: pageSizeArgument.default(DEFAULT_PAGE_SIZE).meta({ description: 'Items of a page, 1 to 100.' }),
  cursor: cursorArgument.optional().meta({ description: '`next_cursor` of the page before.' }),
});

/** What lists of sessions can be narrowed by. */
export const SESSION_PARAMETERS = PAGE_PARAMETERS.extend({
  since: sinceArgument.default('24h').meta({ description: '1h, 24h, 7d, 30d or a moment in ISO 8601.' }),
  status: z.enum(['ok', 'error', 'partial']).optional().meta({ description: 'Only sessions with this outcome.' }),
  min_redactions: minRedactionsArgument.optional().meta({ description: 'Only sessions with as many redactions.' }),
});

/** The data of a connection whose nodes have the given shape. */
export function connectionOf<Node>(node: z.ZodType<Node>): z.ZodType<ConnectionData<Node>> {
  return z.object({
    edges: z.array(z.object({ node })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  });
}

export interface ConnectionData<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The cursor of the next page; null on the last. */
export function nextCursor({ pageInfo }: ConnectionData<unknown>): string | null {
  return pageInfo.hasNextPage ? pageInfo.endCursor : null;
}

/** The nodes of a connection. */
export function nodesOf<Node>({ edges }: ConnectionData<Node>): Node[] {
  return edges.map(({ node }) => node);
}

/** A connection as a page of REST. */
export function pageBody<Node>(connection: ConnectionData<Node>): { data: Node[]; next_cursor: string | null } {
  return { data: nodesOf(connection), next_cursor: nextCursor(connection) };
}

/** A connection that goes on where another one ended. Its end stays where it was when there was no more. */
export function joined<Node>(sofar: ConnectionData<Node>, more: ConnectionData<Node>): ConnectionData<Node> {
  if (more.edges.length === 0) return { ...sofar, pageInfo: { ...sofar.pageInfo, hasNextPage: false } };
  return { edges: [...sofar.edges, ...more.edges], pageInfo: more.pageInfo };
}

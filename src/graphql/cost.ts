/** What one operation may cost, and how the cost of a field is told before it runs. */
import { ComplexityErrorKind } from '@pothos/plugin-complexity';
import type { FieldComplexityValue } from '@pothos/plugin-complexity';
import { GraphQLError } from 'graphql';
import type { GraphQLField } from 'graphql';
import { DEFAULT_PAGE_SIZE } from './keyset.ts';

/**
 * Limits of one operation. A page of 100 agents with figures and a few sessions each is about 4,000; three nested
 * full pages are a million. Depth counts fields from the root: `agents.edges.node.sessions.edges.node.events.edges.node.span.start`
 * has eleven.
 */
export const OPERATION_LIMIT = { complexity: 20_000, depth: 12, breadth: 250 };

const EXCESS: Readonly<Record<ComplexityErrorKind, string>> = {
  [ComplexityErrorKind.Complexity]: `This operation may cost more than ${OPERATION_LIMIT.complexity}; ask for smaller pages.`,
  [ComplexityErrorKind.Depth]: `This operation is more than ${OPERATION_LIMIT.depth} fields deep.`,
  [ComplexityErrorKind.Breadth]: `This operation has more than ${OPERATION_LIMIT.breadth} fields.`,
};

/** What the caller of an operation beyond the limits is told. */
export function costError(kind: ComplexityErrorKind): GraphQLError {
  return new GraphQLError(EXCESS[kind]);
}

/** What a search of a text may cost: up to 100,000 characters. Ten fit into one operation. */
export const SEARCH_COST = 1900;

/** What a read of a turn's payloads may cost: it loads and decrypts up to 32 MiB. Three fit into one operation. */
export const PAYLOADS_COST = 5_000;

/** What a list of the turns with kept payloads may cost: a query of its own for each session. */
export const KEPT_TURNS_COST = 100;

/** What the explanation of a redaction may cost: it reads the text of its policy. */
export const EXPLANATION_COST = 200;

/** The arguments that say how many objects a connection gives. */
interface PageSize {
  readonly first?: unknown;
  readonly last?: unknown;
}

/**
 * Each field costs one, and a connection multiplies what is below it by its page size. Pothos' own rule ignores
 * `first`, and counts `edges` as ten of whatever the page size is.
 */
export function fieldComplexity<Context>(
  { first, last }: PageSize,
  _context: Context,
  field: Pick<GraphQLField<unknown, Context>, 'name' | 'args'>,
): FieldComplexityValue {
  if (field.args.some(({ name }) => name === 'first')) {
    const size = first ?? last;
    return { field: 1, multiplier: typeof size === 'number' ? Math.max(1, size) : DEFAULT_PAGE_SIZE };
  }
  return { field: 1, multiplier: field.name === 'edges' ? 1 : (MULTIPLIER_OF_LISTS[field.name] ?? 1) };
}

/** Lists that are no connection, with a round guess of their length. */
const MULTIPLIER_OF_LISTS: Readonly<Record<string, number>> = {
  safeHarborCoverage: 18,
  details: 5,
  permissions: 8,
  proxyKeys: 10,
  invitations: 100,
  changes: 20,
  problems: 20,
  kinds: 20,
  settings: 5,
  unknown: 8,
  accessTokens: 10,
};

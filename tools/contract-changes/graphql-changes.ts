/** Changes of the GraphQL schema, as graphql-js classifies them. */
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';
import type { ContractChange } from './change.ts';

/** Returns the changes from one printed schema to another that a client may notice. */
export function graphqlChanges(before: string, after: string): ContractChange[] {
  const [from, to] = [buildSchema(before), buildSchema(after)];
  const named = (severity: ContractChange['severity'], description: string): ContractChange => ({
    severity,
    text: `GraphQL: ${description}`,
  });
  return [
    ...findBreakingChanges(from, to).map(({ description }) => named('breaking', description)),
    ...findDangerousChanges(from, to).map(({ description }) => named('dangerous', description)),
  ];
}

/** The policy that is in force for an agent. */
import type { ParsedPolicy } from '../policy/parse.ts';
import type { StoredText } from '../policy/store.ts';
import { viewerOf } from './access.ts';
import { Batch } from './batch.ts';
import type { GraphqlContext } from './context.ts';

/** What tells which policy an agent has. */
export interface AgentPolicyColumns {
  readonly policyName: string;
  readonly policyYaml: string | null;
}

// One batch for each operation: it goes when its context goes.
const batches = new WeakMap<GraphqlContext, Batch<string, StoredText>>();

/** The policy in force; null where it does not hold on this server. All agents of one operation take one statement. */
export async function policyInForce(
  context: GraphqlContext,
  { policyName, policyYaml }: AgentPolicyColumns,
): Promise<ParsedPolicy | null> {
  const { policies } = context.services;
  if (policyYaml !== null) return policies.inForce({ policyYaml });
  const { accountId } = viewerOf(context);
  let batch = batches.get(context);
  if (batch === undefined) {
    batch = new Batch((names) => policies.published(accountId, names));
    batches.set(context, batch);
  }
  const stored = (await batch.load(policyName)) ?? null;
  return policies.inForce({ policyName, stored });
}

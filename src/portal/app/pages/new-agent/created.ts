import type { CreateAgentMutation } from './queries.generated.ts';

/** An agent that was just made, with its key. */
export type Created = Extract<CreateAgentMutation['createAgent'], { readonly __typename: 'CreateAgentSuccess' }>;

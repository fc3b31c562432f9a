import type { AgentDetailQuery } from './queries.generated.ts';

/** An agent as its page shows it. */
export type AgentView = NonNullable<AgentDetailQuery['agent']>;

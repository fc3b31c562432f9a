import type { PolicyDetailQuery, PolicyTrialQuery } from './queries.generated.ts';

export type PolicyView = NonNullable<PolicyDetailQuery['policy']>;
export type Version = PolicyView['versions']['edges'][number]['node'];
export type Trial = NonNullable<PolicyTrialQuery['policy']>;

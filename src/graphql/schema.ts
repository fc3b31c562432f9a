/** The schema: the product. Every type family is imported here, for the sake of what it adds to the builder. */
import './access-token.ts';
import './account-log.ts';
import './account.ts';
import './agent.ts';
import './browser-session.ts';
import './caller-auth.ts';
import './correction.ts';
import './detection.ts';
import './event.ts';
import './found-session.ts';
import './invitation.ts';
import './masking.ts';
import './synthesis.ts';
import './member.ts';
import './policy.ts';
import './proxy-key.ts';
import './report.ts';
import './retention.ts';
import './scalars.ts';
import './session-queries.ts';
import './subject-search.ts';
import './stored-policy.ts';
import './subscription.ts';
import './usage.ts';
import './vault.ts';
import './webhook.ts';
import { builder } from './builder.ts';
import { describeSchema } from './descriptions.ts';

// Nothing of either root type is for strangers; a field may ask for more than being signed in, never for less.
builder.queryType({ authScopes: { signedIn: true } });
builder.mutationType({ authScopes: { signedIn: true } });

export const schema = describeSchema(builder.toSchema());

/** Every route of REST, in the order of the OpenAPI document. Those of sign-in are in sign-in-routes.ts. */
import { z } from 'zod';
import { ACCESS_TOKEN_ROUTES } from './access-token-routes.ts';
import { AGENT_ROUTES } from './agent-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { BROWSER_SESSION_ROUTES } from './browser-session-routes.ts';
import { CORRECTION_ROUTES } from './correction-routes.ts';
import { FIND_ROUTES } from './find-routes.ts';
import { DETECTION_ROUTES } from './detection-routes.ts';
import { EXPLANATION_ROUTES } from './explanation-routes.ts';
import { EVENT_ROUTES } from './event-routes.ts';
import { EXPORT_ROUTES } from './export-routes.ts';
import { INVITATION_ROUTES } from './invitation-routes.ts';
import { MEMBER_ROUTES } from './member-routes.ts';
import { ME } from './objects.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import { REPORT_ROUTES } from './report-routes.ts';
import { RETENTION_ROUTES } from './retention-routes.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { STORED_POLICY_ROUTES } from './stored-policy-routes.ts';
import { USAGE_ROUTES } from './usage-routes.ts';
import { VAULT_ROUTES } from './vault-routes.ts';
import { WEBHOOK_ROUTES } from './webhook-routes.ts';

const getMe = defineRoute({
  method: 'GET',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who is signed in, and what they may do.',
  isOpen: true,
  document: `
    query GetMe {
      me {
        user {
          id github_login: githubLogin github_id: githubId name email avatar_url: avatarUrl
          created_at: createdAt last_seen_at: lastSeenAt
        }
        account { id name plan created_at: createdAt }
        permissions
      }
    }`,
  variables: () => ({}),
  data: z.object({ me: ME }),
  status: 200,
  response: ME,
  shape: ({ me }) => me,
});

export const ROUTES: readonly Route[] = [
  ...AGENT_ROUTES,
  ...SESSION_ROUTES,
  ...EXPLANATION_ROUTES,
  ...CORRECTION_ROUTES,
  ...REPORT_ROUTES,
  ...AUDIT_ROUTES,
  ...EVENT_ROUTES,
  ...FIND_ROUTES,
  ...WEBHOOK_ROUTES,
  ...POLICY_ROUTES,
  ...STORED_POLICY_ROUTES,
  ...DETECTION_ROUTES,
  ...USAGE_ROUTES,
  ...EXPORT_ROUTES,
  ...INVITATION_ROUTES,
  ...MEMBER_ROUTES,
  ...RETENTION_ROUTES,
  ...VAULT_ROUTES,
  ...ACCESS_TOKEN_ROUTES,
  getMe,
  ...BROWSER_SESSION_ROUTES,
];

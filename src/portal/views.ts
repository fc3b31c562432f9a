/** The addresses of the portal's views: those of app/routing/views.ts, which a test compares. */
export const VIEW_PATHS: readonly string[] = [
  '/portal',
  '/portal/login',
  '/portal/dashboard',
  '/portal/sessions',
  '/portal/sessions/detail',
  '/portal/agents',
  '/portal/agents/new',
  '/portal/agents/detail',
  '/portal/policies',
  '/portal/policies/new',
  '/portal/policies/detail',
  '/portal/audit',
  '/portal/reports',
  '/portal/webhooks',
  '/portal/webhooks/detail',
  '/portal/settings',
];

/** The views of the portal: a view is one folder of pages/, loaded when it is first shown. */
import type { ComponentType } from 'react';
import { HOME_PATH, LOGIN_PATH } from './paths.ts';

export interface View {
  readonly path: string;
  readonly title: string;
  /** Where the menu lists it; views without are reached from others. */
  readonly menu?: string;
  /** Permission without which the menu leaves the view out. */
  readonly permission?: string;
  /** Loads the folder's page. */
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
}

export const VIEWS: readonly View[] = [
  { path: LOGIN_PATH, title: 'Sign in', load: () => import('../pages/sign-in/page.tsx') },
  { path: HOME_PATH, title: 'Dashboard', menu: 'Dashboard', load: () => import('../pages/dashboard/page.tsx') },
  {
    path: '/portal/sessions',
    title: 'Sessions',
    menu: 'Sessions',
    permission: 'sessions:read',
    load: () => import('../pages/sessions/page.tsx'),
  },
  { path: '/portal/sessions/detail', title: 'Session', load: () => import('../pages/session/page.tsx') },
  {
    path: '/portal/agents',
    title: 'Agents',
    menu: 'Agents',
    permission: 'agents:read',
    load: () => import('../pages/agents/page.tsx'),
  },
  { path: '/portal/agents/new', title: 'New agent', load: () => import('../pages/new-agent/page.tsx') },
  { path: '/portal/agents/detail', title: 'Agent', load: () => import('../pages/agent/page.tsx') },
  {
    path: '/portal/policies',
    title: 'Policies',
    menu: 'Policies',
    permission: 'agents:read',
    load: () => import('../pages/policies/page.tsx'),
  },
  { path: '/portal/policies/new', title: 'New policy', load: () => import('../pages/new-policy/page.tsx') },
  { path: '/portal/policies/detail', title: 'Policy', load: () => import('../pages/policy/page.tsx') },
  {
    path: '/portal/review',
    title: 'Review',
    menu: 'Review',
    permission: 'sessions:read',
    load: () => import('../pages/review/page.tsx'),
  },
  {
    path: '/portal/audit',
    title: 'Audit',
    menu: 'Audit',
    permission: 'audit:read',
    load: () => import('../pages/audit/page.tsx'),
  },
  {
    path: '/portal/reports',
    title: 'Reports',
    menu: 'Reports',
    permission: 'reports:read',
    load: () => import('../pages/reports/page.tsx'),
  },
  {
    path: '/portal/webhooks',
    title: 'Webhooks',
    menu: 'Webhooks',
    permission: 'agents:write',
    load: () => import('../pages/webhooks/page.tsx'),
  },
  { path: '/portal/webhooks/detail', title: 'Webhook', load: () => import('../pages/webhook/page.tsx') },
  { path: '/portal/settings', title: 'Settings', menu: 'Settings', load: () => import('../pages/settings/page.tsx') },
];

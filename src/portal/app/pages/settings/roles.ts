/** The roles of members, as people read them (docs/access.md). */
import type { SettingsMembersQuery } from './queries.generated.ts';

export type Role = SettingsMembersQuery['members']['edges'][number]['node']['role'];

export const ROLES: readonly { readonly value: Role; readonly label: string; readonly permits: string }[] = [
  { value: 'admin', label: 'Admin', permits: 'Everything, with members and kept payloads.' },
  { value: 'member', label: 'Member', permits: 'Agents, policies, webhooks, sessions, reports and the account log.' },
  { value: 'auditor', label: 'Auditor', permits: 'Reads sessions, reports and the account log. Changes nothing.' },
];

/** Returns the word for a role. */
export function roleLabel(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}

/** Returns the role of a form's value. */
export function roleOf(value: string): Role {
  return ROLES.find((role) => role.value === value)?.value ?? 'member';
}

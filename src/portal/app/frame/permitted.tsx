/** Shows a part of the portal to those whose role permits it, and tells others why it is not shown. */
import type { ReactNode } from 'react';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useMe } from './me.ts';

/** Roles that have a permission (docs/access.md). */
const ROLES: Readonly<Record<string, string>> = {
  'agents:read': 'Admins and members have it.',
  'agents:write': 'Admins and members have it.',
  'policies:write': 'Admins and members have it.',
  'members:admin': 'Admins have it.',
};

interface PermittedProps {
  readonly permission: string;
  /** What is shown, such as `the members of the account`. */
  readonly what: string;
  readonly children: ReactNode;
}

export function Permitted({ permission, what, children }: PermittedProps): ReactNode {
  const { data: me, error, refetch } = useMe();
  if (me === undefined)
    return error === null ? <Loading what={what} /> : <Failed error={error} onRetry={() => void refetch()} />;
  if (me.permissions.includes(permission)) return children;
  return (
    <Empty title="Your role does not permit this">
      <p>
        To see {what} takes the permission <code>{permission}</code>. {ROLES[permission] ?? ''}
      </p>
      <p className="soft">Ask an admin of {me.account.name} for another role.</p>
    </Empty>
  );
}

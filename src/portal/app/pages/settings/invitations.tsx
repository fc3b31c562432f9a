/** Invitations that are not accepted yet. Their links are shown only when they are made. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { revokeInvitationOperation } from './queries.generated.ts';
import type { SettingsMembersQuery } from './queries.generated.ts';
import { roleLabel } from './roles.ts';
import { Moment } from '../../parts/moment.tsx';

type Invitation = NonNullable<SettingsMembersQuery['invitations']>[number];

function invitedOf({ githubLogin, email }: Invitation): string {
  return githubLogin ?? email ?? 'Anyone who has the link';
}

export function Invitations({ invitations }: { readonly invitations: readonly Invitation[] }): ReactNode {
  const revoke = useAct(revokeInvitationOperation, (answer) => accepted(answer.revokeInvitation));
  if (invitations.length === 0) return null;
  return (
    <section className="settings-section" aria-labelledby="invitations-title">
      <div className="section-head">
        <h2 id="invitations-title">Open invitations</h2>
      </div>
      <DataTable
        label="Open invitations"
        rows={invitations}
        keyOf={({ id }) => id}
        columns={[
          { title: 'For', form: 'wide', cell: (invitation) => invitedOf(invitation) },
          { title: 'Role', cell: ({ role }) => roleLabel(role) },
          { title: 'Made', cell: ({ createdAt }) => <Moment className="nowrap" iso={createdAt} /> },
          { title: 'Ends', cell: ({ expiresAt }) => <Moment className="nowrap" iso={expiresAt} /> },
          {
            title: 'Acts',
            form: 'acts',
            cell: (invitation) => (
              <ConfirmAct
                act={revoke}
                variables={{ id: invitation.id }}
                label="Revoke"
                about={`the invitation for ${invitedOf(invitation)}`}
                title="Revoke this invitation?"
              >
                <p>Its link becomes worthless at once.</p>
              </ConfirmAct>
            ),
          },
        ]}
      />
    </section>
  );
}

/** The members of the account, their roles, and the invitations that are not accepted yet. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import type { Act } from '../../api/use-act.ts';
import { usePages } from '../../api/use-view.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ago, count, wholeMoment } from '../../parts/format.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Answered } from '../../parts/states.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { changeMemberRoleOperation, removeMemberOperation, settingsMembersOperation } from './queries.generated.ts';
import type {
  ChangeMemberRoleMutationVariables,
  RemoveMemberMutationVariables,
  SettingsMembersQuery,
} from './queries.generated.ts';
import { roleOf, ROLES } from './roles.ts';

type Member = SettingsMembersQuery['members']['edges'][number]['node'];

/** How a member is named. The bootstrap admin may have neither name nor login. */
function nameOf({ name, githubLogin, email }: Member): string {
  return name ?? githubLogin ?? email ?? 'Administrator';
}

export function Members(): ReactNode {
  const query = usePages(settingsMembersOperation, {}, { pageInfoOf: ({ members }) => members.pageInfo });
  const [first] = query.data?.pages ?? [];
  const members = query.data?.pages.flatMap((page) => page.members.edges.map(({ node }) => node)) ?? [];
  const ownId = first?.me?.user.id;
  return (
    <Answered query={query} what="the members">
      {() => (
        <>
          <section className="settings-section" aria-labelledby="members-title">
            <div className="section-head">
              <div>
                <h2 id="members-title">Members</h2>
                <p>A change of a role counts from the next request on, also for the access tokens of the member.</p>
              </div>
              <Invite />
            </div>
            <MemberTable members={members} ownId={ownId} />
            <MoreButton list={query} label="Show more members" />
          </section>
          <Invitations invitations={first?.invitations ?? []} />
        </>
      )}
    </Answered>
  );
}

interface MemberTableProps {
  readonly members: readonly Member[];
  readonly ownId: string | undefined;
}

function MemberTable({ members, ownId }: MemberTableProps): ReactNode {
  const change = useAct(changeMemberRoleOperation, (answer) => accepted(answer.changeMemberRole));
  const remove = useAct(removeMemberOperation, (answer) => accepted(answer.removeMember));
  return (
    <>
      <FormProblem error={change.error} />
      <DataTable
        label="Members"
        rows={members}
        keyOf={({ id }) => id}
        columns={[
          { title: 'Person', form: 'wide', cell: (member) => <Person member={member} isSelf={member.id === ownId} /> },
          {
            title: 'Role',
            cell: (member) => <RoleSelect member={member} change={change} />,
          },
          { title: 'Tokens', form: 'number', cell: ({ accessTokens }) => count(accessTokens.length) },
          {
            title: 'Last seen',
            cell: ({ lastSeenAt }) => (
              <time className="nowrap" dateTime={lastSeenAt} title={wholeMoment(lastSeenAt)}>
                {ago(lastSeenAt)}
              </time>
            ),
          },
          {
            title: 'Acts',
            form: 'acts',
            cell: (member) => (member.id === ownId ? null : <RemoveMember member={member} remove={remove} />),
          },
        ]}
      />
    </>
  );
}

interface RoleSelectProps {
  readonly member: Member;
  readonly change: Act<unknown, ChangeMemberRoleMutationVariables>;
}

function RoleSelect({ member, change }: RoleSelectProps): ReactNode {
  return (
    <select
      className="role-select"
      aria-label={`Role of ${nameOf(member)}`}
      value={member.role}
      disabled={change.isPending}
      onChange={({ target }) => {
        change.run({ id: member.id, role: roleOf(target.value) });
      }}
    >
      {ROLES.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

interface RemoveMemberProps {
  readonly member: Member;
  readonly remove: Act<unknown, RemoveMemberMutationVariables>;
}

function RemoveMember({ member, remove }: RemoveMemberProps): ReactNode {
  const name = nameOf(member);
  return (
    <ConfirmAct act={remove} variables={{ id: member.id }} label="Remove" about={name} title={`Remove ${name}?`}>
      <p>
        Their browser sessions and access tokens end at once. What they did stays in the account log. To come back to
        this account they need a new invitation.
      </p>
      <p className="soft">
        In the server’s own account, groups of an OpenID provider also give roles. A person in such a group can sign in
        again: change the groups, too.
      </p>
    </ConfirmAct>
  );
}

function Person({ member, isSelf }: { readonly member: Member; readonly isSelf: boolean }): ReactNode {
  const name = nameOf(member);
  const more = [member.githubLogin, member.email].filter((text) => text !== null && text !== name);
  return (
    <>
      <span className="member-name">{name}</span>
      {isSelf ? <span className="tag">You</span> : null}
      {more.length === 0 ? null : <span className="table-note">{more.join(', ')}</span>}
    </>
  );
}

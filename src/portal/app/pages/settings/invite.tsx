/** The dialog that invites a person: for one GitHub account or address, or for anyone who has the link. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyntheticEvent, ReactNode } from 'react';
import { ask } from '../../api/ask.ts';
import { accepted } from '../../api/use-act.ts';
import { Choice, FormActs, LabelledInput } from '../../parts/form-fields.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { SecretDialog } from '../../parts/secret-dialog.tsx';
import { createInvitationOperation, inviteMemberOperation } from './queries.generated.ts';
import { ROLES } from './roles.ts';
import type { Role } from './roles.ts';

type By = 'login' | 'email' | 'link';

const WAYS: readonly { readonly value: By; readonly label: string; readonly field: string | null }[] = [
  { value: 'login', label: 'A GitHub account', field: 'GitHub login' },
  { value: 'email', label: 'An email address', field: 'Primary, verified address of the GitHub account' },
  { value: 'link', label: 'Anyone who has the link', field: null },
];

interface Invited {
  readonly by: By;
  readonly person: string;
  readonly role: Role;
}

/** Makes the invitation, and returns its link. Throws ApiFailure. */
async function invite({ by, person, role }: Invited): Promise<string> {
  if (by === 'link') return accepted((await ask(createInvitationOperation, { input: { role } })).createInvitation).url;
  const input = by === 'login' ? { githubLogin: person, role } : { email: person, role };
  return accepted((await ask(inviteMemberOperation, { input })).inviteMember).url;
}

export function Invite(): ReactNode {
  const client = useQueryClient();
  // The cache forgets the link with the dialog.
  const act = useMutation({ mutationFn: invite, onSuccess: () => client.invalidateQueries(), gcTime: 0 });
  return (
    <SecretDialog
      label="Invite a person"
      doneTitle="Send this link"
      what="the link"
      secret={act.data}
      onReset={act.reset}
      note={<p className="soft">The link works once. The person who signs in by it joins this account.</p>}
    >
      {(close) => <InviteForm isPending={act.isPending} error={act.error} onInvite={act.mutate} onCancel={close} />}
    </SecretDialog>
  );
}

interface InviteFormProps {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onInvite: (invited: Invited) => void;
  readonly onCancel: () => void;
}

function InviteForm({ isPending, error, onInvite, onCancel }: InviteFormProps): ReactNode {
  const [by, setBy] = useState<By>('login');
  const [person, setPerson] = useState('');
  const [role, setRole] = useState<Role>('member');
  const field = WAYS.find(({ value }) => value === by)?.field ?? null;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onInvite({ by, person: person.trim(), role });
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <fieldset className="choices">
        <legend>Who may accept it</legend>
        {WAYS.map(({ value, label }) => (
          <Choice
            key={value}
            group="by"
            isChosen={by === value}
            onChange={() => {
              setBy(value);
            }}
          >
            {label}
          </Choice>
        ))}
      </fieldset>
      {field === null ? null : (
        <LabelledInput
          label={field}
          required
          type={by === 'email' ? 'email' : 'text'}
          autoComplete="off"
          spellCheck={false}
          maxLength={254}
          value={person}
          onChange={setPerson}
        />
      )}
      <RoleChoices role={role} onChange={setRole} />
      <FormProblem error={error} />
      <FormActs submit="Make the invitation" isDisabled={isPending} onCancel={onCancel} />
    </form>
  );
}

interface RoleChoicesProps {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}

function RoleChoices({ role, onChange }: RoleChoicesProps): ReactNode {
  return (
    <fieldset className="choices">
      <legend>Role</legend>
      {ROLES.map(({ value, label, permits }) => (
        <Choice
          key={value}
          group="role"
          isChosen={role === value}
          onChange={() => {
            onChange(value);
          }}
        >
          {label}
          <small>{permits}</small>
        </Choice>
      ))}
    </fieldset>
  );
}

/** The dialog that makes an access token. */
import { useState } from 'react';
import type { SyntheticEvent, ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMe } from '../../frame/me.ts';
import { Choice, FormActs, LabelledInput, LabelledSelect, toggled } from '../../parts/form-fields.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { SecretDialog } from '../../parts/secret-dialog.tsx';
import { createAccessTokenOperation } from './queries.generated.ts';
import type { CreateAccessTokenMutationVariables } from './queries.generated.ts';

const DAY_MS = 86_400_000;
/** Days; 0 for no end. */
const TERMS = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '0', label: 'Until it is revoked' },
] as const;

export function NewToken(): ReactNode {
  const create = useAct(createAccessTokenOperation, (answer) => accepted(answer.createAccessToken).secret);
  return (
    <SecretDialog
      label="Make a token"
      doneTitle="Your new token"
      what="the token"
      secret={create.data}
      onReset={create.reset}
    >
      {(close) => (
        <TokenForm isPending={create.isPending} error={create.error} onCreate={create.run} onCancel={close} />
      )}
    </SecretDialog>
  );
}

interface TokenFormProps {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onCreate: (variables: CreateAccessTokenMutationVariables) => void;
  readonly onCancel: () => void;
}

function TokenForm({ isPending, error, onCreate, onCancel }: TokenFormProps): ReactNode {
  const offered = useMe().data?.permissions ?? [];
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly string[]>([]);
  const [days, setDays] = useState(90);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    onCreate({ input: { name: name.trim(), permissions, expiresAt } });
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <LabelledInput
        label="What it is for"
        required
        maxLength={100}
        autoComplete="off"
        placeholder="Nightly export"
        value={name}
        onChange={setName}
      />
      <fieldset className="choices">
        <legend>What it permits</legend>
        {offered.map((permission) => (
          <Choice
            key={permission}
            isChosen={permissions.includes(permission)}
            onChange={(isChosen) => {
              setPermissions(toggled(permissions, permission, isChosen));
            }}
          >
            <code>{permission}</code>
          </Choice>
        ))}
      </fieldset>
      <LabelledSelect
        label="It ends after"
        value={String(days)}
        offers={TERMS}
        onChange={(value) => {
          setDays(Number(value));
        }}
      />
      <FormProblem error={error} />
      <FormActs submit="Make the token" isDisabled={isPending || permissions.length === 0} onCancel={onCancel} />
    </form>
  );
}

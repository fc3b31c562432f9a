/** The dialog that makes an access token. */
import { useState } from 'react';
import type { SyntheticEvent, ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMe } from '../../frame/me.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { SecretDialog } from '../../parts/secret-dialog.tsx';
import { createAccessTokenOperation } from './queries.generated.ts';
import type { CreateAccessTokenMutationVariables } from './queries.generated.ts';

const DAY_MS = 86_400_000;
const TERMS = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'A year' },
  { days: 0, label: 'Until it is revoked' },
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
      <label className="field">
        <span>What it is for</span>
        <input
          required
          maxLength={100}
          autoComplete="off"
          placeholder="Nightly export"
          value={name}
          onChange={({ target }) => {
            setName(target.value);
          }}
        />
      </label>
      <fieldset className="choices">
        <legend>What it permits</legend>
        {offered.map((permission) => (
          <label key={permission} className="choice">
            <input
              type="checkbox"
              checked={permissions.includes(permission)}
              onChange={({ target }) => {
                setPermissions(
                  target.checked ? [...permissions, permission] : permissions.filter((each) => each !== permission),
                );
              }}
            />
            <code>{permission}</code>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>It ends after</span>
        <select
          value={days}
          onChange={({ target }) => {
            setDays(Number(target.value));
          }}
        >
          {TERMS.map((term) => (
            <option key={term.days} value={term.days}>
              {term.label}
            </option>
          ))}
        </select>
      </label>
      <FormProblem error={error} />
      <div className="page-actions">
        <button type="submit" className="button button-main" disabled={isPending || permissions.length === 0}>
          Make the token
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Asks what a kept text is read for, before it is read. */
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { FormProblem } from './form-problem.tsx';

interface PurposeFormProps {
  readonly submitLabel: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (purpose: string) => void;
  readonly onCancel: () => void;
  /** What the read shows, and what is recorded of it. */
  readonly children: ReactNode;
}

export function PurposeForm({
  submitLabel,
  isPending,
  error,
  onSubmit,
  onCancel,
  children,
}: PurposeFormProps): ReactNode {
  const [purpose, setPurpose] = useState('');
  return (
    <form
      className="dialog-form"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        onSubmit(purpose);
      }}
    >
      {children}
      <label className="field">
        <span>What do you read it for? Write no name and nothing of a patient.</span>
        <input
          required
          maxLength={200}
          value={purpose}
          onChange={({ target }) => {
            setPurpose(target.value);
          }}
        />
      </label>
      <FormProblem error={error} />
      <div className="page-actions">
        <button type="submit" className="button button-main" disabled={isPending || purpose.trim() === ''}>
          {submitLabel}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

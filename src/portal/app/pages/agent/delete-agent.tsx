/** Deletes an agent after its name was typed, because the platform that calls it then gets errors at once. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { asFailure } from '../../api/failure.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { FormActs, LabelledInput } from '../../parts/form-fields.tsx';
import { navigate } from '../../routing/address.ts';
import { deleteAgentOperation } from './queries.generated.ts';

export function DeleteAgent({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useAct(deleteAgentOperation, (answer) => accepted(answer.deleteAgent));
  const close = (): void => {
    setOpen(false);
    setTyped('');
  };
  return (
    <>
      <button
        type="button"
        className="button button-danger"
        onClick={() => {
          setOpen(true);
        }}
      >
        Delete…
      </button>
      <Dialog title={`Delete ${name}`} isOpen={isOpen} onClose={close}>
        <form
          className="dialog-form"
          onSubmit={(event) => {
            event.preventDefault();
            remove.run({ id }, () => {
              navigate('/portal/agents');
            });
          }}
        >
          <p>Calls to it are refused at once, for good. Its sessions and reports stay.</p>
          <LabelledInput label="Type its name to confirm" autoComplete="off" value={typed} onChange={setTyped} />
          {remove.error === null ? null : (
            <p className="field-problem" role="alert">
              {asFailure(remove.error).message}
            </p>
          )}
          <FormActs
            submit="Delete the agent"
            isDangerous
            isDisabled={typed !== name || remove.isPending}
            onCancel={close}
          />
        </form>
      </Dialog>
    </>
  );
}

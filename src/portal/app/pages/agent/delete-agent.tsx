/** Deletes an agent after its name was typed, because the platform that calls it then gets errors at once. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { asFailure } from '../../api/failure.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { Dialog } from '../../parts/dialog.tsx';
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
          <label className="field">
            <span>Type its name to confirm</span>
            <input
              autoComplete="off"
              value={typed}
              onChange={({ target }) => {
                setTyped(target.value);
              }}
            />
          </label>
          {remove.error === null ? null : (
            <p className="field-problem" role="alert">
              {asFailure(remove.error).message}
            </p>
          )}
          <div className="page-actions">
            <button type="submit" className="button button-danger" disabled={typed !== name || remove.isPending}>
              Delete the agent
            </button>
            <button type="button" className="button" onClick={close}>
              Cancel
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

/** Rotation of the secret: the new one is shown once, and the old one signs too for a day. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { SecretDialog } from '../../parts/secret-dialog.tsx';
import { rotateWebhookSecretOperation } from './queries.generated.ts';

export function NewSecret({ id }: { readonly id: string }): ReactNode {
  const rotate = useAct(rotateWebhookSecretOperation, (answer) => accepted(answer.rotateWebhookSecret).rotated.secret);
  return (
    <section aria-labelledby="secret-title" className="webhook-section">
      <h2 id="secret-title">Secret</h2>
      <p className="soft">
        It signs each message. After a rotation the secret before it signs, too, for 24 hours: a receiver that knows
        either one takes every message.
      </p>
      <SecretDialog
        label="Rotate the secret"
        doneTitle="The new secret"
        what="the new secret"
        secret={rotate.data}
        onReset={rotate.reset}
        isMain={false}
        note={<p className="soft">Give it to the receiver within 24 hours. Until then both secrets sign.</p>}
      >
        {(close) => (
          <div className="dialog-form">
            <p>
              A new secret is made now and shown once. If an earlier rotation is younger than 24 hours, its old secret
              ends.
            </p>
            <FormProblem error={rotate.error} />
            <div className="page-actions">
              <button
                type="button"
                className="button button-main"
                disabled={rotate.isPending}
                onClick={() => {
                  rotate.run({ id });
                }}
              >
                Rotate it
              </button>
              <button type="button" className="button" onClick={close}>
                Cancel
              </button>
            </div>
          </div>
        )}
      </SecretDialog>
    </section>
  );
}

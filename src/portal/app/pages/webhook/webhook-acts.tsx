/** What can be done with a webhook: send a test event, change it, pause it, delete it. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { duration } from '../../parts/format.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { WebhookForm } from '../../parts/webhook/webhook-form.tsx';
import { StateWords } from '../../parts/webhook/webhook-state.tsx';
import { attemptWords, hostOf } from '../../parts/webhook/webhook-words.ts';
import { navigate } from '../../routing/address.ts';
import { deleteWebhookOperation, testWebhookOperation, updateWebhookOperation } from './queries.generated.ts';
import type { TestedAttempt, WebhookView } from './webhook-view.ts';

export function WebhookActs({ webhook }: { readonly webhook: WebhookView }): ReactNode {
  const { id, url, paused } = webhook;
  const test = useAct(testWebhookOperation, (answer) => accepted(answer.testWebhook).attempt);
  const pause = useAct(updateWebhookOperation, (answer) => accepted(answer.updateWebhook));
  const remove = useAct(deleteWebhookOperation, (answer) => accepted(answer.deleteWebhook));
  return (
    <>
      <button
        type="button"
        className="button button-main"
        disabled={test.isPending}
        onClick={() => {
          test.run({ id });
        }}
      >
        {test.isPending ? 'Sending…' : 'Send a test event'}
      </button>
      <button
        type="button"
        className="button"
        disabled={pause.isPending}
        onClick={() => {
          pause.run({ id, input: { paused: !paused } });
        }}
      >
        {paused ? 'Resume' : 'Pause'}
      </button>
      <Change webhook={webhook} />
      <ConfirmAct
        act={remove}
        variables={{ id }}
        label="Delete"
        about={hostOf(url)}
        title={`Delete the webhook to ${hostOf(url)}?`}
        onDone={() => {
          navigate('/portal/webhooks', { replace: true });
        }}
      >
        <p>Its secrets and attempts are deleted with it. Events that wait for it are not sent.</p>
      </ConfirmAct>
      <TestResult attempt={test.data} />
      <FormProblem error={test.error ?? pause.error} />
    </>
  );
}

function TestResult({ attempt }: { readonly attempt: TestedAttempt | undefined }): ReactNode {
  return (
    <div className="webhook-result" role="status">
      {attempt === undefined ? null : (
        <>
          Test event: <StateWords {...attemptWords(attempt)} />, {duration(attempt.durationMs)}
        </>
      )}
    </div>
  );
}

function Change({ webhook: { id, url, eventTypes } }: { readonly webhook: WebhookView }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const change = useAct(updateWebhookOperation, (answer) => accepted(answer.updateWebhook));
  const close = (): void => {
    setOpen(false);
    change.reset();
  };
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          setOpen(true);
        }}
      >
        Change…
      </button>
      <Dialog title="Change the webhook" isOpen={isOpen} onClose={close}>
        <WebhookForm
          initial={{ url, eventTypes }}
          submit="Change it"
          isPending={change.isPending}
          error={change.error}
          onSubmit={(input) => {
            change.run({ id, input }, close);
          }}
          onCancel={close}
        />
      </Dialog>
    </>
  );
}

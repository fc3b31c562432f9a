/** Webhooks: who is sent the events of the account, and how each receiver is. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { SecretDialog } from '../../parts/secret-dialog.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { WebhookForm } from '../../parts/webhook/webhook-form.tsx';
import { StateWords } from '../../parts/webhook/webhook-state.tsx';
import { hostOf, typesWords, webhookWords } from '../../parts/webhook/webhook-words.ts';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { createWebhookOperation, webhooksOperation } from './queries.generated.ts';
import type { WebhooksQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';
import './webhooks.css';

type WebhookRow = WebhooksQuery['webhooks']['edges'][number]['node'];

/** The most that an account can have. */
const MOST = 20;

export function Page(): ReactNode {
  return (
    <>
      <PageHead
        title="Webhooks"
        lead="Your systems are told what happens: a call was sealed, a leak was stopped, a report is ready. Events name objects and hold nothing of a call."
      />
      <Permitted permission="agents:write" what="the webhooks">
        <Webhooks />
      </Permitted>
    </>
  );
}

function Webhooks(): ReactNode {
  const query = useView(webhooksOperation, {}, { refetchInterval: CALM_MS });
  return (
    <Answered query={query} what="the webhooks">
      {({ webhooks }) => {
        const rows = webhooks.edges.map(({ node }) => node);
        return (
          <>
            <div className="section-head">
              <p>
                {rows.length >= MOST
                  ? `An account has at most ${MOST} webhooks. Delete one to make another.`
                  : 'Each message is signed as Standard Webhooks says, under a secret of the webhook.'}
              </p>
              {rows.length >= MOST ? null : <NewWebhook />}
            </div>
            {rows.length === 0 ? (
              <Empty title="No webhooks yet">
                <p className="soft">Make one for each system that is to be told. A test event shows that it works.</p>
              </Empty>
            ) : (
              <WebhookTable rows={rows} />
            )}
          </>
        );
      }}
    </Answered>
  );
}

function WebhookTable({ rows }: { readonly rows: readonly WebhookRow[] }): ReactNode {
  return (
    <DataTable
      label="Webhooks"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Receiver',
          form: 'wide',
          cell: ({ id, url }) => (
            <>
              <Link to={addressOf('/portal/webhooks/detail', { id })}>{hostOf(url)}</Link>
              <span className="table-note">{url}</span>
            </>
          ),
        },
        {
          title: 'State',
          form: 'text',
          cell: (webhook) => {
            const words = webhookWords(webhook);
            return (
              <>
                <StateWords {...words} />
                <span className="table-note">{words.meaning}</span>
              </>
            );
          },
        },
        {
          title: 'Events',
          cell: ({ eventTypes }) => <span className="webhook-types">{typesWords(eventTypes)}</span>,
        },
        { title: 'Made', cell: ({ createdAt }) => <Moment className="nowrap" iso={createdAt} /> },
      ]}
    />
  );
}

function NewWebhook(): ReactNode {
  const create = useAct(createWebhookOperation, (answer) => accepted(answer.createWebhook).created);
  return (
    <SecretDialog
      label="New webhook"
      doneTitle="The secret of its signatures"
      what="the secret"
      secret={create.data?.secret}
      onReset={create.reset}
      note={
        create.data === undefined ? null : (
          <p>
            Give it to the receiver, which checks the signature of each message with it.{' '}
            <Link to={addressOf('/portal/webhooks/detail', { id: create.data.webhook.id })}>Send a test event</Link>
          </p>
        )
      }
    >
      {(close) => (
        <WebhookForm
          initial={{ url: '', eventTypes: [] }}
          submit="Make the webhook"
          isPending={create.isPending}
          error={create.error}
          onSubmit={(input) => {
            create.run({ input });
          }}
          onCancel={close}
        />
      )}
    </SecretDialog>
  );
}

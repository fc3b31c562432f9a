/** One's own access tokens: Bearer tokens for programs. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ago } from '../../parts/format.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { NewToken } from './new-token.tsx';
import { revokeAccessTokenOperation, settingsTokensOperation } from './queries.generated.ts';
import type { SettingsTokensQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type Token = SettingsTokensQuery['accessTokens']['edges'][number]['node'];

export function Tokens(): ReactNode {
  const query = useView(settingsTokensOperation, {});
  return (
    <section aria-labelledby="tokens-title">
      <div className="section-head">
        <div>
          <h2 id="tokens-title">Your access tokens</h2>
          <p>
            A program sends one as <code>Authorization: Bearer</code>. It permits no more than your own role does.
          </p>
        </div>
        <NewToken />
      </div>
      <Answered query={query} what="the access tokens">
        {({ accessTokens }) =>
          accessTokens.edges.length === 0 ? (
            <Empty title="No access tokens">
              <p className="soft">Make one for each program, with only the permissions that it needs.</p>
            </Empty>
          ) : (
            <TokenTable tokens={accessTokens.edges.map(({ node }) => node)} />
          )
        }
      </Answered>
    </section>
  );
}

function TokenTable({ tokens }: { readonly tokens: readonly Token[] }): ReactNode {
  const revoke = useAct(revokeAccessTokenOperation, (answer) => accepted(answer.revokeAccessToken));
  return (
    <DataTable
      label="Your access tokens"
      rows={tokens}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Name',
          form: 'wide',
          cell: ({ name, createdAt }) => (
            <>
              <span className="member-name">{name}</span>
              <span className="table-note">
                Made <Moment iso={createdAt} />
              </span>
            </>
          ),
        },
        { title: 'Permits', cell: ({ permissions }) => <span className="permissions">{permissions.join(', ')}</span> },
        {
          title: 'Last used',
          cell: ({ lastUsedAt }) => <span className="nowrap">{lastUsedAt === null ? 'Never' : ago(lastUsedAt)}</span>,
        },
        { title: 'Ends', cell: ({ expiresAt }) => <Ending at={expiresAt} /> },
        {
          title: 'Acts',
          form: 'acts',
          cell: ({ id, name }) => (
            <ConfirmAct act={revoke} variables={{ id }} label="Revoke" about={name} title={`Revoke “${name}”?`}>
              <p>The token becomes worthless at once, on every node. Programs that send it are refused.</p>
            </ConfirmAct>
          ),
        },
      ]}
    />
  );
}

function Ending({ at }: { readonly at: string | null }): ReactNode {
  if (at === null) return 'When revoked';
  const isOver = Date.parse(at) <= Date.now();
  return <span className={isOver ? 'nowrap state-warn' : 'nowrap'}>{isOver ? 'Has ended' : <Moment iso={at} />}</span>;
}

/** The browsers in which one is signed in. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import type { Act } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ago } from '../../parts/format.ts';
import { Answered } from '../../parts/states.tsx';
import { browserName } from './browser-name.ts';
import { revokeBrowserSessionOperation, settingsBrowsersOperation } from './queries.generated.ts';
import type { RevokeBrowserSessionMutationVariables, SettingsBrowsersQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type BrowserSession = SettingsBrowsersQuery['browserSessions']['edges'][number]['node'];

export function Browsers(): ReactNode {
  const query = useView(settingsBrowsersOperation, {});
  const revoke = useAct(revokeBrowserSessionOperation, (answer) => accepted(answer.revokeBrowserSession));
  return (
    <section aria-labelledby="browsers-title">
      <div className="section-head">
        <div>
          <h2 id="browsers-title">Where you are signed in</h2>
          <p>A browser names itself, so the name proves nothing. Sign out one that you do not know.</p>
        </div>
      </div>
      <Answered query={query} what="the browsers">
        {({ browserSessions }) => (
          <DataTable
            label="Where you are signed in"
            rows={browserSessions.edges.map(({ node }) => node)}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Browser',
                form: 'wide',
                cell: (session) => <BrowserName session={session} />,
              },
              { title: 'Signed in', cell: ({ createdAt }) => <Moment className="nowrap" iso={createdAt} /> },
              { title: 'Last seen', cell: ({ lastSeenAt }) => <span className="nowrap">{ago(lastSeenAt)}</span> },
              { title: 'Ends', cell: ({ expiresAt }) => <Moment className="nowrap" iso={expiresAt} /> },
              {
                title: 'Acts',
                form: 'acts',
                cell: (session) => <SignOut session={session} revoke={revoke} />,
              },
            ]}
          />
        )}
      </Answered>
    </section>
  );
}

function BrowserName({ session: { userAgent, current } }: { readonly session: BrowserSession }): ReactNode {
  return (
    <>
      <span className="member-name" title={userAgent ?? undefined}>
        {browserName(userAgent)}
      </span>
      {current ? <span className="tag">This browser</span> : null}
    </>
  );
}

interface SignOutProps {
  readonly session: BrowserSession;
  readonly revoke: Act<unknown, RevokeBrowserSessionMutationVariables>;
}

function SignOut({ session: { id, userAgent, current }, revoke }: SignOutProps): ReactNode {
  return (
    <ConfirmAct
      act={revoke}
      variables={{ id }}
      label="Sign out"
      about={browserName(userAgent)}
      title={current ? 'Sign out this browser?' : 'Sign out that browser?'}
    >
      <p>{current ? 'You have to sign in again to go on.' : 'It has to sign in again to go on.'}</p>
    </ConfirmAct>
  );
}

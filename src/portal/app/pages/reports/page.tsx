/** Reports: make one of the account, an agent or a session, and see which were made. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { usePages } from '../../api/use-view.ts';
import { useMe } from '../../frame/me.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered } from '../../parts/states.tsx';
import { useParameters } from '../../routing/address.ts';
import { IssuedReports } from './issued-reports.tsx';
import { MakeReport } from './make-report.tsx';
import { reportsOperation } from './queries.generated.ts';
import { ReportForm } from './report-form.tsx';
import { wantedOf } from './scope.ts';
import '../../parts/session-state.css';
import './reports.css';

const PAGE_SIZE = 25;

export function Page(): ReactNode {
  return (
    <>
      <PageHead
        title="Reports"
        lead="A report says what was masked, by which rules and how well, and proves it. Each one that is made is recorded, with the person who made it."
      />
      <Permitted permission="reports:read" what="reports">
        <Reports />
      </Permitted>
    </>
  );
}

function Reports(): ReactNode {
  const [parameters, change] = useParameters();
  const [purpose, setPurpose] = useState('');
  const permissions = useMe().data?.permissions ?? [];
  const query = usePages(
    reportsOperation,
    { first: PAGE_SIZE, withoutAgents: !permissions.includes('agents:read') },
    {
      // The newest are last: pages go backwards.
      pageInfoOf: ({ auditLog: { pageInfo } }) => ({
        hasNextPage: pageInfo.hasPreviousPage,
        endCursor: pageInfo.startCursor,
      }),
    },
  );
  const [first] = query.data?.pages ?? [];
  const leaves = query.data?.pages.flatMap(({ auditLog }) => auditLog.edges.map(({ node }) => node).reverse()) ?? [];
  return (
    <>
      <section className="sheet report-maker" aria-labelledby="make-title">
        <h2 id="make-title">Make a report</h2>
        <ReportForm
          agents={first?.agents?.edges.map(({ node }) => node) ?? []}
          parameters={parameters}
          purpose={purpose}
          onPurpose={setPurpose}
          onChange={(changes) => {
            change(changes, { replace: true });
          }}
        />
        <MakeReport
          wanted={wantedOf(parameters)}
          purpose={purpose.trim()}
          onMade={() => {
            void query.refetch();
          }}
        />
      </section>
      <section aria-labelledby="issued-title">
        <h2 id="issued-title" className="report-heading">
          Reports on record
        </h2>
        <Answered query={query} what="the record">
          {() => (
            <IssuedReports
              leaves={leaves}
              agents={first?.agents?.edges.map(({ node }) => node) ?? []}
              hasMore={query.hasNextPage}
              isLoadingMore={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          )}
        </Answered>
      </section>
    </>
  );
}

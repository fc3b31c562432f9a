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
import type { ReportedAgent } from './report-form.tsx';
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
  const agents = query.data?.pages[0]?.agents?.edges.map(({ node }) => node) ?? [];
  const leaves = query.data?.pages.flatMap(({ auditLog }) => auditLog.edges.map(({ node }) => node).reverse()) ?? [];
  return (
    <>
      <ReportMaker
        agents={agents}
        onMade={() => {
          void query.refetch();
        }}
      />
      <section aria-labelledby="issued-title">
        <h2 id="issued-title" className="report-heading">
          Reports on record
        </h2>
        <Answered query={query} what="the record">
          {() => (
            <IssuedReports
              leaves={leaves}
              agents={agents}
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

interface ReportMakerProps {
  readonly agents: readonly ReportedAgent[];
  readonly onMade: () => void;
}

function ReportMaker({ agents, onMade }: ReportMakerProps): ReactNode {
  const [parameters, change] = useParameters();
  const [purpose, setPurpose] = useState('');
  return (
    <section className="sheet report-maker" aria-labelledby="make-title">
      <h2 id="make-title">Make a report</h2>
      <ReportForm
        agents={agents}
        parameters={parameters}
        purpose={purpose}
        onPurpose={setPurpose}
        onChange={(changes) => {
          change(changes, { replace: true });
        }}
      />
      <MakeReport wanted={wantedOf(parameters)} purpose={purpose.trim()} onMade={onMade} />
    </section>
  );
}

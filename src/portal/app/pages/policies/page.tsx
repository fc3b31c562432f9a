/** Policies: those of the account and those of the server, what is in force, and who uses them. */
import type { ReactNode } from 'react';
import { usePages } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { count } from '../../parts/format.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered } from '../../parts/states.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { policiesOperation } from './queries.generated.ts';
import type { PoliciesQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type PolicyRow = PoliciesQuery['policies']['edges'][number]['node'];

export function Page(): ReactNode {
  const mayWrite = useMay('policies:write');
  return (
    <>
      <PageHead
        title="Policies"
        lead="A policy says what is looked for in a call, and what becomes of it. Each publication is a version that stays."
        actions={
          mayWrite ? (
            <Link to="/portal/policies/new" className="button button-main">
              New policy
            </Link>
          ) : undefined
        }
      />
      <Permitted permission="agents:read" what="the policies">
        <Policies />
      </Permitted>
    </>
  );
}

function Policies(): ReactNode {
  const query = usePages(policiesOperation, { first: 50 }, { pageInfoOf: ({ policies }) => policies.pageInfo });
  return (
    <Answered query={query} what="the policies">
      {({ pages }) => (
        <>
          <PolicyTable rows={pages.flatMap(({ policies }) => policies.edges.map(({ node }) => node))} />
          {query.hasNextPage ? (
            <button
              type="button"
              className="button"
              disabled={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show more policies
            </button>
          ) : null}
        </>
      )}
    </Answered>
  );
}

function PolicyTable({ rows }: { readonly rows: readonly PolicyRow[] }): ReactNode {
  return (
    <DataTable
      label="Policies"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Name',
          form: 'wide',
          cell: ({ name, description, origin }) => (
            <>
              <Link to={addressOf('/portal/policies/detail', { name })}>{name}</Link>
              {origin === 'instance' ? <span className="tag">Of this server</span> : null}
              <span className="table-note">{description}</span>
            </>
          ),
        },
        {
          title: 'In force',
          cell: ({ publishedVersion }) =>
            publishedVersion === null ? (
              <span className="state state-unknown nowrap">Never published</span>
            ) : (
              <span className="nowrap">Version {publishedVersion}</span>
            ),
        },
        {
          title: 'Draft',
          cell: ({ draftVersion }) => (
            <span className="nowrap">{draftVersion === null ? '–' : `Version ${draftVersion}`}</span>
          ),
        },
        { title: 'Agents', form: 'number', cell: ({ agentCount }) => count(agentCount) },
        {
          title: 'Last changed',
          cell: ({ updatedAt }) => (
            <span className="nowrap">{updatedAt === null ? 'By the operator' : <Moment iso={updatedAt} />}</span>
          ),
        },
      ]}
    />
  );
}

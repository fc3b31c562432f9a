/** Reports that were given out, as the account log has them. */
import type { ReactNode } from 'react';
import { DataTable } from '../../parts/data-table.tsx';
import { isRecord } from '../../parts/records.ts';
import { Empty } from '../../parts/states.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { ReportsQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type Leaf = ReportsQuery['auditLog']['edges'][number]['node'];

interface IssuedReportsProps {
  readonly leaves: readonly Leaf[];
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}

/** A text member of the leaf's subject; empty where there is none. */
function subjectText({ leaf }: Leaf, name: string): string {
  const subject = isRecord(leaf) ? leaf['subject'] : null;
  const value = isRecord(subject) ? subject[name] : null;
  return typeof value === 'string' ? value : '';
}

export function IssuedReports({ leaves, agents, hasMore, isLoadingMore, onMore }: IssuedReportsProps): ReactNode {
  if (leaves.length === 0)
    return (
      <Empty title="No report was made yet">
        <p className="soft">Each report, bundle and PDF that is given out appears here.</p>
      </Empty>
    );
  return (
    <>
      <DataTable
        label="Reports on record"
        rows={leaves}
        keyOf={({ index }) => String(index)}
        columns={[
          {
            title: 'Made',
            cell: (leaf) => (
              <Link
                className="nowrap"
                to={addressOf('/portal/audit', { types: 'report_issued', leaf: String(leaf.index) })}
              >
                <Moment iso={leaf.at} />
              </Link>
            ),
          },
          { title: 'About', form: 'wide', cell: (leaf) => <About leaf={leaf} agents={agents} /> },
          { title: 'Form', cell: (leaf) => FORMS[subjectText(leaf, 'format')] ?? subjectText(leaf, 'format') },
          {
            title: 'Purpose',
            cell: (leaf) => subjectText(leaf, 'purpose') || <span className="soft">None</span>,
          },
          { title: 'Report', cell: (leaf) => <code>{subjectText(leaf, 'report_id')}</code> },
        ]}
      />
      {hasMore ? (
        <button type="button" className="button report-more" disabled={isLoadingMore} onClick={onMore}>
          {isLoadingMore ? 'Loading…' : 'Show older reports'}
        </button>
      ) : null}
    </>
  );
}

const FORMS: Readonly<Record<string, string>> = { json: 'JSON', pdf: 'PDF', bundle: 'Bundle' };

function About({ leaf, agents }: { readonly leaf: Leaf; readonly agents: IssuedReportsProps['agents'] }): ReactNode {
  const session = subjectText(leaf, 'session_id');
  const agent = subjectText(leaf, 'agent_id');
  const since = subjectText(leaf, 'since');
  const until = subjectText(leaf, 'until');
  const window =
    since === '' ? null : (
      <span className="table-note">
        <Moment iso={since} /> to <Moment iso={until} />
      </span>
    );
  if (session !== '')
    return (
      <Link to={addressOf('/portal/sessions/detail', { id: session })}>
        Session <code>{session}</code>
      </Link>
    );
  return (
    <>
      {agent === '' ? 'The whole account' : `Agent ${agents.find(({ id }) => id === agent)?.name ?? agent}`}
      {window}
    </>
  );
}

/** The review queue: what people said of detection, and whether it is right. Accepted corrections become an evaluation set. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { usePages } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { PersonName } from '../../frame/person-name.tsx';
import { Permitted } from '../../frame/permitted.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { KindChip } from '../../parts/kind-chip.tsx';
import { focusTitle, PageHead } from '../../parts/page-head.tsx';
import { placeOf } from '../../parts/places.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { ExportSet } from './export-set.tsx';
import { filterOf, STATES, VERDICTS } from './filters.ts';
import { closeCorrectionOperation, correctionsOperation } from './queries.generated.ts';
import type { CorrectionsQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';
import './review.css';

type Correction = CorrectionsQuery['corrections']['edges'][number]['node'];

const PAGE_SIZE = 50;

export function Page(): ReactNode {
  const mayExport = useMay('payloads:read');
  return (
    <>
      <PageHead
        title="Review"
        lead="What people said of detection: that a redaction was no identifier, or that one was missed. Each statement is a leaf of the account log."
        actions={mayExport ? <ExportSet /> : undefined}
      />
      <Permitted permission="sessions:read" what="the corrections">
        <Queue />
      </Permitted>
    </>
  );
}

function Queue(): ReactNode {
  const [parameters, change] = useParameters();
  const filter = filterOf(parameters);
  const query = usePages(
    correctionsOperation,
    { first: PAGE_SIZE, ...filter },
    { pageInfoOf: ({ corrections }) => corrections.pageInfo, intervalAtTop: CALM_MS },
  );
  return (
    <>
      <div className="review-filter">
        {[
          { name: 'state', title: 'State', choices: STATES },
          { name: 'verdict', title: 'Said', choices: VERDICTS },
        ].map(({ name, title, choices }) => (
          <label key={name} className="field">
            <span>{title}</span>
            <select
              value={parameters[name] ?? ''}
              onChange={({ target }) => {
                change({ [name]: target.value }, { replace: true });
              }}
            >
              {choices.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <Answered query={query} what="the corrections">
        {({ pages }) => {
          const rows = pages.flatMap(({ corrections }) => corrections.edges.map(({ node }) => node));
          return rows.length === 0 ? (
            <Empty title={filter.state === 'open' ? 'Nothing waits for review' : 'No correction matches these filters'}>
              <p className="soft">Corrections are recorded on the page of a session: open a chip, or reveal a text.</p>
              <Link to="/portal/sessions">Sessions</Link>
            </Empty>
          ) : (
            <>
              <Corrections rows={rows} />
              {query.hasNextPage ? (
                <button
                  type="button"
                  className="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Show older corrections
                </button>
              ) : null}
            </>
          );
        }}
      </Answered>
    </>
  );
}

function Corrections({ rows }: { readonly rows: readonly Correction[] }): ReactNode {
  const mayClose = useMay('policies:write');
  const close = useAct(closeCorrectionOperation, (answer) => accepted(answer.closeCorrection));
  return (
    <>
      <FormProblem error={close.error} />
      <DataTable
        label="Corrections"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Said',
            cell: ({ verdict, kind }) => (
              <span className="review-said">
                <strong>{verdict === 'missed' ? 'Missed' : 'Not PHI'}</strong> <KindChip kind={kind} />
              </span>
            ),
          },
          {
            title: 'Where',
            form: 'wide',
            cell: ({ sessionId, turn, path, span }) => (
              <>
                <Link
                  to={addressOf('/portal/sessions/detail', { id: sessionId, turn: String(turn) })}
                  title={sessionId}
                >
                  Turn {turn} of session <code>…{sessionId.slice(-6)}</code>
                </Link>
                <span className="table-note">
                  {placeOf(path)}, characters {span.start} to {span.end}
                </span>
              </>
            ),
          },
          {
            title: 'Recorded',
            cell: ({ createdAt, createdBy }) => (
              <>
                <Moment className="nowrap" iso={createdAt} />
                <span className="table-note">
                  by <PersonName id={createdBy} />
                </span>
              </>
            ),
          },
          { title: 'State', cell: (row) => <State correction={row} /> },
          {
            title: 'Decide',
            form: 'acts',
            cell: ({ id, outcome, kind }) =>
              outcome === null && mayClose ? (
                <>
                  {(['accepted', 'rejected'] as const).map((next) => (
                    <button
                      key={next}
                      type="button"
                      className="button"
                      disabled={close.isPending}
                      onClick={() => {
                        close.run({ id, outcome: next }, focusTitle);
                      }}
                    >
                      {next === 'accepted' ? 'Accept' : 'Reject'}
                      <span className="unseen">
                        {' '}
                        the correction of {kind}, {id}
                      </span>
                    </button>
                  ))}
                </>
              ) : null,
          },
        ]}
      />
    </>
  );
}

function State({ correction: { outcome, closedAt } }: { readonly correction: Correction }): ReactNode {
  if (outcome === null) return <span className="state state-unknown nowrap">Waiting</span>;
  return (
    <>
      <span className={`state nowrap ${outcome === 'accepted' ? 'state-good' : 'state-unknown'}`}>
        {outcome === 'accepted' ? 'Accepted' : 'Rejected'}
      </span>
      {closedAt === null ? null : <Moment className="table-note nowrap" iso={closedAt} />}
    </>
  );
}

/** The corrections of the review queue: what was said, where, by whom, and whether it is right. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { PersonName } from '../../frame/person-name.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { KindChip } from '../../parts/kind-chip.tsx';
import { Moment } from '../../parts/moment.tsx';
import { focusTitle } from '../../parts/page-head.tsx';
import { placeOf } from '../../parts/places.ts';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { closeCorrectionOperation } from './queries.generated.ts';
import type { CorrectionOutcome, CorrectionsQuery } from './queries.generated.ts';

type Correction = CorrectionsQuery['corrections']['edges'][number]['node'];

interface RowProps {
  readonly correction: Correction;
}

export function Corrections({ rows }: { readonly rows: readonly Correction[] }): ReactNode {
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
          { title: 'Where', form: 'wide', cell: (row) => <Where correction={row} /> },
          { title: 'Recorded', cell: (row) => <Recorded correction={row} /> },
          { title: 'State', cell: (row) => <State correction={row} /> },
          {
            title: 'Decide',
            form: 'acts',
            cell: (row) =>
              row.outcome === null && mayClose ? (
                <Decide
                  correction={row}
                  isPending={close.isPending}
                  onDecide={(outcome) => {
                    close.run({ id: row.id, outcome }, focusTitle);
                  }}
                />
              ) : null,
          },
        ]}
      />
    </>
  );
}

function Where({ correction: { sessionId, turn, path, span } }: RowProps): ReactNode {
  return (
    <>
      <Link to={addressOf('/portal/sessions/detail', { id: sessionId, turn: String(turn) })} title={sessionId}>
        Turn {turn} of session <code>…{sessionId.slice(-6)}</code>
      </Link>
      <span className="table-note">
        {placeOf(path)}, characters {span.start} to {span.end}
      </span>
    </>
  );
}

function Recorded({ correction: { createdAt, createdBy } }: RowProps): ReactNode {
  return (
    <>
      <Moment className="nowrap" iso={createdAt} />
      <span className="table-note">
        by <PersonName id={createdBy} />
      </span>
    </>
  );
}

interface DecideProps extends RowProps {
  readonly isPending: boolean;
  readonly onDecide: (outcome: CorrectionOutcome) => void;
}

function Decide({ correction: { id, kind }, isPending, onDecide }: DecideProps): ReactNode {
  return (['accepted', 'rejected'] as const).map((outcome) => (
    <button
      key={outcome}
      type="button"
      className="button"
      disabled={isPending}
      onClick={() => {
        onDecide(outcome);
      }}
    >
      {outcome === 'accepted' ? 'Accept' : 'Reject'}
      <span className="unseen">
        {' '}
        the correction of {kind}, {id}
      </span>
    </button>
  ));
}

function State({ correction: { outcome, closedAt } }: RowProps): ReactNode {
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

/** Records that a redaction was no identifier. Only its place and kind are recorded. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Link } from '../../routing/link.tsx';
import { recordNotPhiOperation } from './queries.generated.ts';
import { useRescuedFocus } from './rescued-focus.ts';

export function NotPhi({ sessionId, seq }: { readonly sessionId: string; readonly seq: number }): ReactNode {
  const mayRecord = useMay('policies:write');
  const record = useAct(recordNotPhiOperation, (answer) => accepted(answer.recordNotPhi).correction);
  if (!mayRecord) return null;
  return (
    <div>
      <h5>Is it right?</h5>
      {record.data === undefined ? (
        <div className="why-search">
          <p className="soft">
            Was this no identifier? Saying so records its place and kind under your user ID, for review. It changes
            nothing in this session.
          </p>
          <button
            type="button"
            className="button"
            disabled={record.isPending}
            onClick={() => {
              record.run({ id: sessionId, seq });
            }}
          >
            Not PHI
          </button>
          <FormProblem error={record.error} />
        </div>
      ) : (
        <Recorded outcome={record.data.outcome} />
      )}
    </div>
  );
}

/** Says that a correction is recorded. */
export function Recorded({ outcome }: { readonly outcome: string | null }): ReactNode {
  // The button that recorded it is gone.
  const line = useRescuedFocus<HTMLParagraphElement>(true);
  return (
    <p ref={line} tabIndex={-1} role="status">
      {outcome === null ? 'Recorded. It waits for review.' : `This was recorded before, and ${outcome}.`}{' '}
      <Link to="/portal/review">Review queue</Link>
    </p>
  );
}

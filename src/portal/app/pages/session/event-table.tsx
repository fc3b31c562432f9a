/** The redactions of a turn as the journal has them. */
import type { ReactNode } from 'react';
import { timeOfDay } from '../../parts/format.ts';
import { KindChip } from '../../parts/kind-chip.tsx';
import type { Redaction } from './session-view.ts';
import { doneWords } from './why-words.ts';

const COLUMNS = ['Entry', 'Kind', 'Place', 'Found by', 'Confidence', 'What was done', 'Time'];

export function EventTable({
  redactions,
  turn,
}: {
  readonly redactions: readonly Redaction[];
  readonly turn: number;
}): ReactNode {
  return (
    <div className="scroller" tabIndex={0} role="region" aria-label={`Redactions of turn ${turn}`}>
      <table className="data">
        <thead>
          <tr>
            {COLUMNS.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {redactions.map((redaction) => (
            <tr key={redaction.eventId}>
              <td className="mono">{redaction.seq}</td>
              <td>
                <KindChip kind={redaction.entityKind} />
              </td>
              <td className="mono">
                {redaction.path} [{redaction.span.start}, {redaction.span.end})
              </td>
              <td>{redaction.pass}</td>
              <td className="number">{redaction.confidence.toFixed(3)}</td>
              <td>{doneWords(redaction)}</td>
              <td>{timeOfDay(redaction.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

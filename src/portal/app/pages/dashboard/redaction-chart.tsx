/** Redactions over time as stacked bars, with the same figures as a table for those who do not see them. */
import type { ReactNode } from 'react';
import { count } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts, kindWords } from '../../parts/kinds.ts';
import { barsOf, roundedTop } from './chart.ts';
import type { Bucket } from './chart.ts';
import type { Period } from './periods.ts';
import { Plot } from './plot.tsx';

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

interface ChartProps {
  readonly buckets: readonly Bucket[];
  readonly total: unknown;
  readonly period: Period;
}

export function RedactionChart({ buckets, total, period }: ChartProps): ReactNode {
  const top = roundedTop(Math.max(0, ...buckets.map(({ redactions }) => redactions)));
  const format = period.interval === 'hour' ? HOUR : DAY;
  return (
    <>
      <Plot
        bars={barsOf(buckets, top)}
        top={top}
        label={`Redactions of the last ${period.label}, by ${period.interval}. The table below has the figures.`}
        write={(start) => format.format(new Date(start))}
      />
      <KindChips counts={kindCounts(total)} most={12} />
      <details className="chart-table">
        <summary>Figures as a table</summary>
        <div className="scroller" tabIndex={0} role="region" aria-label="Redactions over time">
          <FigureTable buckets={buckets} period={period} />
        </div>
      </details>
    </>
  );
}

function FigureTable({ buckets, period }: Pick<ChartProps, 'buckets' | 'period'>): ReactNode {
  return (
    <table className="data">
      <thead>
        <tr>
          <th scope="col">Began</th>
          <th scope="col" className="number">
            Redactions
          </th>
          <th scope="col">Kinds</th>
        </tr>
      </thead>
      <tbody>
        {buckets.map(({ start, redactions, redactionsByKind }) => (
          <tr key={start}>
            <td>
              {DAY.format(new Date(start))}
              {period.interval === 'hour' ? `, ${HOUR.format(new Date(start))}` : ''}
            </td>
            <td className="number">{count(redactions)}</td>
            <td>
              {kindCounts(redactionsByKind)
                .map((each) => `${kindWords(each.kind).label} ${each.count}`)
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

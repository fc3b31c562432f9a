/** Redactions over time as stacked bars, with the same figures as a table for those who do not see them. */
import type { ReactNode } from 'react';
import { count } from '../../parts/format.ts';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts, kindWords } from '../../parts/kinds.ts';
import { barsOf, roundedTop } from './chart.ts';
import type { Bucket } from './chart.ts';
import type { Period } from './periods.ts';

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 22;
const PLOT = HEIGHT - BOTTOM - 8;

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

interface ChartProps {
  readonly buckets: readonly Bucket[];
  readonly total: unknown;
  readonly period: Period;
}

export function RedactionChart({ buckets, total, period }: ChartProps): ReactNode {
  const top = roundedTop(Math.max(0, ...buckets.map(({ redactions }) => redactions)));
  const bars = barsOf(buckets, top);
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const write = period.interval === 'hour' ? HOUR : DAY;
  const every = Math.ceil(bars.length / 8);
  return (
    <>
      <svg
        className="chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Redactions of the last ${period.label}, by ${period.interval}. The table below has the figures.`}
      >
        {[0, 0.5, 1].map((share) => {
          const y = 8 + PLOT * (1 - share);
          return (
            <g key={share}>
              <line className="chart-line" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
              <text className="chart-text" x={LEFT - 8} y={y + 4} textAnchor="end">
                {count(top * share)}
              </text>
            </g>
          );
        })}
        {bars.map((bar, at) => (
          <g key={bar.start}>
            {bar.segments.map(({ family, from, to }) => (
              <rect
                key={family}
                className={`chart-bar kind-${family}`}
                x={LEFT + at * step + step * 0.14}
                width={step * 0.72}
                y={8 + PLOT * (1 - to)}
                height={Math.max(0, PLOT * (to - from) - 0.5)}
              />
            ))}
            {at % every === 0 ? (
              <text className="chart-text" x={LEFT + at * step + step / 2} y={HEIGHT - 6} textAnchor="middle">
                {write.format(new Date(bar.start))}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
      <KindChips counts={kindCounts(total)} most={12} />
      <details className="chart-table">
        <summary>Figures as a table</summary>
        <div className="scroller" tabIndex={0} role="region" aria-label="Redactions over time">
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
        </div>
      </details>
    </>
  );
}

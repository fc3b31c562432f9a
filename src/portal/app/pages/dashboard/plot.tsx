/** The bars of the chart with their scale, drawn in the pixels that the page has for them. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { count } from '../../parts/format.ts';
import type { Bar } from './chart.ts';

const HEIGHT = 200;
const LEFT = 44;
const TOP = 10;
const BOTTOM = 24;
const PLOT = HEIGHT - TOP - BOTTOM;
/** Pixels that a label below the bars takes. */
const LABEL = 76;
/** Width until it is measured. */
const FIRST_WIDTH = 720;

interface PlotProps {
  readonly bars: readonly Bar[];
  /** What the highest line of the scale counts. */
  readonly top: number;
  readonly label: string;
  /** Writes the start of a bar. */
  readonly write: (start: string) => string;
}

export function Plot({ bars, top, label, write }: PlotProps): ReactNode {
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg);
  const step = (width - LEFT) / Math.max(1, bars.length);
  const every = Math.max(1, Math.ceil(LABEL / step));
  return (
    <svg ref={svg} className="chart" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      <Scale top={top} width={width} />
      {bars.map((bar, at) => (
        <g key={bar.start}>
          <BarSegments bar={bar} x={LEFT + at * step} step={step} />
          {/* Counted from the last bar, which is now. */}
          {(bars.length - 1 - at) % every === 0 ? (
            <text
              className="chart-text"
              x={Math.min(LEFT + at * step + step / 2, width - LABEL / 4)}
              y={HEIGHT - 6}
              textAnchor="middle"
            >
              {write(bar.start)}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}

function Scale({ top, width }: { readonly top: number; readonly width: number }): ReactNode {
  return [0, 0.5, 1].map((share) => {
    const y = TOP + PLOT * (1 - share);
    return (
      <g key={share}>
        <line className="chart-line" x1={LEFT} x2={width} y1={y} y2={y} />
        <text className="chart-text" x={LEFT - 8} y={y + 4} textAnchor="end">
          {count(top * share)}
        </text>
      </g>
    );
  });
}

function BarSegments({ bar, x, step }: { readonly bar: Bar; readonly x: number; readonly step: number }): ReactNode {
  return bar.segments.map(({ family, from, to }) => (
    <rect
      key={family}
      className={`chart-bar kind-${family}`}
      x={x + step * 0.14}
      width={step * 0.72}
      y={TOP + PLOT * (1 - to)}
      height={Math.max(0, PLOT * (to - from) - 0.5)}
    />
  ));
}

/** Measures the width of an element, now and whenever it changes. */
function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.round(entry?.contentRect.width ?? 0);
      if (measured > 0) setWidth(measured);
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return width;
}

/** Where the time of a call or turn went: a bar to scale, with the figures beside it. */
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';

export interface Stages {
  readonly detection: number;
  readonly tokenize: number;
  readonly upstream: number | null;
  readonly rehydrate: number | null;
}

const STAGES = [
  { name: 'detection', label: 'Detect' },
  { name: 'tokenize', label: 'Mask' },
  { name: 'upstream', label: 'Model' },
  { name: 'rehydrate', label: 'Restore' },
] as const;

export function StageBar({ stages }: { readonly stages: Stages }): ReactNode {
  const known = STAGES.flatMap(({ name, label }) => {
    const ms = stages[name];
    return ms === null ? [] : [{ name, label, ms }];
  });
  const isOver = stages.upstream !== null && stages.rehydrate !== null;
  return (
    <div className="stages">
      <div className="stage-bar" aria-hidden="true">
        {known.map(({ name, ms }) => (
          <span key={name} className={`stage stage-${name}`} style={{ flexGrow: Math.max(ms, 0.001) }} />
        ))}
      </div>
      <dl className="stage-figures">
        {STAGES.map(({ name, label }) => {
          const ms = stages[name];
          return (
            <div key={name}>
              <dt>
                <span className={`stage-key stage-${name}`} aria-hidden="true" /> {label}
              </dt>
              <dd>{ms === null ? (isOver ? 'not measured' : 'running') : duration(ms)}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** How the parts of the server are. */
import type { ReactNode } from 'react';
import { healthRows } from '../../parts/health.ts';
import { useHealth } from '../../parts/use-health.ts';

const SIGNS = { good: '✓', warn: '!', bad: '×', unknown: '?' } as const;

export function HealthPanel(): ReactNode {
  const answer = useHealth();
  return (
    <section className="sheet panel" aria-labelledby="health-title">
      <h2 id="health-title">Health</h2>
      <ul className="health">
        {healthRows(answer).map(({ name, words, tone }) => (
          <li key={name}>
            <span>{name}</span>
            <span className={`state state-${tone}`}>
              <span aria-hidden="true">{SIGNS[tone]}</span> {words}
            </span>
          </li>
        ))}
      </ul>
      {answer === null ? <p className="soft">The server does not say how it is.</p> : null}
    </section>
  );
}

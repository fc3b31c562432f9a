/** The health of the server, asked again every ten seconds. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../api/ask.ts';
import { CALM_MS } from '../../api/live.ts';
import { healthRows } from '../../parts/health.ts';

const SIGNS = { good: '✓', warn: '!', bad: '×', unknown: '?' } as const;

export function HealthPanel(): ReactNode {
  const query = useQuery({
    queryKey: ['health'],
    // 503 is an answer, too: it says which part is down.
    queryFn: () => read('/health', [503]),
    refetchInterval: CALM_MS,
  });
  // An answer that could not be renewed says nothing of now.
  const rows = healthRows(query.error === null ? query.data : null);
  return (
    <section className="sheet panel" aria-labelledby="health-title">
      <h2 id="health-title">Health</h2>
      <ul className="health">
        {rows.map(({ name, words, tone }) => (
          <li key={name}>
            <span>{name}</span>
            <span className={`state state-${tone}`}>
              <span aria-hidden="true">{SIGNS[tone]}</span> {words}
            </span>
          </li>
        ))}
      </ul>
      {query.error === null ? null : <p className="soft">The server does not say how it is.</p>}
    </section>
  );
}

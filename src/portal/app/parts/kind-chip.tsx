/** A kind of identifier: its colour and, always, its name. */
import type { ReactNode } from 'react';
import { kindWords } from './kinds.ts';
import type { KindCount } from './kinds.ts';
import './kind-chip.css';

export function KindChip({ kind, count }: { readonly kind: string; readonly count?: number }): ReactNode {
  const { label, family } = kindWords(kind);
  return (
    <span className={`kind kind-${family}`}>
      {label}
      {count === undefined ? null : <span className="kind-count"> {count}</span>}
    </span>
  );
}

/** The kinds of a call or turn; beyond `most`, how many there are besides. */
export function KindChips({
  counts,
  most = 4,
}: {
  readonly counts: readonly KindCount[];
  readonly most?: number;
}): ReactNode {
  if (counts.length === 0) return <span className="kinds-none soft">None found</span>;
  const rest = counts.slice(most);
  return (
    <span className="kinds">
      {counts.slice(0, most).map(({ kind, count }) => (
        <KindChip key={kind} kind={kind} count={count} />
      ))}
      {rest.length === 0 ? null : (
        <span className="soft" title={rest.map(({ kind, count }) => `${kindWords(kind).label} ${count}`).join(', ')}>
          and {rest.length} more {rest.length === 1 ? 'kind' : 'kinds'}
        </span>
      )}
    </span>
  );
}

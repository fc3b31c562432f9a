/** The facts of one thing in a strip: a name, the fact, and what explains it. */
import type { ReactNode } from 'react';
import './facts.css';

export function Facts({ children }: { readonly children: ReactNode }): ReactNode {
  return <dl className="facts">{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

export function Fact({ name, note, children }: FactProps): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="fact">{children}</span>
        {note === undefined ? null : <span className="soft fact-note">{note}</span>}
      </dd>
    </div>
  );
}

/** The head of a page: its title, which also names the window, and what can be done on it. */
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Link } from '../routing/link.tsx';

let isFirstPage = true;

export interface PageHeadProps {
  readonly title: string;
  /** The list that a detail belongs to. */
  readonly above?: { readonly to: string; readonly title: string };
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

/** Gives the focus to the title of the page: what had it is gone, or will be. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
}

/** Draws the head. After a change of view the title gets the focus, so that a screen reader says where one is. */
export function PageHead({ title, above, lead, actions }: PageHeadProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Masker`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
    window.scrollTo(0, 0);
  }, []);
  return (
    <div className="page-head">
      <div>
        {above === undefined ? null : (
          <p className="trail">
            <Link to={above.to}>{above.title}</Link>
          </p>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead === undefined ? null : <p>{lead}</p>}
      </div>
      {actions === undefined ? null : <div className="page-actions">{actions}</div>}
    </div>
  );
}

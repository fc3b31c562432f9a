/** Links to the parts of a page. Which part is shown is in the address. */
import type { ReactNode } from 'react';
import { addressOf } from '../routing/address.ts';
import { Link } from '../routing/link.tsx';
import './part-links.css';

interface PartLinksProps {
  readonly label: string;
  readonly path: string;
  readonly parts: readonly { readonly value: string; readonly title: string }[];
  readonly shown: string;
  /** Parameters that every part keeps. */
  readonly kept?: Readonly<Record<string, string>>;
}

export function PartLinks({ label, path, parts, shown, kept = {} }: PartLinksProps): ReactNode {
  return (
    <nav className="part-links" aria-label={label}>
      {parts.map(({ value, title }) => (
        <Link
          key={value}
          to={addressOf(path, { ...kept, part: value })}
          aria-current={value === shown ? 'page' : undefined}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

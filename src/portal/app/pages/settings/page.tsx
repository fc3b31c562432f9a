/** Settings: the people of the account, one's own access tokens and browsers, and the keys that sign its log. */
import type { ReactNode } from 'react';
import { Permitted } from '../../frame/permitted.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PartLinks } from '../../parts/part-links.tsx';
import { useParameters } from '../../routing/address.ts';
import { Browsers } from './browsers.tsx';
import { Keys } from './keys.tsx';
import { Members } from './members.tsx';
import { Tokens } from './tokens.tsx';
import '../../parts/session-state.css';
import './settings.css';

const PARTS = [
  { value: 'members', title: 'Members' },
  { value: 'tokens', title: 'Access tokens' },
  { value: 'browsers', title: 'Browsers' },
  { value: 'keys', title: 'Keys' },
] as const;
type Part = (typeof PARTS)[number]['value'];

export function Page(): ReactNode {
  const [{ part = '' }] = useParameters();
  const shown = PARTS.find(({ value }) => value === part)?.value ?? 'members';
  return (
    <>
      <PageHead title="Settings" />
      <PartLinks label="Settings" path="/portal/settings" parts={PARTS} shown={shown} />
      <PartOf part={shown} />
    </>
  );
}

function PartOf({ part }: { readonly part: Part }): ReactNode {
  switch (part) {
    case 'members':
      return (
        <Permitted permission="members:admin" what="the members of the account">
          <Members />
        </Permitted>
      );
    case 'tokens':
      return <Tokens />;
    case 'browsers':
      return <Browsers />;
    case 'keys':
      return (
        <Permitted permission="audit:read" what="the keys of the account log">
          <Keys />
        </Permitted>
      );
  }
}

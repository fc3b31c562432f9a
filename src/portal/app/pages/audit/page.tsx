/** Audit: the account log, its checkpoints, sessions by what an auditor holds, and files checked by the verifier. */
import type { ReactNode } from 'react';
import { Permitted } from '../../frame/permitted.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PartLinks } from '../../parts/part-links.tsx';
import { useParameters } from '../../routing/address.ts';
import { CheckFile } from './check-file.tsx';
import { CheckpointPart } from './checkpoint-part.tsx';
import { Find } from './find.tsx';
import { Log } from './log.tsx';
import '../../parts/session-state.css';
import './audit.css';

const PARTS = [
  { value: 'log', title: 'Account log' },
  { value: 'find', title: 'Find a session' },
  { value: 'file', title: 'Check a file' },
  { value: 'checkpoint', title: 'Checkpoint' },
] as const;
type Part = (typeof PARTS)[number]['value'];

export function Page(): ReactNode {
  const [{ part = '' }] = useParameters();
  const shown = PARTS.find(({ value }) => value === part)?.value ?? 'log';
  return (
    <>
      <PageHead title="Audit" />
      <PartLinks label="Audit" path="/portal/audit" parts={PARTS} shown={shown} />
      <Permitted permission="audit:read" what="the account log">
        <PartOf part={shown} />
      </Permitted>
    </>
  );
}

function PartOf({ part }: { readonly part: Part }): ReactNode {
  switch (part) {
    case 'log':
      return <Log />;
    case 'find':
      return <Find />;
    case 'file':
      return <CheckFile />;
    case 'checkpoint':
      return <CheckpointPart />;
  }
}

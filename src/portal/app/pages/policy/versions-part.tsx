/** The versions of a policy, newest first: who saved each, what became of it, its text, and the way back to it. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { PersonName } from '../../frame/person-name.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { counted } from '../../parts/format.ts';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { PolicyView, Version } from './policy-view.ts';
import { rollbackPolicyOperation } from './queries.generated.ts';
import { Source } from './text-part.tsx';
import { Moment } from '../../parts/moment.tsx';

const STATUSES: Readonly<Record<Version['status'], { readonly tone: string; readonly label: string }>> = {
  published: { tone: 'good', label: 'In force' },
  draft: { tone: 'unknown', label: 'Draft' },
  superseded: { tone: 'unknown', label: 'Was in force' },
  skipped: { tone: 'unknown', label: 'Never published' },
};

interface VersionsPartProps {
  readonly policy: PolicyView;
  readonly versions: readonly Version[];
  readonly onMore: (() => void) | null;
}

export function VersionsPart({ policy, versions, onMore }: VersionsPartProps): ReactNode {
  const [{ version: opened = '' }] = useParameters();
  const open = versions.find(({ version }) => String(version) === opened);
  return (
    <>
      <DataTable
        label="Versions"
        rows={versions}
        keyOf={({ version }) => String(version)}
        columns={[
          {
            title: 'Version',
            form: 'wide',
            cell: (version) => <NameOf name={policy.name} version={version} isOpen={version === open} />,
          },
          {
            title: 'State',
            cell: ({ status }) => (
              <span className={`state state-${STATUSES[status].tone}`}>{STATUSES[status].label}</span>
            ),
          },
          { title: 'Saved', cell: (version) => <Saved version={version} /> },
          {
            title: 'Published',
            cell: ({ publishedAt }) => (
              <span className="nowrap">{publishedAt === null ? '–' : <Moment iso={publishedAt} />}</span>
            ),
          },
          { title: 'Acts', form: 'acts', cell: (version) => <RollBack policy={policy} version={version} /> },
        ]}
      />
      {onMore === null ? null : (
        <button type="button" className="button" onClick={onMore}>
          Show older versions
        </button>
      )}
      {open === undefined ? null : <Source title={`Version ${open.version}`} text={open.yaml} />}
    </>
  );
}

interface NameOfProps {
  /** The policy's. */
  readonly name: string;
  readonly version: Version;
  readonly isOpen: boolean;
}

function NameOf({ name, version: { version, description, restores }, isOpen }: NameOfProps): ReactNode {
  return (
    <>
      <Link
        aria-expanded={isOpen}
        to={addressOf('/portal/policies/detail', { name, part: 'versions', version: isOpen ? '' : String(version) })}
      >
        Version {version}
      </Link>
      {restores === null ? null : <span className="tag">The text of version {restores}</span>}
      <span className="table-note">{description}</span>
    </>
  );
}

function Saved({ version: { createdAt, createdBy } }: { readonly version: Version }): ReactNode {
  return (
    <>
      <Moment className="nowrap" iso={createdAt} />
      <span className="table-note">{createdBy === null ? 'By the system' : <PersonName id={createdBy} />}</span>
    </>
  );
}

interface RollBackProps {
  readonly policy: PolicyView;
  readonly version: Version;
}

function RollBack({ policy: { name, agentCount }, version: { version, status } }: RollBackProps): ReactNode {
  const mayWrite = useMay('policies:write');
  const back = useAct(rollbackPolicyOperation, (answer) => accepted(answer.rollbackPolicy));
  if (!mayWrite || status !== 'superseded') return null;
  return (
    <ConfirmAct
      act={back}
      variables={{ name, version }}
      label="Roll back to it"
      about={`version ${version}`}
      title={`Roll ${name} back to version ${version}?`}
      isQuiet
    >
      <p>
        Its text is published as a new version. {counted(agentCount, 'agent uses', 'agents use')} it from the next
        request on.
      </p>
    </ConfirmAct>
  );
}

/** One policy: the text in force, the editor with what a change would do, and its versions. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { usePages } from '../../api/use-view.ts';
import { useMay } from '../../frame/me.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PartLinks } from '../../parts/part-links.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { navigate, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { EditPart } from './edit-part.tsx';
import type { PolicyView, Version } from './policy-view.ts';
import { deletePolicyOperation, policyDetailOperation } from './queries.generated.ts';
import { TextPart } from './text-part.tsx';
import { VersionsPart } from './versions-part.tsx';
import './policy.css';

const PARTS = [
  { value: 'text', title: 'In force' },
  { value: 'edit', title: 'Edit' },
  { value: 'versions', title: 'Versions' },
] as const;
const PATH = '/portal/policies/detail';
/** Each version comes with its text. */
const VERSIONS_OF_A_PAGE = 20;

export function Page(): ReactNode {
  const [{ name = '' }] = useParameters();
  return (
    <Permitted permission="agents:read" what="a policy">
      <Policy key={name} name={name} />
    </Permitted>
  );
}

function Policy({ name }: { readonly name: string }): ReactNode {
  const [{ part = '' }] = useParameters();
  const mayWrite = useMay('policies:write');
  const query = usePages(
    policyDetailOperation,
    { name, first: VERSIONS_OF_A_PAGE },
    { pageInfoOf: ({ policy }) => policy?.versions.pageInfo ?? { hasNextPage: false, endCursor: null } },
  );
  const policy = query.data?.pages[0]?.policy ?? null;
  const versions = query.data?.pages.flatMap((page) => page.policy?.versions.edges.map(({ node }) => node) ?? []) ?? [];
  const isOwn = policy?.origin === 'account';
  const parts = PARTS.filter(({ value }) => value === 'text' || (isOwn && (value !== 'edit' || mayWrite)));
  const shown = parts.find(({ value }) => value === part)?.value ?? 'text';
  return (
    <>
      <PageHead
        title={policy?.name ?? 'Policy'}
        above={{ to: '/portal/policies', title: 'Policies' }}
        lead={policy?.description ?? name}
        actions={isOwn && mayWrite ? <Delete policy={policy} /> : undefined}
      />
      {isOwn ? <PartLinks label="Policy" path={PATH} parts={parts} shown={shown} kept={{ name }} /> : null}
      <Answered query={query} what="the policy">
        {() =>
          policy === null ? (
            <Empty title="There is no such policy">
              <p className="soft">It may have been deleted, or belong to another account.</p>
              <Link to="/portal/policies">All policies</Link>
            </Empty>
          ) : (
            <PartOf
              part={shown}
              policy={policy}
              versions={versions}
              onMore={query.hasNextPage ? () => void query.fetchNextPage() : null}
            />
          )
        }
      </Answered>
    </>
  );
}

interface PartOfProps {
  readonly part: (typeof PARTS)[number]['value'];
  readonly policy: PolicyView;
  readonly versions: readonly Version[];
  readonly onMore: (() => void) | null;
}

function PartOf({ part, policy, versions, onMore }: PartOfProps): ReactNode {
  switch (part) {
    case 'text':
      return <TextPart policy={policy} />;
    case 'edit':
      return <EditPart policy={policy} />;
    case 'versions':
      return <VersionsPart policy={policy} versions={versions} onMore={onMore} />;
  }
}

function Delete({ policy: { name, agentCount } }: { readonly policy: PolicyView }): ReactNode {
  const remove = useAct(deletePolicyOperation, (answer) => accepted(answer.deletePolicy));
  return (
    <ConfirmAct
      act={remove}
      variables={{ name }}
      label="Delete"
      about={name}
      title={`Delete the policy ${name}?`}
      onDone={() => {
        navigate('/portal/policies', { replace: true });
      }}
    >
      <p>
        {agentCount === 0
          ? 'Its versions go with it. Sessions keep the text that they ran under.'
          : 'Agents use it, so it cannot be deleted yet. Give them another policy first.'}
      </p>
    </ConfirmAct>
  );
}

/** The leaves of the account log, newest first. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { count, counted } from '../../parts/format.ts';
import { LabelledSelect } from '../../parts/form-fields.tsx';
import type { Offer } from '../../parts/form-fields.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { LeafPanel } from './leaf-panel.tsx';
import { PersonName } from '../../frame/person-name.tsx';
import { actorOf, factsOf, GROUPS, kindLabel, kindsOf } from './leaf-words.ts';
import { auditLogOperation } from './queries.generated.ts';
import type { AuditLogQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

type Leaf = AuditLogQuery['auditLog']['edges'][number]['node'];

const PAGE_SIZE = 50;

export function Log(): ReactNode {
  const [{ types = '', leaf: open = '' }, change] = useParameters();
  const query = usePages(
    auditLogOperation,
    { first: PAGE_SIZE, types: kindsOf(types) },
    {
      // The newest are last: pages go backwards.
      pageInfoOf: ({ auditLog: { pageInfo } }) => ({
        hasNextPage: pageInfo.hasPreviousPage,
        endCursor: pageInfo.startCursor,
      }),
      intervalAtTop: CALM_MS,
    },
  );
  const leaves = query.data?.pages.flatMap(({ auditLog }) => auditLog.edges.map(({ node }) => node).reverse()) ?? [];
  const isElsewhere = open !== '' && !leaves.some(({ index }) => String(index) === open);
  return (
    <>
      <p className="audit-lead soft">
        Every sealed session, every change and every read that takes a record. The log only grows, and its checkpoints
        are signed.
      </p>
      <div className="audit-filter">
        <LabelledSelect
          label="Show"
          value={types}
          offers={groupsWith(types)}
          onChange={(chosen) => {
            change({ types: chosen, leaf: '' }, { replace: true });
          }}
        />
        <Size checkpoint={query.data?.pages[0]?.checkpoint ?? null} />
      </div>
      <Answered query={query} what="the account log">
        {() => (
          <>
            {isElsewhere && /^\d{1,15}$/.test(open) ? (
              <div className="sheet leaf-alone">
                <LeafPanel index={Number(open)} />
              </div>
            ) : null}
            <Leaves leaves={leaves} open={open} types={types} />
            <MoreButton list={query} label="Show older leaves" />
          </>
        )}
      </Answered>
    </>
  );
}

/** Returns the groups of leaves that may be chosen. An address may name a kind that is none of them. */
function groupsWith(types: string): readonly Offer[] {
  const known = [{ value: '', label: 'Everything' }, ...GROUPS];
  return known.some(({ value }) => value === types) ? known : [...known, { value: types, label: kindLabel(types) }];
}

interface LeavesProps {
  readonly leaves: readonly Leaf[];
  /** Index of the leaf that is open; empty for none. */
  readonly open: string;
  readonly types: string;
}

function Leaves({ leaves, open, types }: LeavesProps): ReactNode {
  if (leaves.length === 0)
    return (
      <Empty title="No such leaf">
        <p className="soft">The log has no leaf of this kind yet.</p>
      </Empty>
    );
  return (
    <ol className="sheet leaves">
      {leaves.map((leaf) => (
        <Row key={leaf.index} leaf={leaf} isOpen={String(leaf.index) === open} types={types} />
      ))}
    </ol>
  );
}

function Size({ checkpoint }: { readonly checkpoint: NonNullable<AuditLogQuery['checkpoint']> | null }): ReactNode {
  if (checkpoint === null) return null;
  return (
    <p className="audit-size">
      <strong>{counted(checkpoint.size, 'leaf', 'leaves')}</strong>{' '}
      <span className="soft">
        signed <Moment iso={checkpoint.at} />
      </span>{' '}
      <Link to={addressOf('/portal/audit', { part: 'checkpoint' })}>Checkpoint</Link>
    </p>
  );
}

interface RowProps {
  readonly leaf: Leaf;
  readonly isOpen: boolean;
  readonly types: string;
}

function Row({ leaf, isOpen, types }: RowProps): ReactNode {
  const { index, kind, at } = leaf;
  const actor = actorOf(leaf.leaf);
  return (
    <li className="leaf">
      <div className="leaf-row">
        <span className="leaf-index mono">{count(index)}</span>
        <Link
          className="leaf-kind"
          to={addressOf('/portal/audit', { types, leaf: isOpen ? '' : String(index) })}
          aria-expanded={isOpen}
        >
          {kindLabel(kind)}
        </Link>
        <span className="leaf-facts">
          {factsOf(leaf.leaf).map(({ name, value }) => (
            <span key={name}>
              <span className="soft">{name}</span> {value}
            </span>
          ))}
        </span>
        <span className="leaf-actor">{actor === null ? 'Masker' : <PersonName id={actor} />}</span>
        <Moment className="leaf-time soft" iso={at} />
      </div>
      {isOpen ? <LeafPanel index={index} /> : null}
    </li>
  );
}

/** One leaf: its whole text, its hash, and the proof that it is in the log, which this browser checks. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../../api/ask.ts';
import { counted } from '../../parts/format.ts';
import { Answered } from '../../parts/states.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { sessionOf } from './leaf-words.ts';
import { leafProofOperation } from './queries.generated.ts';
import type { LeafProofQuery } from './queries.generated.ts';

/** A leaf with what the browser found out about its proof. */
interface ProvenLeaf {
  readonly answer: LeafProofQuery;
  /** Null where the leaf is proven; else what does not fit. */
  readonly fault: string | null;
}

async function prove(index: number, signal: AbortSignal): Promise<ProvenLeaf> {
  const [answer, { faultOf }] = await Promise.all([
    ask(leafProofOperation, { index }, signal),
    import('./leaf-proof.ts'),
  ]);
  return { answer, fault: faultOf(answer) };
}

export function LeafPanel({ index }: { readonly index: number }): ReactNode {
  const query = useQuery({
    queryKey: [leafProofOperation.name, index],
    queryFn: ({ signal }) => prove(index, signal),
    // A proof of the same leaf under a later checkpoint proves nothing more.
    staleTime: Infinity,
  });
  return (
    <div className="leaf-panel">
      <Answered query={query} what="the leaf">
        {({ answer, fault }) => <Proven answer={answer} fault={fault} />}
      </Answered>
    </div>
  );
}

function Proven({ answer, fault }: ProvenLeaf): ReactNode {
  const { entry, treeSize } = answer.inclusionProof;
  const session = sessionOf(entry.leaf);
  return (
    <>
      <p className={fault === null ? 'state-good' : 'state-bad'} role="status">
        {fault === null
          ? `✓ Checked in this browser: leaf ${entry.index} is in the log of ${counted(treeSize, 'leaf', 'leaves')} that the checkpoint signs.`
          : `× ${fault}`}
      </p>
      <dl className="leaf-more">
        <dt>Text</dt>
        <dd>
          <pre className="leaf-text" tabIndex={0} aria-label="Text of the leaf">
            {JSON.stringify(entry.leaf, null, 2)}
          </pre>
        </dd>
        <dt>Leaf hash</dt>
        <dd>
          <code className="wrap">{entry.leafHash}</code>
        </dd>
      </dl>
      {session === null ? null : (
        <p>
          <Link to={addressOf('/portal/sessions/detail', { id: session })}>Open the session</Link>
        </p>
      )}
    </>
  );
}

/** What the verifier found of a session, and the chain of its entries. */
import type { ReactNode } from 'react';
import { counted, timeOfDay } from '../../parts/format.ts';
import { VerificationCard } from '../../parts/verification/verification.tsx';
import type { ChainEntry, Verified } from './verify.ts';

export function Verdict({ verified }: { readonly verified: Verified }): ReactNode {
  return (
    <>
      <VerificationCard verification={verified.verification} />
      <Chain entries={verified.entries} />
    </>
  );
}

/** Characters of a hash that are shown: enough to compare by eye. */
const PREFIX = 12;

function Chain({ entries }: { readonly entries: readonly ChainEntry[] }): ReactNode {
  if (entries.length === 0) return null;
  return (
    <details className="chain">
      <summary>
        {counted(entries.length, 'entry', 'entries')} of the journal, with the beginnings of their hashes
      </summary>
      <div className="scroller" tabIndex={0} role="region" aria-label="Entries of the journal">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">Entry</th>
              <th scope="col">What happened</th>
              <th scope="col">Time</th>
              <th scope="col">Follows</th>
              <th scope="col">Hash</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ seq, kind, at, previousHash, hash }) => (
              <tr key={seq}>
                <td className="mono">{seq}</td>
                <td>{kind.replaceAll('_', ' ')}</td>
                <td>{timeOfDay(at)}</td>
                <td className="mono">{previousHash.slice(0, PREFIX)}</td>
                <td className="mono">{hash.slice(0, PREFIX)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

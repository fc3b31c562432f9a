/** What the verifier found: the outcome, each check in plain words, and the chain of entries. */
import type { ReactNode } from 'react';
import { counted, timeOfDay } from '../../parts/format.ts';
import { OUTCOMES, STATEMENTS, VERDICTS } from '../../../../../verifier/page/words.ts';
import type { Check } from '../../../../../verifier/src/verify.ts';
import type { ChainEntry, Verified } from './verify.ts';

const TONES = { good: 'good', neutral: 'unknown', bad: 'bad' } as const;
const CHECK_TONES = { holds: 'good', 'does not hold': 'bad', 'not checked': 'unknown' } as const;

export function Verdict({ verified }: { readonly verified: Verified }): ReactNode {
  const { verification, entries } = verified;
  const { headline, meaning, tone } = OUTCOMES[verification.outcome];
  return (
    <>
      <div className={`verdict verdict-${TONES[tone]}`} role="status" data-outcome={verification.outcome}>
        <h3>{headline}</h3>
        <p>{meaning}</p>
        {verification.outcome === 'unreadable' ? (
          <p>{verification.problem.message}</p>
        ) : verification.open.length > 0 ? (
          <p>The session is not sealed yet: entries that follow are not in this bundle.</p>
        ) : null}
      </div>
      {verification.outcome === 'unreadable' ? null : (
        <ul className="checks">
          {verification.checks.map((check) => (
            <CheckRow key={check.id} check={check} />
          ))}
        </ul>
      )}
      <Chain entries={entries} />
    </>
  );
}

function CheckRow({ check }: { readonly check: Check }): ReactNode {
  return (
    <li>
      <span className={`state-${CHECK_TONES[check.verdict]} check-sign`}>
        <span aria-hidden="true">{VERDICTS[check.verdict].sign}</span>
        <span className="unseen">{check.verdict}: </span>
      </span>
      <span>
        {STATEMENTS[check.id]}
        <span className="soft">
          {check.verdict === 'not checked' ? ' (not checked: ' : ' ('}
          {check.reason})
        </span>
        {check.findings.map((finding, at) => (
          <span key={at} className="field-problem">
            <br />
            {finding.message}
            {finding.entry?.seq === undefined || finding.entry.seq === null ? '' : `, entry ${finding.entry.seq}`}
          </span>
        ))}
      </span>
    </li>
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

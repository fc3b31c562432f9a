/** What the verifier found: the outcome, and each check in plain words. One look wherever something is verified. */
import type { ReactNode } from 'react';
import { OUTCOMES, STATEMENTS, VERDICTS } from '../../../../../verifier/page/words.ts';
import { shown } from '../../../../../verifier/src/shown.ts';
import type { Check, Verification } from '../../../../../verifier/src/verify.ts';
import './verification.css';

const TONES = { good: 'good', neutral: 'unknown', bad: 'bad' } as const;
const CHECK_TONES = { holds: 'good', 'does not hold': 'bad', 'not checked': 'unknown' } as const;

interface VerificationCardProps {
  readonly verification: Verification;
  /** What was verified, where there can be several. It may come from an attacker. */
  readonly name?: string;
  /** What the outcome does not say. */
  readonly children?: ReactNode;
}

export function VerificationCard({ verification, name, children }: VerificationCardProps): ReactNode {
  const { headline, meaning, tone } = OUTCOMES[verification.outcome];
  return (
    <article className={`sheet checked checked-${TONES[tone]}`} data-outcome={verification.outcome}>
      <header role="status">
        {name === undefined ? null : <p className="soft wrap">{shown(name)}</p>}
        <h3 className={`state-${TONES[tone]}`}>{headline}</h3>
        <p>{meaning}</p>
        {children}
        <Note verification={verification} />
      </header>
      {verification.outcome === 'unreadable' ? null : (
        <ul className="checked-list">
          {verification.checks.map((check) => (
            <CheckRow key={check.id} check={check} />
          ))}
        </ul>
      )}
    </article>
  );
}

function Note({ verification }: { readonly verification: Verification }): ReactNode {
  if (verification.outcome === 'unreadable') return <p className="field-problem">{verification.problem.message}</p>;
  const { open, not_covered: uncovered } = verification;
  return (
    <>
      {open.length === 0 ? null : <p>The call was not sealed when the file was made: later entries are not in it.</p>}
      {uncovered.length === 0 ? null : (
        <p className="field-problem">
          No signature covers these parts, which anyone may have added: <code>{uncovered.map(shown).join(', ')}</code>
        </p>
      )}
    </>
  );
}

function CheckRow({ check }: { readonly check: Check }): ReactNode {
  return (
    <li>
      <span className={`state-${CHECK_TONES[check.verdict]} checked-sign`}>
        <span aria-hidden="true">{VERDICTS[check.verdict].sign}</span>
        <span className="unseen">{check.verdict}: </span>
      </span>
      <div>
        {STATEMENTS[check.id]}
        <span className="checked-reason">
          {check.verdict === 'not checked' ? 'Not checked: ' : ''}
          {check.reason}
        </span>
        {check.findings.map((finding, at) => (
          <p key={at} className="field-problem wrap">
            {finding.message}
            {finding.entry?.seq === undefined || finding.entry.seq === null ? '' : `, entry ${finding.entry.seq}`}
          </p>
        ))}
        {check.omitted === 0 ? null : <p className="field-problem">and {check.omitted} more</p>}
      </div>
    </li>
  );
}

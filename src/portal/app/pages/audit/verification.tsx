/** What the verifier found in a file: the outcome, and each check in plain words. */
import type { ReactNode } from 'react';
import { OUTCOMES, STATEMENTS, VERDICTS } from '../../../../../verifier/page/words.ts';
import { shown } from '../../../../../verifier/src/shown.ts';
import type { Check, Verification } from '../../../../../verifier/src/verify.ts';
import type { CheckedFile } from './verify-files.ts';

const TONES = { good: 'good', neutral: 'unknown', bad: 'bad' } as const;
const CHECK_TONES = { holds: 'good', 'does not hold': 'bad', 'not checked': 'unknown' } as const;

export function VerificationCard({ name, verification, isPdf }: CheckedFile): ReactNode {
  const { headline, meaning, tone } = OUTCOMES[verification.outcome];
  return (
    <article className={`sheet checked checked-${TONES[tone]}`} data-outcome={verification.outcome}>
      <header role="status">
        <p className="soft breaks">{shown(name)}</p>
        <h2 className={`state-${TONES[tone]}`}>{headline}</h2>
        <p>{meaning}</p>
        {isPdf ? <p>The bundle inside the PDF was checked. The pages of the PDF were not.</p> : null}
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
      {open.length === 0 ? null : <p>A call had not ended when the file was made: later entries are not here.</p>}
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
        <span className="table-note">
          {check.verdict === 'not checked' ? 'Not checked: ' : ''}
          {check.reason}
        </span>
        {check.findings.map((finding, at) => (
          <p key={at} className="field-problem breaks">
            {finding.message}
            {finding.entry?.seq === undefined || finding.entry.seq === null ? '' : `, entry ${finding.entry.seq}`}
          </p>
        ))}
        {check.omitted === 0 ? null : <p className="field-problem">and {check.omitted} more</p>}
      </div>
    </li>
  );
}

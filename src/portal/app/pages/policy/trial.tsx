/** What the text in the editor changes against the version in force, and what it would have made of the calls on record. */
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { count, counted } from '../../parts/format.ts';
import { KindChip } from '../../parts/kind-chip.tsx';
import { Answered } from '../../parts/states.tsx';
import type { Checked } from '../../parts/policy/use-problems.ts';
import { useParameters } from '../../routing/address.ts';
import type { Trial as TrialAnswer } from './policy-view.ts';
import { policyTrialOperation } from './queries.generated.ts';
import { changeWords, PERIODS, periodOf, UNKNOWN_WORDS, UNTRIED_WORDS } from './trial-words.ts';

interface TrialProps {
  readonly name: string;
  readonly yaml: string;
  readonly state: Checked['state'];
  readonly shown: 'difference' | 'effect';
}

export function Trial({ name, yaml, state, shown }: TrialProps): ReactNode {
  const [{ since = '' }, change] = useParameters();
  const period = periodOf(since);
  const query = useQuery({
    queryKey: [policyTrialOperation.name, name, yaml, period],
    queryFn: async ({ signal }) => (await ask(policyTrialOperation, { name, yaml, since: period }, signal)).policy,
    enabled: state === 'valid',
    gcTime: 10_000,
  });
  if (state !== 'valid') return <p className="soft">{UNTRIED_WORDS[state]}</p>;
  return (
    <>
      {shown === 'difference' ? null : (
        <label className="field trial-period">
          <span>Calls of the last</span>
          <select
            value={period}
            onChange={({ target }) => {
              change({ since: target.value }, { replace: true });
            }}
          >
            {PERIODS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      <Answered query={query} what="what the text would do">
        {(trial) =>
          trial === null ? null : shown === 'difference' ? (
            <Difference diff={trial.diff} />
          ) : (
            <Effect effect={trial.effect} />
          )
        }
      </Answered>
    </>
  );
}

function Difference({ diff: { from, changes } }: Pick<TrialAnswer, 'diff'>): ReactNode {
  if (changes.length === 0) return <p>No setting differs from version {from}. Defaults count as written.</p>;
  return (
    <>
      <p className="soft trial-lead">
        {counted(changes.length, 'setting')} against version {from}. Defaults count as written.
      </p>
      <ul className="changes">
        {changes.map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code>
            <span>
              <del>{changeWords(before)}</del> <span aria-hidden="true">→</span>
              <span className="unseen"> becomes </span> <ins>{changeWords(after)}</ins>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Effect({ effect }: Pick<TrialAnswer, 'effect'>): ReactNode {
  const { sessions, turns, isComplete, kinds, unknown } = effect;
  return (
    <>
      <p className="trial-lead">
        {counted(sessions, 'session')} with {counted(turns, 'turn')} that {turns === 1 ? 'has' : 'have'} redactions
        {isComplete ? '.' : ': the newest; there are more than are looked at.'}
      </p>
      {kinds.length === 0 ? (
        <p className="soft">No redaction is on record for the agents that name this policy.</p>
      ) : (
        <div className="scroller" tabIndex={0} role="region" aria-label="Effect on recorded redactions">
          <table className="data effect">
            <thead>
              <tr>
                <th scope="col">Kind</th>
                {['On record', 'Kept', 'Changed', 'Would pass', 'Not found'].map((title) => (
                  <th key={title} scope="col" className="number">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {kinds.map(({ kind, recorded, kept, changed, unmasked, dropped }) => (
                <tr key={kind}>
                  <td>
                    <KindChip kind={kind} />
                  </td>
                  <td className="number">{count(recorded)}</td>
                  <td className="number">{count(kept)}</td>
                  <td className="number">{count(changed)}</td>
                  <td className={unmasked > 0 ? 'number state-bad' : 'number'}>{count(unmasked)}</td>
                  <td className={dropped > 0 ? 'number state-warn' : 'number'}>{count(dropped)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <h3 className="trial-unknown">What records cannot tell</h3>
      <ul className="unknowns soft">
        {unknown.map((each) => (
          <li key={each}>{UNKNOWN_WORDS[each]}</li>
        ))}
      </ul>
    </>
  );
}

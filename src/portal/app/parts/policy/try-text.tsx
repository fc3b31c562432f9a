/** The try-it pane: what a policy would mask in a text, and why. The text is sent to the server, and kept nowhere. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { ask } from '../../api/ask.ts';
import { FormProblem } from '../form-problem.tsx';
import { KindChip } from '../kind-chip.tsx';
import { MarkedText } from '../marked/marked-text.tsx';
import { cutAtSpans } from '../marked/pieces.ts';
import { outcomeWords } from './outcomes.ts';
import { policyTryOperation } from './queries.generated.ts';
import type { PolicyTryQuery } from './queries.generated.ts';

const EXAMPLE =
  'Hi, this is Maria Gonzalez, born March 4 1961. Call me back on 415-555-0142, my member ID is XQ 4417 220.';

interface Tried {
  readonly yaml: string;
  readonly text: string;
  readonly found: PolicyTryQuery['detect'];
}

export function TryText({ yaml, isValid }: { readonly yaml: string; readonly isValid: boolean }): ReactNode {
  const [text, setText] = useState(EXAMPLE);
  const attempt = useMutation({
    mutationFn: async (asked: { readonly yaml: string; readonly text: string }): Promise<Tried> => ({
      ...asked,
      found: (await ask(policyTryOperation, asked)).detect,
    }),
    // The text may hold PHI: the cache forgets it with the pane.
    gcTime: 0,
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    attempt.mutate({ yaml, text });
  };
  const tried = attempt.data;
  const isCurrent = tried?.yaml === yaml && tried.text === text;
  return (
    <form className="try" onSubmit={submit}>
      <label className="field">
        <span>A text to search. Made-up names are enough; it is not stored.</span>
        <textarea
          required
          rows={4}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
          }}
        />
      </label>
      <div>
        <button type="submit" className="button" disabled={attempt.isPending || !isValid || text.trim() === ''}>
          Try it
        </button>
      </div>
      <FormProblem error={attempt.error} />
      <div role="status">
        {tried === undefined ? null : isCurrent ? (
          <Result tried={tried} />
        ) : (
          <p className="soft">The policy or the text has changed. Try it again.</p>
        )}
      </div>
    </form>
  );
}

function Result({ tried: { text, found } }: { readonly tried: Tried }): ReactNode {
  return (
    <>
      <MarkedText pieces={cutAtSpans(text, found.spans)} />
      <p className="soft try-count">
        {found.spans.length === 0 ? 'Nothing would be masked.' : 'What would be masked is highlighted.'}
      </p>
      {found.candidates.length === 0 ? null : (
        <ul className="candidates" aria-label="What was considered">
          {[...found.candidates].sort(byPlace).map((each, at) => (
            <li key={at}>
              <p className="candidate-head">
                <strong>{text.slice(each.start, each.end)}</strong> <KindChip kind={each.kind} />
                <span className="number">
                  <span className="unseen">Confidence </span>
                  {each.confidence.toFixed(3)}
                </span>
              </p>
              <p className={each.outcome === 'reported' ? undefined : 'soft'}>{outcomeWords(each.outcome)}</p>
              <p className="soft">
                <code>{each.recogniser}</code>
                {each.cue === null ? '' : `, cue “${each.cue}”`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type Candidate = Tried['found']['candidates'][number];

/** In the order of the text, and the longer of two that begin at one place first. */
function byPlace(one: Candidate, other: Candidate): number {
  return one.start - other.start || other.end - one.end;
}

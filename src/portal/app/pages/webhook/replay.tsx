/** Replay: the events of a window are sent once more, under their own IDs. */
import { useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { counted, timeZone } from '../../parts/format.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { replayWebhookOperation } from './queries.generated.ts';
import { momentOf } from './window.ts';

export function Replay({ id }: { readonly id: string }): ReactNode {
  const [since, setSince] = useState('');
  const [until, setUntil] = useState('');
  const replay = useAct(replayWebhookOperation, (answer) => accepted(answer.replayWebhook).eventCount);
  const from = momentOf(since);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (from !== null) replay.run({ id, since: from, until: momentOf(until) });
  };
  const field = (label: string, value: string, set: (value: string) => void, isRequired: boolean): ReactNode => (
    <label className="field">
      <span>{label}</span>
      <input
        type="datetime-local"
        required={isRequired}
        value={value}
        onChange={({ target }) => {
          set(target.value);
          replay.reset();
        }}
      />
    </label>
  );
  return (
    <section aria-labelledby="replay-title" className="webhook-section">
      <h2 id="replay-title">Send again</h2>
      <p className="soft">
        Events that happened in this window are sent once more, with the IDs that they had. A receiver skips those that
        it has seen. Times are in {timeZone()}.
      </p>
      <form className="replay" onSubmit={submit}>
        {field('From', since, setSince, true)}
        {field('Until (now, where empty)', until, setUntil, false)}
        <button type="submit" className="button" disabled={replay.isPending || from === null}>
          Send them again
        </button>
      </form>
      <FormProblem error={replay.error} />
      <p role="status">
        {replay.data === undefined ? '' : `${counted(replay.data, 'event')} of this window will be sent again.`}
      </p>
    </section>
  );
}

/** The newest checkpoint of the log, and whether the log only grew since one that a person kept. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyntheticEvent, ReactNode } from 'react';
import { save } from '../../api/download.ts';
import { useView } from '../../api/use-view.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { count } from '../../parts/format.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Answered } from '../../parts/states.tsx';
import { newestCheckpointOperation } from './queries.generated.ts';
import type { NewestCheckpointQuery } from './queries.generated.ts';
import { Moment } from '../../parts/moment.tsx';

export function CheckpointPart(): ReactNode {
  const query = useView(newestCheckpointOperation, {});
  return (
    <div className="checkpoint-columns">
      <section aria-labelledby="newest-title">
        <h2 id="newest-title">Newest checkpoint</h2>
        <p className="soft">
          The signed size and root of the log. Keep one elsewhere: it shows whether anything was taken away later.
        </p>
        <Answered query={query} what="the checkpoint">
          {({ checkpoint }) => <Newest checkpoint={checkpoint} />}
        </Answered>
      </section>
      <Compare />
    </div>
  );
}

function Newest({ checkpoint }: NewestCheckpointQuery): ReactNode {
  const { size, rootHash, at, keyId, note, witnessed, cosignatures } = checkpoint;
  return (
    <div className="sheet checkpoint">
      <dl className="leaf-more">
        <dt>Leaves</dt>
        <dd>{count(size)}</dd>
        <dt>Signed</dt>
        <dd>
          <Moment iso={at} />, key <code>{keyId}</code>
        </dd>
        <dt>Root</dt>
        <dd>
          <code className="wrap">{rootHash}</code>
        </dd>
        <dt>Witnesses</dt>
        <dd>
          {witnessed === null
            ? 'The server asks none'
            : `${cosignatures.map(({ witness }) => witness).join(', ') || 'None yet'}${witnessed ? '' : ': fewer than the policy asks for'}`}
        </dd>
      </dl>
      <pre className="leaf-text" tabIndex={0} aria-label="The signed note">
        {note}
      </pre>
      <div className="page-actions">
        <CopyButton text={note} what="the checkpoint" />
        <button
          type="button"
          className="button"
          onClick={() => {
            save(new Blob([note], { type: 'text/plain' }), `checkpoint-${size}.txt`);
          }}
        >
          Download
        </button>
      </div>
    </div>
  );
}

function Compare(): ReactNode {
  const [kept, setKept] = useState('');
  const compare = useMutation({ mutationFn: async () => (await import('./growth.ts')).growthSince(kept) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    compare.mutate();
  };
  return (
    <section aria-labelledby="compare-title">
      <h2 id="compare-title">Compare with one that you kept</h2>
      <p className="soft">
        This browser checks the proof of the server, and that a key of the log signed both states. The keys are those
        that the server names: compare them with the ones that you know.
      </p>
      <form className="compare" onSubmit={submit}>
        <label className="field">
          <span>An earlier checkpoint, as it was signed</span>
          <textarea
            required
            rows={7}
            className="mono"
            spellCheck={false}
            value={kept}
            onChange={({ target }) => {
              setKept(target.value);
              compare.reset();
            }}
          />
        </label>
        <div className="page-actions">
          <button type="submit" className="button button-main" disabled={compare.isPending}>
            Compare
          </button>
        </div>
        <FormProblem error={compare.error} />
        {compare.data === undefined ? null : (
          <p className={`note note-${compare.data.isGrown ? 'good' : 'bad'}`} role="status">
            {compare.data.words}
          </p>
        )}
      </form>
    </section>
  );
}

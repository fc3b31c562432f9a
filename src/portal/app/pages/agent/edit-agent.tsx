/** Edits an agent. A change that another person made meanwhile is shown, and never overwritten unseen. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ApiFailure, asFailure } from '../../api/failure.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Answered } from '../../parts/states.tsx';
import { TOKENIZATIONS } from '../../parts/tokenizations.ts';
import { useParameters } from '../../routing/address.ts';
import { changeOf, differences, FIELD_LABELS, fieldsOf, rebased, sortProblems, valueWords } from './agent-fields.ts';
import type { AgentFields, FieldName, SortedProblems } from './agent-fields.ts';
import type { AgentView } from './agent-view.ts';
import { CallersFields } from './callers-fields.tsx';
import { SelectField, TextField } from './field.tsx';
import type { FormPart } from './field.tsx';
import { PolicyFields } from './policy-fields.tsx';
import { editChoicesOperation, updateAgentOperation } from './queries.generated.ts';
import './edit-agent.css';

interface EditAgentProps {
  readonly agent: AgentView;
  /** Reads the agent again. */
  readonly refetch: () => unknown;
}

export function EditAgent({ agent, refetch }: EditAgentProps): ReactNode {
  const choices = useView(editChoicesOperation, {});
  return (
    <Answered query={choices} what="the choices">
      {({ upstreams, policies }) => (
        <EditForm
          agent={agent}
          refetch={refetch}
          upstreams={upstreams}
          policies={policies.edges.flatMap(({ node }) => (node.publishedVersion === null ? [] : [node.name]))}
        />
      )}
    </Answered>
  );
}

interface EditFormProps extends EditAgentProps {
  readonly upstreams: readonly string[];
  readonly policies: readonly string[];
}

/** What the edits are based on: the agent as it was read. */
interface Base {
  readonly updatedAt: string;
  readonly fields: AgentFields;
}

function EditForm({ agent, refetch, upstreams, policies }: EditFormProps): ReactNode {
  const [base, setBase] = useState<Base>(() => baseOf(agent));
  const [fields, setFields] = useState(base.fields);
  const [, change] = useParameters();
  const save = useAct(updateAgentOperation, (answer) => accepted(answer.updateAgent));
  const failure = save.error === null ? null : asFailure(save.error);
  const problems = sortProblems(failure?.details ?? []);
  const isConflict = failure?.code === 'precondition_failed';
  useEffect(() => {
    if (isConflict) void refetch();
  }, [isConflict, refetch]);
  const stored = baseOf(agent);
  const isOutdated = stored.updatedAt !== base.updatedAt;
  const edits = differences(base.fields, fields);
  const part: FormPart = {
    fields,
    problems: problems.byField,
    set: (changes) => {
      setFields({ ...fields, ...changes });
    },
  };
  const leave = (): void => {
    change({ part: '' });
  };
  const takeStored = (next: AgentFields): void => {
    save.reset();
    setBase(stored);
    setFields(next);
  };
  return (
    <form
      className="edit-agent"
      aria-label={`Edit ${agent.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        save.run({ id: agent.id, input: changeOf(base.fields, fields), ifUpdatedAt: base.updatedAt }, leave);
      }}
    >
      <section className="sheet edit-part">
        <TextField part={part} name="name" isRequired maxLength={64} />
        <SelectField
          part={part}
          name="upstream"
          choices={upstreams.map((name) => ({
            value: name,
            label: name === 'stub' ? 'stub: a model inside Masker, for trying' : name,
          }))}
        />
        <SelectField part={part} name="tokenization" choices={TOKENIZATIONS} />
      </section>
      <section className="sheet edit-part">
        <PolicyFields key={base.updatedAt} part={part} policies={policies} />
      </section>
      <section className="sheet edit-part">
        <CallersFields part={part} base={base.fields} />
      </section>
      {isOutdated ? (
        <Conflict
          base={base.fields}
          stored={stored.fields}
          hasEdits={edits.length > 0}
          onKeep={() => {
            takeStored(rebased(base.fields, fields, stored.fields));
          }}
          onDiscard={() => {
            takeStored(stored.fields);
          }}
        />
      ) : null}
      {failure === null || isConflict ? null : <FormProblem error={shownBelow(failure, problems)} />}
      <div className="page-actions edit-acts">
        <button
          type="submit"
          className="button button-main"
          disabled={edits.length === 0 || isOutdated || save.isPending}
        >
          {save.isPending ? 'Saving…' : 'Save the changes'}
        </button>
        <button type="button" className="button" onClick={leave}>
          Cancel
        </button>
        <span className="soft" role="status">
          {edits.length === 0 ? 'No changes' : `Changed: ${edits.map((name) => FIELD_LABELS[name]).join(', ')}`}
        </span>
      </div>
    </form>
  );
}

/** What the form as a whole says of a failure: what its fields say is not said again. */
function shownBelow({ code, message, requestId }: ApiFailure, { byField, rest }: SortedProblems): ApiFailure {
  const isAtFields = rest.length === 0 && Object.keys(byField).length > 0;
  const words = isAtFields ? 'Nothing was saved: the fields that are marked are not valid.' : message;
  return new ApiFailure(code, words, { details: rest, requestId });
}

function baseOf(agent: AgentView): Base {
  return { updatedAt: agent.updatedAt, fields: fieldsOf(agent) };
}

interface ConflictProps {
  readonly base: AgentFields;
  readonly stored: AgentFields;
  readonly hasEdits: boolean;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

function Conflict({ base, stored, hasEdits, onKeep, onDiscard }: ConflictProps): ReactNode {
  const changed = differences(base, stored);
  const line = (name: FieldName): string =>
    `${FIELD_LABELS[name]}: ${valueWords(name, base[name])} became ${valueWords(name, stored[name])}`;
  return (
    <div className="note note-warn edit-conflict" role="alert">
      <p>
        <strong>The agent was changed while you edited it.</strong> Nothing of yours has been saved.
      </p>
      {changed.length === 0 ? (
        <p>A setting was changed that this form does not show, such as a secret or the assistant.</p>
      ) : (
        <ul>
          {changed.map((name) => (
            <li key={name}>{line(name)}</li>
          ))}
        </ul>
      )}
      <div className="page-actions">
        <button type="button" className="button" onClick={onKeep}>
          {hasEdits ? 'Keep my edits on top of that' : 'Go on with that'}
        </button>
        {hasEdits ? (
          <button type="button" className="button" onClick={onDiscard}>
            Discard my edits
          </button>
        ) : null}
      </div>
    </div>
  );
}

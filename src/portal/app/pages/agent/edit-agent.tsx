/** Edits an agent. A change that another person made meanwhile is shown, and never overwritten unseen. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ApiFailure, asFailure } from '../../api/failure.ts';
import { accepted, useAct } from '../../api/use-act.ts';
import { useView } from '../../api/use-view.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Answered } from '../../parts/states.tsx';
import { TOKENIZATIONS } from '../../parts/tokenizations.ts';
import { upstreamLabel } from '../../parts/upstreams.ts';
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

/** The edits of a form, what they are based on, and what the server says of them. */
interface Editing {
  readonly part: FormPart;
  readonly base: Base;
  readonly stored: Base;
  readonly edits: readonly FieldName[];
  readonly failure: ApiFailure | null;
  readonly isConflict: boolean;
  readonly isPending: boolean;
  readonly problems: SortedProblems;
  readonly save: (onDone: () => void) => void;
  /** Goes on from the agent as it is stored now, with these fields. */
  readonly takeStored: (next: AgentFields) => void;
}

function useEditing({ agent, refetch }: EditAgentProps): Editing {
  const [base, setBase] = useState<Base>(() => baseOf(agent));
  const [fields, setFields] = useState(base.fields);
  const act = useAct(updateAgentOperation, (answer) => accepted(answer.updateAgent));
  const failure = act.error === null ? null : asFailure(act.error);
  const problems = sortProblems(failure?.details ?? []);
  const isConflict = failure?.code === 'precondition_failed';
  useEffect(() => {
    if (isConflict) void refetch();
  }, [isConflict, refetch]);
  const stored = baseOf(agent);
  return {
    part: {
      fields,
      problems: problems.byField,
      set: (changes) => {
        setFields({ ...fields, ...changes });
      },
    },
    base,
    stored,
    edits: differences(base.fields, fields),
    failure,
    isConflict,
    isPending: act.isPending,
    problems,
    save: (onDone) => {
      act.run({ id: agent.id, input: changeOf(base.fields, fields), ifUpdatedAt: base.updatedAt }, onDone);
    },
    takeStored: (next) => {
      act.reset();
      setBase(stored);
      setFields(next);
    },
  };
}

function EditForm({ agent, refetch, upstreams, policies }: EditFormProps): ReactNode {
  const [, change] = useParameters();
  const editing = useEditing({ agent, refetch });
  const { part, base, stored, failure, isConflict, problems } = editing;
  const isOutdated = stored.updatedAt !== base.updatedAt;
  const leave = (): void => {
    change({ part: '' });
  };
  return (
    <form
      className="edit-agent"
      aria-label={`Edit ${agent.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        editing.save(leave);
      }}
    >
      <section className="sheet edit-part">
        <TextField part={part} name="name" isRequired maxLength={64} />
        <SelectField
          part={part}
          name="upstream"
          choices={upstreams.map((name) => ({ value: name, label: upstreamLabel(name) }))}
        />
        <SelectField part={part} name="tokenization" choices={TOKENIZATIONS} />
      </section>
      <section className="sheet edit-part">
        <PolicyFields key={base.updatedAt} part={part} policies={policies} />
      </section>
      <section className="sheet edit-part">
        <CallersFields part={part} base={base.fields} />
      </section>
      {isOutdated ? <Conflict editing={editing} /> : null}
      {failure === null || isConflict ? null : <FormProblem error={shownBelow(failure, problems)} />}
      <EditActs editing={editing} isOutdated={isOutdated} onLeave={leave} />
    </form>
  );
}

interface EditActsProps {
  readonly editing: Editing;
  readonly isOutdated: boolean;
  readonly onLeave: () => void;
}

function EditActs({ editing: { edits, isPending }, isOutdated, onLeave }: EditActsProps): ReactNode {
  return (
    <div className="page-actions edit-acts">
      <button type="submit" className="button button-main" disabled={edits.length === 0 || isOutdated || isPending}>
        {isPending ? 'Saving…' : 'Save the changes'}
      </button>
      <button type="button" className="button" onClick={onLeave}>
        Cancel
      </button>
      <span className="soft" role="status">
        {edits.length === 0 ? 'No changes' : `Changed: ${edits.map((name) => FIELD_LABELS[name]).join(', ')}`}
      </span>
    </div>
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

function Conflict({ editing }: { readonly editing: Editing }): ReactNode {
  const { part, edits, takeStored } = editing;
  const base = editing.base.fields;
  const stored = editing.stored.fields;
  const hasEdits = edits.length > 0;
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
        <button
          type="button"
          className="button"
          onClick={() => {
            takeStored(rebased(base, part.fields, stored));
          }}
        >
          {hasEdits ? 'Keep my edits on top of that' : 'Go on with that'}
        </button>
        {hasEdits ? (
          <button
            type="button"
            className="button"
            onClick={() => {
              takeStored(stored);
            }}
          >
            Discard my edits
          </button>
        ) : null}
      </div>
    </div>
  );
}

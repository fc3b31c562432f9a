/** What a report is about. All but the purpose is in the address. */
import type { ReactNode } from 'react';
import { LabelledInput, LabelledSelect } from '../../parts/form-fields.tsx';
import { scopeOf, SCOPES, WINDOWS } from './scope.ts';

/** An agent that a report may be about. */
export interface ReportedAgent {
  readonly id: string;
  readonly name: string;
}

interface FieldsProps {
  readonly parameters: Readonly<Record<string, string>>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

interface ReportFormProps extends FieldsProps {
  /** Empty for those who may not read agents: they type the ID. */
  readonly agents: readonly ReportedAgent[];
  readonly purpose: string;
  readonly onPurpose: (purpose: string) => void;
}

export function ReportForm({ agents, parameters, purpose, onPurpose, onChange }: ReportFormProps): ReactNode {
  const scope = scopeOf(parameters);
  const fields = { parameters, onChange };
  return (
    <div className="report-form">
      <LabelledSelect
        label="About"
        value={scope}
        offers={SCOPES}
        onChange={(value) => {
          onChange({ scope: value });
        }}
      />
      {scope === 'session' ? <TypedField {...fields} name="session" label="Session" placeholder="sess_…" /> : null}
      {scope === 'agent' ? <AgentField {...fields} agents={agents} /> : null}
      {scope === 'session' ? null : <WindowFields {...fields} />}
      <LabelledInput
        label="What it is for (optional, stays on record)"
        fieldClass="report-purpose"
        maxLength={200}
        autoComplete="off"
        placeholder="Audit of the fourth quarter"
        value={purpose}
        onChange={onPurpose}
      />
    </div>
  );
}

function AgentField({ agents, parameters, onChange }: FieldsProps & Pick<ReportFormProps, 'agents'>): ReactNode {
  if (agents.length === 0)
    return <TypedField parameters={parameters} onChange={onChange} name="agent" label="Agent" placeholder="agt_…" />;
  return (
    <LabelledSelect
      label="Agent"
      value={parameters['agent'] ?? ''}
      offers={[{ value: '', label: 'Choose an agent' }, ...agents.map(({ id, name }) => ({ value: id, label: name }))]}
      onChange={(agent) => {
        onChange({ agent });
      }}
    />
  );
}

/** The days in which the sessions of the report began. */
function WindowFields({ parameters, onChange }: FieldsProps): ReactNode {
  const fields = { parameters, onChange };
  return (
    <>
      <LabelledSelect
        label="Sessions that began"
        value={parameters['since'] ?? '30d'}
        offers={WINDOWS}
        onChange={(since) => {
          onChange({ since });
        }}
      />
      {parameters['since'] === 'days' ? (
        <>
          <TypedField {...fields} name="from" label="From (UTC)" type="date" />
          <TypedField {...fields} name="to" label="To, with this day" type="date" />
        </>
      ) : null}
    </>
  );
}

interface TypedFieldProps extends FieldsProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'date';
  readonly placeholder?: string;
}

function TypedField({ parameters, onChange, name, label, type = 'text', placeholder }: TypedFieldProps): ReactNode {
  return (
    <LabelledInput
      label={label}
      type={type}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      value={parameters[name] ?? ''}
      onChange={(value) => {
        onChange({ [name]: value });
      }}
    />
  );
}

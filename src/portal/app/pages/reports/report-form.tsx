/** What a report is about. All but the purpose is in the address. */
import type { ReactNode } from 'react';
import { scopeOf, SCOPES, WINDOWS } from './scope.ts';

interface ReportFormProps {
  /** Empty for those who may not read agents: they type the ID. */
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly purpose: string;
  readonly onPurpose: (purpose: string) => void;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

export function ReportForm({ agents, parameters, purpose, onPurpose, onChange }: ReportFormProps): ReactNode {
  const scope = scopeOf(parameters);
  const select = (
    name: string,
    label: string,
    choices: readonly (readonly [string, string])[],
    shown: string,
  ): ReactNode => (
    <label className="field">
      <span>{label}</span>
      <select
        value={shown}
        onChange={({ target }) => {
          onChange({ [name]: target.value });
        }}
      >
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const input = (name: string, label: string, type: 'text' | 'date', placeholder = ''): ReactNode => (
    <label className="field">
      <span>{label}</span>
      <input
        type={type}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        value={parameters[name] ?? ''}
        onChange={({ target }) => {
          onChange({ [name]: target.value });
        }}
      />
    </label>
  );
  return (
    <div className="report-form">
      {select(
        'scope',
        'About',
        SCOPES.map(({ value, label }) => [value, label]),
        scope,
      )}
      {scope === 'session' ? input('session', 'Session', 'text', 'sess_…') : null}
      {scope === 'agent' && agents.length > 0
        ? select(
            'agent',
            'Agent',
            [['', 'Choose an agent'], ...agents.map(({ id, name }) => [id, name] as const)],
            parameters['agent'] ?? '',
          )
        : null}
      {scope === 'agent' && agents.length === 0 ? input('agent', 'Agent', 'text', 'agt_…') : null}
      {scope === 'session'
        ? null
        : select(
            'since',
            'Sessions that began',
            WINDOWS.map(({ value, label }) => [value, label]),
            parameters['since'] ?? '30d',
          )}
      {scope !== 'session' && parameters['since'] === 'days' ? (
        <>
          {input('from', 'From (UTC)', 'date')}
          {input('to', 'To, with this day', 'date')}
        </>
      ) : null}
      <label className="field report-purpose">
        <span>What it is for (optional, stays on record)</span>
        <input
          maxLength={200}
          autoComplete="off"
          placeholder="Audit of the fourth quarter"
          value={purpose}
          onChange={({ target }) => {
            onPurpose(target.value);
          }}
        />
      </label>
    </div>
  );
}

/** The controls that narrow the list of sessions. Each change is in the address at once. */
import type { ReactNode } from 'react';
import { PERIODS, STATUSES } from './filters.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface FilterBarProps {
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

export function FilterBar({ agents, parameters, onChange }: FilterBarProps): ReactNode {
  const select = (name: string, label: string, any: string, choices: readonly Choice[]): ReactNode => (
    <label className="field">
      <span>{label}</span>
      <select
        value={parameters[name] ?? ''}
        onChange={({ target }) => {
          onChange({ [name]: target.value });
        }}
      >
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter sessions"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {select(
        'agent',
        'Agent',
        'Every agent',
        agents.map(({ id, name }) => ({ value: id, label: name })),
      )}
      {select('since', 'Began', 'At any time', PERIODS)}
      {select('status', 'Status', 'Every status', STATUSES)}
      <label className="field">
        <span>Redactions, at least</span>
        <input
          type="number"
          min={0}
          max={9_999_999}
          inputMode="numeric"
          placeholder="0"
          value={parameters['redactions'] ?? ''}
          onChange={({ target }) => {
            onChange({ redactions: target.value === '0' ? '' : target.value });
          }}
        />
      </label>
    </form>
  );
}

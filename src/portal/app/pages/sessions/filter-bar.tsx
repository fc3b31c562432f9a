/** The controls that narrow the list of sessions. Each change is in the address at once. */
import type { ReactNode } from 'react';
import { LabelledInput, LabelledSelect } from '../../parts/form-fields.tsx';
import { PERIODS, STATUSES } from './filters.ts';

interface FilterBarProps {
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

export function FilterBar({ agents, parameters, onChange }: FilterBarProps): ReactNode {
  const fields = [
    {
      name: 'agent',
      label: 'Agent',
      any: 'Every agent',
      offers: agents.map(({ id, name }) => ({ value: id, label: name })),
    },
    { name: 'since', label: 'Began', any: 'At any time', offers: PERIODS },
    { name: 'status', label: 'Status', any: 'Every status', offers: STATUSES },
  ];
  return (
    <form
      className="filters"
      role="search"
      aria-label="Filter sessions"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {fields.map(({ name, label, any, offers }) => (
        <LabelledSelect
          key={name}
          label={label}
          value={parameters[name] ?? ''}
          offers={[{ value: '', label: any }, ...offers]}
          onChange={(value) => {
            onChange({ [name]: value });
          }}
        />
      ))}
      <LabelledInput
        label="Redactions, at least"
        type="number"
        min={0}
        max={9_999_999}
        inputMode="numeric"
        placeholder="0"
        value={parameters['redactions'] ?? ''}
        onChange={(redactions) => {
          onChange({ redactions: redactions === '0' ? '' : redactions });
        }}
      />
    </form>
  );
}

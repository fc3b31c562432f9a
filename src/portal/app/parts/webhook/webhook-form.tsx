/** The settings of a webhook: where events are sent, and which. */
import { useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { Choice, FormActs, LabelledInput, toggled } from '../form-fields.tsx';
import { FormProblem } from '../form-problem.tsx';
import { EVENT_TYPES } from './webhook-words.ts';

export interface WebhookSettings {
  readonly url: string;
  /** Empty for all. */
  readonly eventTypes: readonly string[];
}

interface WebhookFormProps {
  readonly initial: WebhookSettings;
  readonly submit: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (settings: WebhookSettings) => void;
  readonly onCancel: () => void;
}

export function WebhookForm({ initial, submit, isPending, error, onSubmit, onCancel }: WebhookFormProps): ReactNode {
  const [url, setUrl] = useState(initial.url);
  const [types, setTypes] = useState(initial.eventTypes);
  const [isAll, setAll] = useState(initial.eventTypes.length === 0);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    onSubmit({ url: url.trim(), eventTypes: isAll ? [] : types });
  };
  return (
    <form className="dialog-form" onSubmit={send}>
      <LabelledInput
        label="Address of the receiver"
        required
        type="url"
        maxLength={2048}
        autoComplete="off"
        spellCheck={false}
        placeholder="https://receiver.example/masker"
        value={url}
        onChange={setUrl}
      />
      <fieldset className="choices">
        <legend>Events that it is sent</legend>
        <Choice isChosen={isAll} onChange={setAll}>
          All, also those of later versions
        </Choice>
        {isAll ? null : <EventTypes types={types} onChange={setTypes} />}
      </fieldset>
      <FormProblem error={error} />
      <FormActs
        submit={submit}
        isDisabled={isPending || url.trim() === '' || (!isAll && types.length === 0)}
        onCancel={onCancel}
      />
    </form>
  );
}

interface EventTypesProps {
  readonly types: readonly string[];
  readonly onChange: (types: readonly string[]) => void;
}

function EventTypes({ types, onChange }: EventTypesProps): ReactNode {
  return EVENT_TYPES.map(({ value, label }) => (
    <Choice
      key={value}
      isChosen={types.includes(value)}
      onChange={(isChosen) => {
        onChange(toggled(types, value, isChosen));
      }}
    >
      <code>{value}</code>
      <small>{label}</small>
    </Choice>
  ));
}

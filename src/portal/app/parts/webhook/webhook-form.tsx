/** The settings of a webhook: where events are sent, and which. */
import { useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
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
      <label className="field">
        <span>Address of the receiver</span>
        <input
          required
          type="url"
          maxLength={2048}
          autoComplete="off"
          spellCheck={false}
          placeholder="https://receiver.example/masker"
          value={url}
          onChange={({ target }) => {
            setUrl(target.value);
          }}
        />
      </label>
      <fieldset className="choices">
        <legend>Events that it is sent</legend>
        <label className="choice">
          <input
            type="checkbox"
            checked={isAll}
            onChange={({ target }) => {
              setAll(target.checked);
            }}
          />
          All, also those of later versions
        </label>
        {isAll
          ? null
          : EVENT_TYPES.map(({ value, label }) => (
              <label key={value} className="choice">
                <input
                  type="checkbox"
                  checked={types.includes(value)}
                  onChange={({ target }) => {
                    setTypes(target.checked ? [...types, value] : types.filter((each) => each !== value));
                  }}
                />
                <code>{value}</code>
                <small>{label}</small>
              </label>
            ))}
      </fieldset>
      <FormProblem error={error} />
      <div className="page-actions">
        <button
          type="submit"
          className="button button-main"
          disabled={isPending || url.trim() === '' || (!isAll && types.length === 0)}
        >
          {submit}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** What forms are made of: labelled fields, choices, and the buttons at the end. */
import type { InputHTMLAttributes, ReactNode } from 'react';

type InputSettings = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'children'>;

interface LabelledInputProps extends InputSettings {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Added to the class of the field. */
  readonly fieldClass?: string;
}

export function LabelledInput({ label, onChange, fieldClass = '', ...settings }: LabelledInputProps): ReactNode {
  return (
    <label className={`field ${fieldClass}`.trim()}>
      <span>{label}</span>
      <input
        {...settings}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
}

/** One of the things that a list offers. */
export interface Offer {
  readonly value: string;
  readonly label: string;
}

interface LabelledSelectProps {
  readonly label: string;
  readonly value: string;
  readonly offers: readonly Offer[];
  readonly onChange: (value: string) => void;
}

export function LabelledSelect({ label, value, offers, onChange }: LabelledSelectProps): ReactNode {
  return (
    <label className="field">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      >
        {offers.map((offer) => (
          <option key={offer.value} value={offer.value}>
            {offer.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ChoiceProps {
  /** Radio buttons of one group share a name. */
  readonly group?: string;
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
  readonly children: ReactNode;
}

/** A box that is ticked, or one button of a group. */
export function Choice({ group, isChosen, onChange, children }: ChoiceProps): ReactNode {
  return (
    <label className="choice">
      <input
        type={group === undefined ? 'checkbox' : 'radio'}
        name={group}
        checked={isChosen}
        onChange={({ target }) => {
          onChange(target.checked);
        }}
      />
      {children}
    </label>
  );
}

interface FormActsProps {
  readonly submit: string;
  readonly isDisabled: boolean;
  readonly isDangerous?: boolean;
  readonly onCancel: () => void;
}

/** The buttons that send a form and that leave it. */
export function FormActs({ submit, isDisabled, isDangerous = false, onCancel }: FormActsProps): ReactNode {
  return (
    <div className="page-actions">
      <button
        type="submit"
        className={isDangerous ? 'button button-danger' : 'button button-main'}
        disabled={isDisabled}
      >
        {submit}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

/** Returns the values with one more, or without it. */
export function toggled(values: readonly string[], value: string, isChosen: boolean): readonly string[] {
  return isChosen ? [...values, value] : values.filter((each) => each !== value);
}

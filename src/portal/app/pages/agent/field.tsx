/** Fields of the form of an agent: a label, the value, and what the server says is wrong with it. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import { FIELD_LABELS } from './agent-fields.ts';
import type { AgentFields, FieldName } from './agent-fields.ts';

/** What every part of the form shares. */
export interface FormPart {
  readonly fields: AgentFields;
  readonly problems: Readonly<Partial<Record<FieldName, string>>>;
  readonly set: (changes: Partial<AgentFields>) => void;
}

type NamesOf<Value> = { [Name in FieldName]: AgentFields[Name] extends Value ? Name : never }[FieldName];
type TextName = NamesOf<string>;
type SwitchName = NamesOf<boolean>;

interface TextFieldProps {
  readonly part: FormPart;
  readonly name: TextName;
  readonly hint?: ReactNode;
  readonly isRequired?: boolean;
  /** Shown as dots, and never filled in by the browser. */
  readonly isSecret?: boolean;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

export function TextField(props: TextFieldProps): ReactNode {
  const { part, name, hint, isRequired = false, isSecret = false, maxLength, placeholder } = props;
  const { note, described } = useNote(part, name, hint);
  return (
    <div>
      <label className="field">
        <span>{FIELD_LABELS[name]}</span>
        <input
          type={isSecret ? 'password' : 'text'}
          autoComplete={isSecret ? 'new-password' : 'off'}
          required={isRequired}
          maxLength={maxLength}
          placeholder={placeholder}
          value={part.fields[name]}
          {...described}
          onChange={({ target }) => {
            part.set({ [name]: target.value });
          }}
        />
      </label>
      {note}
    </div>
  );
}

interface SelectFieldProps {
  readonly part: FormPart;
  readonly name: TextName;
  readonly hint?: ReactNode;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

export function SelectField({ part, name, hint, choices }: SelectFieldProps): ReactNode {
  const { note, described } = useNote(part, name, hint);
  const value = part.fields[name];
  // What is stored may not be offered any more: it stays as it is until another one is chosen.
  const all = choices.some((choice) => choice.value === value)
    ? choices
    : [{ value, label: `${value} (not offered here any more)` }, ...choices];
  return (
    <div>
      <label className="field">
        <span>{FIELD_LABELS[name]}</span>
        <select
          value={value}
          {...described}
          onChange={({ target }) => {
            part.set({ [name]: target.value });
          }}
        >
          {all.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </label>
      {note}
    </div>
  );
}

interface SwitchFieldProps {
  readonly part: FormPart;
  readonly name: SwitchName;
  readonly hint: ReactNode;
}

export function SwitchField({ part, name, hint }: SwitchFieldProps): ReactNode {
  return (
    <label className="choice">
      <input
        type="checkbox"
        checked={part.fields[name]}
        onChange={({ target }) => {
          part.set({ [name]: target.checked });
        }}
      />
      <span>{FIELD_LABELS[name]}</span>
      <small>{hint}</small>
    </label>
  );
}

interface Note {
  readonly note: ReactNode;
  readonly described: { readonly 'aria-invalid': boolean; readonly 'aria-describedby': string | undefined };
}

function useNote(part: FormPart, name: FieldName, hint: ReactNode): Note {
  const id = useId();
  const problem = part.problems[name];
  const isEmpty = problem === undefined && hint === undefined;
  return {
    note: isEmpty ? null : (
      <p id={id} className={problem === undefined ? 'soft field-hint' : 'field-problem'}>
        {problem ?? hint}
      </p>
    ),
    described: { 'aria-invalid': problem !== undefined, 'aria-describedby': isEmpty ? undefined : id },
  };
}

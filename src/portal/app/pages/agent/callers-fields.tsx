/** Who may call an agent: anyone who knows its ID, or callers who prove themselves in one of several ways. */
import type { ReactNode } from 'react';
import type { AgentFields } from './agent-fields.ts';
import { SelectField, SwitchField, TextField } from './field.tsx';
import type { FormPart } from './field.tsx';

const ALGORITHMS = ['sha256', 'sha512', 'sha1'].map((value) => ({ value, label: `HMAC-${value.toUpperCase()}` }));
const ENCODINGS = ['hex', 'base64'].map((value) => ({ value, label: value }));
const PAYLOADS = [
  { value: '{body}', label: 'The body' },
  { value: '{timestamp}.{body}', label: 'The time of signing, a dot, the body' },
];

interface CallersFieldsProps {
  readonly part: FormPart;
  /** The agent as it was read: whether a secret is set already. */
  readonly base: AgentFields;
}

export function CallersFields({ part, base }: CallersFieldsProps): ReactNode {
  const { fields, problems, set } = part;
  return (
    <>
      <fieldset className="choices">
        <legend>Who may call it</legend>
        {[
          { isOpen: false, label: 'Callers who prove themselves', note: 'Any one of the ways below is enough.' },
          { isOpen: true, label: 'Anyone who knows its ID', note: 'The ID is in the address that callers use.' },
        ].map(({ isOpen, label, note }) => (
          <label key={label} className="choice">
            <input
              type="radio"
              name="isOpen"
              checked={fields.isOpen === isOpen}
              onChange={() => {
                set({ isOpen });
              }}
            />
            <span>{label}</span>
            <small>{note}</small>
          </label>
        ))}
      </fieldset>
      {problems.isOpen === undefined ? null : (
        <p className="field-problem" role="alert">
          {problems.isOpen}
        </p>
      )}
      {fields.isOpen ? null : (
        <>
          <SwitchField
            part={part}
            name="proxyKey"
            hint="Sent as Authorization: Bearer mpk_… Keys are made on the page of the agent."
          />
          <SwitchField part={part} name="sharedSecret" hint="A text that both sides know, sent as a header." />
          {fields.sharedSecret ? <SecretFields part={part} isSet={base.sharedSecret} /> : null}
          <SwitchField part={part} name="signature" hint="An HMAC over each request, as Vapi and others send it." />
          {fields.signature ? <SignatureFields part={part} isSet={base.signature} /> : null}
        </>
      )}
    </>
  );
}

interface WayProps {
  readonly part: FormPart;
  readonly isSet: boolean;
}

const secretHint = (isSet: boolean): string =>
  isSet ? 'The one that is set stays, unless you write another.' : '8 to 512 characters. It is not shown again.';

function SecretFields({ part, isSet }: WayProps): ReactNode {
  return (
    <div className="edit-way">
      <TextField part={part} name="secretHeader" isRequired maxLength={64} />
      <TextField part={part} name="secret" isSecret isRequired={!isSet} hint={secretHint(isSet)} />
    </div>
  );
}

function SignatureFields({ part, isSet }: WayProps): ReactNode {
  return (
    <div className="edit-way">
      <TextField part={part} name="signatureHeader" isRequired maxLength={64} />
      <TextField part={part} name="signatureSecret" isSecret isRequired={!isSet} hint={secretHint(isSet)} />
      <SelectField part={part} name="algorithm" choices={ALGORITHMS} />
      <SelectField part={part} name="encoding" choices={ENCODINGS} />
      <SelectField part={part} name="payload" choices={PAYLOADS} />
      <TextField part={part} name="timestampHeader" maxLength={64} hint="Empty: requests have no time of signing." />
      <TextField part={part} name="toleranceSeconds" maxLength={4} hint="1 to 3600." />
      <TextField part={part} name="prefix" maxLength={32} hint="Empty: “sha256=” and the like may be there." />
    </div>
  );
}

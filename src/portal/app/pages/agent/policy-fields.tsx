/** Which policy masks the calls of an agent: one that the account stores, or a text of the agent's own. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { PolicyEditor } from '../../parts/policy/policy-editor.tsx';
import { useProblems } from '../../parts/policy/use-problems.ts';
import { SelectField } from './field.tsx';
import type { FormPart } from './field.tsx';

const OWN = { value: '', label: 'A text of its own' };
const FIRST_TEXT = 'extends: healthcare-default\nname: own-policy\n';

interface PolicyFieldsProps {
  readonly part: FormPart;
  /** The names of the policies that are published. */
  readonly policies: readonly string[];
}

export function PolicyFields({ part, policies }: PolicyFieldsProps): ReactNode {
  const choices = [...policies.map((name) => ({ value: name, label: name })), OWN];
  return (
    <>
      <SelectField
        part={{
          ...part,
          set: (changes) => {
            const isFirst = changes.policy === '' && part.fields.policyYaml === '';
            part.set({ ...changes, ...(isFirst ? { policyYaml: FIRST_TEXT } : {}) });
          },
        }}
        name="policy"
        choices={choices}
        hint="Calls that run keep the policy that they began with."
      />
      {part.fields.policy === '' ? <OwnPolicy part={part} /> : null}
    </>
  );
}

function OwnPolicy({ part }: { readonly part: FormPart }): ReactNode {
  const { fields, problems, set } = part;
  const [begun] = useState(fields.policyYaml);
  const checked = useProblems(fields.policyYaml, null);
  return (
    <>
      {problems.policyYaml === undefined ? null : (
        <p className="field-problem" role="alert">
          {problems.policyYaml}
        </p>
      )}
      <PolicyEditor
        label="Text of the agent’s own policy"
        text={begun}
        checked={checked}
        onChange={(policyYaml) => {
          set({ policyYaml });
        }}
        acts={null}
      >
        <p className="soft">
          Only this agent uses the text, and its reports hold it. A policy for several agents is stored on the page of
          policies, where it can also be tried.
        </p>
      </PolicyEditor>
    </>
  );
}

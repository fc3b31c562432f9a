/** A new policy of the account: its text is checked while it is typed, and can be tried before it is stored. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PolicyEditor } from '../../parts/policy/policy-editor.tsx';
import { TryText } from '../../parts/policy/try-text.tsx';
import { useUnsaved } from '../../parts/policy/use-unsaved.ts';
import { useProblems } from '../../parts/policy/use-problems.ts';
import { addressOf, navigate } from '../../routing/address.ts';
import { createPolicyOperation } from './queries.generated.ts';

const BEGINNING = `extends: healthcare-default
name: my-policy
description: What this policy is for
entities:
  # What is not named here is as healthcare-default has it.
  URL:
    action: redact
`;

export function Page(): ReactNode {
  return (
    <>
      <PageHead
        title="New policy"
        above={{ to: '/portal/policies', title: 'Policies' }}
        lead="It is published as version 1. No agent uses it before one names it."
      />
      <Permitted permission="policies:write" what="the editor of policies">
        <NewPolicy />
      </Permitted>
    </>
  );
}

function NewPolicy(): ReactNode {
  const { begun, text: yaml, change, forget } = useUnsaved('new', BEGINNING);
  const checked = useProblems(yaml, null);
  const create = useAct(createPolicyOperation, (answer) => accepted(answer.createPolicy).policy.name);
  return (
    <PolicyEditor
      label="Text of the new policy"
      text={begun}
      checked={checked}
      onChange={(next) => {
        change(next);
        create.reset();
      }}
      acts={
        <>
          <button
            type="button"
            className="button button-main"
            disabled={checked.state !== 'valid' || create.isPending}
            onClick={() => {
              create.run({ input: { yaml } }, (name) => {
                forget(yaml);
                navigate(addressOf('/portal/policies/detail', { name }), { replace: true });
              });
            }}
          >
            Create and publish
          </button>
          <FormProblem error={create.error} />
        </>
      }
    >
      <h2>Try it</h2>
      <TryText yaml={yaml} isValid={checked.state === 'valid'} />
    </PolicyEditor>
  );
}

/** The editor of a stored policy. What a change would mask, differ in and do to recorded turns is seen before it is saved. */
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { counted } from '../../parts/format.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { PolicyEditor } from '../../parts/policy/policy-editor.tsx';
import { TryText } from '../../parts/policy/try-text.tsx';
import { useProblems } from '../../parts/policy/use-problems.ts';
import { useUnsaved } from '../../parts/policy/use-unsaved.ts';
import type { Checked } from '../../parts/policy/use-problems.ts';
import { addressOf, useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { PolicyView } from './policy-view.ts';
import { publishPolicyOperation, savePolicyOperation } from './queries.generated.ts';
import { Trial } from './trial.tsx';

const LOOKS = [
  { value: 'try', title: 'Try it' },
  { value: 'difference', title: 'Difference' },
  { value: 'effect', title: 'Effect' },
] as const;

export function EditPart({ policy }: { readonly policy: PolicyView }): ReactNode {
  const { name } = policy;
  const { begun, text: yaml, change, forget } = useUnsaved(name, policy.draftYaml ?? policy.yaml);
  const checked = useProblems(yaml, name);
  return (
    <PolicyEditor
      label={`Text of ${name}`}
      text={begun}
      checked={checked}
      onChange={change}
      acts={<Acts policy={policy} yaml={yaml} checked={checked} onSaved={forget} />}
    >
      <Beside name={name} yaml={yaml} state={checked.state} />
    </PolicyEditor>
  );
}

interface ActsProps {
  readonly policy: PolicyView;
  readonly yaml: string;
  readonly checked: Checked;
  readonly onSaved: (yaml: string) => void;
}

function Acts({ policy, yaml, checked, onSaved }: ActsProps): ReactNode {
  const { name, draftVersion, draftYaml, agentCount } = policy;
  const save = useAct(savePolicyOperation, (answer) => accepted(answer.savePolicy).policy.draftVersion);
  const publish = useAct(publishPolicyOperation, (answer) => accepted(answer.publishPolicy));
  const isSaved = yaml === (draftYaml ?? policy.yaml);
  return (
    <>
      <button
        type="button"
        className="button button-main"
        disabled={isSaved || checked.state !== 'valid' || save.isPending}
        onClick={() => {
          save.run({ name, yaml }, () => {
            onSaved(yaml);
          });
        }}
      >
        Save as a draft
      </button>
      {draftVersion === null || !isSaved ? null : (
        <ConfirmAct
          act={publish}
          variables={{ name, version: draftVersion }}
          label={`Publish version ${draftVersion}`}
          about={`of ${name}`}
          title={`Publish version ${draftVersion} of ${name}?`}
          isQuiet
        >
          <p>
            {agentCount === 0
              ? 'No agent uses this policy yet.'
              : `${counted(agentCount, 'agent uses', 'agents use')} it from the next request on. Calls that run keep the version that they began with.`}
          </p>
        </ConfirmAct>
      )}
      <span className="soft policy-saved" role="status">
        {isSaved ? (draftVersion === null ? 'No changes' : `Saved as version ${draftVersion}`) : 'Not saved'}
      </span>
      <FormProblem error={save.error} />
    </>
  );
}

interface BesideProps {
  readonly name: string;
  readonly yaml: string;
  readonly state: Checked['state'];
}

function Beside({ name, yaml, state }: BesideProps): ReactNode {
  const [{ look = '' }] = useParameters();
  const shown = LOOKS.find(({ value }) => value === look)?.value ?? 'try';
  return (
    <>
      <nav className="part-links" aria-label="Before it is saved">
        {LOOKS.map(({ value, title }) => (
          <Link
            key={value}
            to={addressOf('/portal/policies/detail', { name, part: 'edit', look: value })}
            aria-current={value === shown ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      {shown === 'try' ? (
        <TryText yaml={yaml} isValid={state === 'valid'} />
      ) : (
        <Trial name={name} yaml={yaml} state={state} shown={shown} />
      )}
    </>
  );
}

/** The settings of a new agent. The server's answer says what is wrong with a field. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { LabelledInput, LabelledSelect } from '../../parts/form-fields.tsx';
import { TOKENIZATIONS } from '../../parts/tokenizations.ts';
import { upstreamLabel } from '../../parts/upstreams.ts';
import type { CreateAgentInput } from './queries.generated.ts';

const DEFAULT_POLICY = 'healthcare-default';
const CHOICES = [{ value: '', label: 'As the policy says' }, ...TOKENIZATIONS];
const CALLERS = [
  { value: 'default', label: 'As this server does by default' },
  { value: 'key', label: 'With a proxy key, which is shown once' },
  { value: 'open', label: 'Anyone who knows the agent’s ID' },
] as const;

interface Policy {
  readonly name: string;
  readonly description: string;
  readonly publishedVersion: number | null;
}

interface AgentFormProps {
  readonly upstreams: readonly string[];
  readonly policies: readonly Policy[];
  readonly isSending: boolean;
  readonly onSubmit: (input: CreateAgentInput) => void;
}

export function AgentForm({ upstreams, policies, isSending, onSubmit }: AgentFormProps): ReactNode {
  const usable = policies.filter(({ publishedVersion }) => publishedVersion !== null);
  const [fields, setFields] = useState(() => firstFields(upstreams, usable));
  const set = (name: keyof Fields) => (value: string) => {
    setFields({ ...fields, [name]: value });
  };
  return (
    <form
      className="agent-form sheet"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(inputOf(fields));
      }}
    >
      <LabelledInput
        label="Name"
        required
        maxLength={64}
        autoComplete="off"
        value={fields.name}
        onChange={set('name')}
      />
      <LabelledSelect
        label="Model"
        value={fields.upstream}
        offers={upstreams.map((name) => ({ value: name, label: upstreamLabel(name) }))}
        onChange={set('upstream')}
      />
      <LabelledSelect
        label="Policy"
        value={fields.policy}
        offers={usable.map(({ name }) => ({ value: name, label: name }))}
        onChange={set('policy')}
      />
      <p className="soft">{usable.find(({ name }) => name === fields.policy)?.description}</p>
      <LabelledSelect label="Tokens" value={fields.tokenization} offers={CHOICES} onChange={set('tokenization')} />
      <LabelledSelect label="Who may call it" value={fields.callers} offers={CALLERS} onChange={set('callers')} />
      <div>
        <button type="submit" className="button button-main" disabled={isSending}>
          {isSending ? 'Creating…' : 'Create the agent'}
        </button>
      </div>
    </form>
  );
}

interface Fields {
  readonly name: string;
  readonly upstream: string;
  readonly policy: string;
  readonly tokenization: string;
  readonly callers: string;
}

/** The choices that a form begins with. */
function firstFields(upstreams: readonly string[], usable: readonly Policy[]): Fields {
  const policy = usable.find(({ name }) => name === DEFAULT_POLICY) ?? usable[0];
  return {
    name: '',
    upstream: upstreams[0] ?? 'stub',
    policy: policy?.name ?? '',
    tokenization: '',
    callers: 'default',
  };
}

function inputOf({ name, upstream, policy, tokenization, callers }: Fields): CreateAgentInput {
  return {
    name,
    upstream,
    ...(policy === '' ? {} : { policyName: policy }),
    ...(tokenization === '' ? {} : { tokenization }),
    ...(callers === 'key' ? { callerAuth: { proxyKey: true } } : {}),
    ...(callers === 'open' ? { callerAuth: null } : {}),
  };
}

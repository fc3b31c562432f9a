/** The settings of a new agent. The server's answer says what is wrong with a field. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { TOKENIZATIONS } from '../../parts/tokenizations.ts';
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
  const [fields, setFields] = useState({
    name: '',
    upstream: upstreams[0] ?? 'stub',
    policy: usable.some(({ name }) => name === DEFAULT_POLICY) ? DEFAULT_POLICY : (usable[0]?.name ?? ''),
    tokenization: '',
    callers: 'default',
  });
  const set = (name: keyof typeof fields) => (event: { readonly target: { readonly value: string } }) => {
    setFields({ ...fields, [name]: event.target.value });
  };
  return (
    <form
      className="agent-form sheet"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(inputOf(fields));
      }}
    >
      <label className="field">
        <span>Name</span>
        <input required maxLength={64} autoComplete="off" value={fields.name} onChange={set('name')} />
      </label>
      <label className="field">
        <span>Model</span>
        <select value={fields.upstream} onChange={set('upstream')}>
          {upstreams.map((name) => (
            <option key={name} value={name}>
              {name === 'stub' ? 'stub: a model inside Masker, for trying' : name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Policy</span>
        <select value={fields.policy} onChange={set('policy')}>
          {usable.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="soft">{usable.find(({ name }) => name === fields.policy)?.description}</p>
      <label className="field">
        <span>Tokens</span>
        <select value={fields.tokenization} onChange={set('tokenization')}>
          {CHOICES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Who may call it</span>
        <select value={fields.callers} onChange={set('callers')}>
          {CALLERS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
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

/** What an agent may be: the rules of a new agent and of a change, each checked whole. See docs/api.md, REST routes. */
import { upstreamNotAllowed } from '../accounts/operator-keys.ts';
import type { JsonObject } from '../json/json-text.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import type { ParsedPolicy } from '../policy/parse.ts';
import { DEFAULT_POLICY_NAME } from '../policy/store.ts';
import type { PolicyStore } from '../policy/store.ts';
import type { Tokenization } from '../tokens/issuer.ts';
import { checkAssistant, checkCallbackUrl } from './assistant-input.ts';
import { checkCallerAuth } from './caller-auth-input.ts';
import type { CallerAuthChange, CallerAuthInput } from './caller-auth-input.ts';

/** The schemes that agents can choose. */
export const AGENT_TOKENIZATIONS: readonly Tokenization[] = [
  'vault-deterministic',
  'vault-random',
  'reversible-aead',
  'synthetic',
];

/** What a caller gives of an agent. A field that is absent is not given; neither is one that is null, but for the last three. */
export interface AgentChange {
  readonly name?: string | null | undefined;
  readonly upstream?: string | null | undefined;
  readonly tokenization?: string | null | undefined;
  readonly policyName?: string | null | undefined;
  readonly policyYaml?: string | null | undefined;
  /** Null: whoever knows the agent's id may call. */
  readonly callerAuth?: CallerAuthInput | null | undefined;
  /** Null: none of its own. */
  readonly assistant?: unknown;
  /** Null: nobody is asked. */
  readonly assistantCallbackUrl?: string | null | undefined;
}

/** What a caller gives of a new agent. */
export interface NewAgent extends AgentChange {
  readonly name: string;
  readonly upstream: string;
}

/** The configured upstreams, such as `openai:gpt-4o-mini` and `stub`. */
export interface Upstreams {
  has(name: string): boolean;
  list(): readonly string[];
  /** Whether the account may not use the upstream of this name, for the operator pays for it. */
  withholds?(name: string): boolean;
}

/** Knows the policies that agents can name. */
export type PolicyResolver = Pick<PolicyStore, 'resolve'>;

/** What the rules depend on. */
export interface AgentRules {
  readonly upstreams: Upstreams;
  readonly policies: PolicyResolver;
}

/** A policy that was chosen, and how. */
export interface ChosenPolicy extends ParsedPolicy {
  /** The name it was asked for by, or the one that an inline policy gives itself. */
  readonly name: string;
  /** The agent's own text; null for a policy chosen by its name. */
  readonly yaml: string | null;
}

/** What of the settings may be taken away: undefined stays as it is, null is none. */
export interface OptionalSettings {
  readonly callerAuth?: CallerAuthChange | undefined;
  readonly assistant?: JsonObject | null | undefined;
  readonly assistantCallbackUrl?: string | null | undefined;
}

/** The settings of an agent, checked. */
export interface AgentSettings extends OptionalSettings {
  readonly name: string;
  readonly upstream: string;
  readonly tokenization: Tokenization;
  readonly policy: ChosenPolicy;
}

const MAX_NAME_LENGTH = 64;
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * The settings of a new agent. What is not given is the default: healthcare-default, and the tokenization of the policy.
 *
 * Throws Failure. Where the upstream, the policy's name or its text is all that is wrong, it has that code of its own
 * (`unknown_upstream`, `upstream_not_allowed`, `unknown_policy`, `policy_yaml_invalid`); otherwise `validation_failed` with every problem.
 */
export function checkNewAgent(input: NewAgent, { upstreams, policies }: AgentRules): AgentSettings {
  const faults = new Faults();
  const name = faults.attempt(() => checkedName(input.name));
  const upstream = faults.attempt(() => checkedUpstream(input.upstream, upstreams));
  const policy = faults.attempt(() => chosenPolicy(input, policies) ?? namedPolicy(DEFAULT_POLICY_NAME, policies));
  const scheme = input.tokenization ?? policy?.policy.tokenization ?? 'vault-deterministic';
  const tokenization = faults.attempt(() => checkedTokenization(scheme));
  const optional = faults.attempt(() => checkedOptions(input)) ?? {};
  if (faults.any || name === null || upstream === null || policy === null || tokenization === null)
    throw faults.failure();
  return { name, upstream, tokenization, policy, ...optional };
}

/** The settings that a change gives; what it does not give is absent. Throws like `checkNewAgent`. */
export function checkAgentChange(input: AgentChange, { upstreams, policies }: AgentRules): Partial<AgentSettings> {
  const faults = new Faults();
  const { name, upstream, tokenization } = input;
  const settings = {
    ...given(
      'name',
      faults.attempt(() => (isGiven(name) ? checkedName(name) : null)),
    ),
    ...given(
      'upstream',
      faults.attempt(() => (isGiven(upstream) ? checkedUpstream(upstream, upstreams) : null)),
    ),
    ...given(
      'tokenization',
      faults.attempt(() => (isGiven(tokenization) ? checkedTokenization(tokenization) : null)),
    ),
    ...given(
      'policy',
      faults.attempt(() => chosenPolicy(input, policies)),
    ),
    ...faults.attempt(() => checkedOptions(input)),
  };
  if (faults.any) throw faults.failure();
  return settings;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function given<K extends string, T>(key: K, value: T | null): Partial<Record<K, T>> {
  const setting: Partial<Record<K, T>> = {};
  if (value !== null) setting[key] = value;
  return setting;
}

function checkedName(text: string): string {
  const name = text.trim();
  const length = Array.from(name).length;
  if (length >= 1 && length <= MAX_NAME_LENGTH && !CONTROL.test(name)) return name;
  throw invalid(
    'name',
    'invalid_value',
    `must have 1 to ${MAX_NAME_LENGTH} characters, none of them a control character`,
  );
}

function checkedUpstream(name: string, upstreams: Upstreams): string {
  if (upstreams.has(name)) {
    if (upstreams.withholds?.(name) === true) throw upstreamNotAllowed();
    return name;
  }
  const message = `Configured upstreams: ${upstreams.list().join(', ')}.`;
  throw new Failure('unknown_upstream', 'There is no upstream of this name.', [
    { path: 'upstream', code: 'unknown_upstream', message },
  ]);
}

function checkedTokenization(text: string): Tokenization {
  const tokenization = AGENT_TOKENIZATIONS.find((name) => name === text);
  if (tokenization !== undefined) return tokenization;
  throw invalid('tokenization', 'invalid_value', 'use vault-deterministic, vault-random, reversible-aead or synthetic');
}

/** The policy that is named or brought along; null where neither is given. */
function chosenPolicy({ policyName, policyYaml }: AgentChange, policies: PolicyResolver): ChosenPolicy | null {
  if (isGiven(policyName) && isGiven(policyYaml)) {
    throw invalid('policyYaml', 'mutually_exclusive', 'give either a policy name or a policy text, not both');
  }
  if (isGiven(policyName)) return namedPolicy(policyName, policies);
  if (!isGiven(policyYaml)) return null;
  const { policy, text } = policies.resolve({ policyYaml });
  return { policy, text, name: policy.name, yaml: policyYaml };
}

function namedPolicy(name: string, policies: PolicyResolver): ChosenPolicy {
  const { policy, text } = policies.resolve({ policyName: name });
  return { policy, text, name, yaml: null };
}

function checkedOptions({ callerAuth, assistant, assistantCallbackUrl }: AgentChange): OptionalSettings {
  const auth = callerAuth === undefined ? null : checkCallerAuth(callerAuth);
  const config = assistant === undefined || assistant === null ? null : checkAssistant(assistant);
  const url = isGiven(assistantCallbackUrl) ? checkCallbackUrl(assistantCallbackUrl) : null;
  const problems = [
    ...(auth?.ok === false ? auth.problems : []),
    ...[config, url].flatMap((checked) => (checked?.ok === false ? [checked.problem] : [])),
  ];
  if (problems.length > 0) throw validationFailed(problems);
  return {
    ...(auth?.ok === true ? { callerAuth: auth.change } : {}),
    ...(assistant === undefined ? {} : { assistant: config?.ok === true ? config.value : null }),
    ...(assistantCallbackUrl === undefined ? {} : { assistantCallbackUrl: url?.ok === true ? url.value : null }),
  };
}

/** The failure of an agent's settings. */
export function invalid(path: string, code: string, message: string): Failure {
  return validationFailed([{ path, code, message }]);
}

function validationFailed(details: readonly FieldProblem[]): Failure {
  return new Failure('validation_failed', 'The agent is not valid; details name each faulty field.', details);
}

/** Gathers what fails, so that a caller learns of every faulty field at once. */
class Faults {
  readonly #failures: Failure[] = [];

  /** What `check` returns; null where it throws a Failure, which is kept. */
  attempt<T>(check: () => T): T | null {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failures.push(error);
      return null;
    }
  }

  get any(): boolean {
    return this.#failures.length > 0;
  }

  /** The one failure itself, or one that holds the details of all. */
  failure(): Failure {
    const [first] = this.#failures;
    if (first !== undefined && this.#failures.length === 1) return first;
    return validationFailed(this.#failures.flatMap(fieldsOf));
  }
}

/** A failure's details as fields of an agent: what is wrong inside a policy's text is wrong with the field that holds it. */
function fieldsOf({ code, details }: Failure): readonly FieldProblem[] {
  if (code !== 'policy_yaml_invalid') return details;
  return details.map((detail) => ({
    path: 'policyYaml',
    code: detail.code,
    message: detail.path === '' ? detail.message : `${detail.path}: ${detail.message}`,
  }));
}

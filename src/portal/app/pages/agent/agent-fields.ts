/** The fields of an agent as a person edits them, what of them is to be sent, and what another person changed meanwhile. */
import type { FieldProblem } from '../../api/failure.ts';
import type { AgentView } from './agent-view.ts';
import type { CallerAuthInput, UpdateAgentInput } from './queries.generated.ts';

/** Everything is text or a switch, as in the form. */
export interface AgentFields {
  readonly name: string;
  readonly upstream: string;
  /** Empty for a policy of the agent's own. */
  readonly policy: string;
  readonly policyYaml: string;
  readonly tokenization: string;
  readonly isOpen: boolean;
  readonly proxyKey: boolean;
  readonly sharedSecret: boolean;
  readonly secretHeader: string;
  /** Empty: the one that is set stays. */
  readonly secret: string;
  readonly signature: boolean;
  readonly signatureHeader: string;
  /** Empty: the one that is set stays. */
  readonly signatureSecret: string;
  readonly algorithm: string;
  readonly encoding: string;
  readonly payload: string;
  readonly timestampHeader: string;
  readonly toleranceSeconds: string;
  readonly prefix: string;
}

export type FieldName = keyof AgentFields;

export const FIELD_LABELS: Readonly<Record<FieldName, string>> = {
  name: 'Name',
  upstream: 'Model',
  policy: 'Policy',
  policyYaml: 'The agent’s own policy',
  tokenization: 'Tokens',
  isOpen: 'Who may call it',
  proxyKey: 'Proxy key',
  sharedSecret: 'Secret in a header',
  secretHeader: 'Header of the secret',
  secret: 'Secret',
  signature: 'Signature over the body',
  signatureHeader: 'Header of the signature',
  signatureSecret: 'Signing secret',
  algorithm: 'Algorithm',
  encoding: 'Encoding',
  payload: 'What is signed',
  timestampHeader: 'Header of the time of signing',
  toleranceSeconds: 'Seconds that the time may differ',
  prefix: 'Text before the signature',
};

/** The paths of the server's problems, and the fields that they are shown at. */
const FIELD_OF_PATH: Readonly<Record<string, FieldName>> = {
  name: 'name',
  upstream: 'upstream',
  policyName: 'policy',
  policyYaml: 'policyYaml',
  tokenization: 'tokenization',
  callerAuth: 'isOpen',
  'callerAuth.sharedSecret.secret': 'secret',
  'callerAuth.sharedSecret.header': 'secretHeader',
  'callerAuth.signature.secret': 'signatureSecret',
  'callerAuth.signature.header': 'signatureHeader',
  'callerAuth.signature.algorithm': 'algorithm',
  'callerAuth.signature.encoding': 'encoding',
  'callerAuth.signature.payload': 'payload',
  'callerAuth.signature.timestampHeader': 'timestampHeader',
  'callerAuth.signature.toleranceSeconds': 'toleranceSeconds',
  'callerAuth.signature.prefix': 'prefix',
};

/** What is wrong, field by field, and what belongs to no field. */
export interface SortedProblems {
  readonly byField: Readonly<Partial<Record<FieldName, string>>>;
  readonly rest: readonly FieldProblem[];
}

export function sortProblems(problems: readonly FieldProblem[]): SortedProblems {
  const byField: Partial<Record<FieldName, string>> = {};
  const rest: FieldProblem[] = [];
  for (const problem of problems) {
    const field = FIELD_OF_PATH[problem.path];
    if (field === undefined) rest.push(problem);
    else byField[field] = [byField[field], sentence(problem.message)].filter(Boolean).join(' ');
  }
  return { byField, rest };
}

function sentence(message: string): string {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function fieldsOf(agent: AgentView): AgentFields {
  const { callerAuth, inlinePolicyYaml, policyName } = agent;
  const shared = callerAuth?.sharedSecret ?? null;
  const signature = callerAuth?.signature ?? null;
  return {
    name: agent.name,
    upstream: agent.upstream,
    policy: inlinePolicyYaml === null ? policyName : '',
    policyYaml: inlinePolicyYaml ?? '',
    tokenization: agent.tokenization,
    isOpen: callerAuth === null,
    proxyKey: callerAuth?.proxyKey ?? false,
    sharedSecret: shared !== null,
    secretHeader: shared?.header ?? 'X-Vapi-Secret',
    secret: '',
    signature: signature !== null,
    signatureHeader: signature?.header ?? 'X-Vapi-Signature',
    signatureSecret: '',
    algorithm: signature?.algorithm ?? 'sha256',
    encoding: signature?.encoding ?? 'hex',
    payload: signature?.payload ?? '{body}',
    timestampHeader: signature?.timestampHeader ?? '',
    toleranceSeconds: String(signature?.toleranceSeconds ?? 300),
    prefix: signature?.prefix ?? '',
  };
}

/** The names of fields that differ, in the order of the form. */
export function differences(one: AgentFields, other: AgentFields): readonly FieldName[] {
  return NAMES.filter((name) => one[name] !== other[name]);
}

/** What `mine` changed of `base`, on top of what is stored now. */
export function rebased(base: AgentFields, mine: AgentFields, stored: AgentFields): AgentFields {
  const edits = Object.fromEntries(differences(base, mine).map((name) => [name, mine[name]]));
  return { ...stored, ...edits };
}

/** The fields that say how a caller proves itself: they are sent together. */
const AUTH_NAMES: readonly FieldName[] = [
  'isOpen',
  'proxyKey',
  'sharedSecret',
  'secretHeader',
  'secret',
  'signature',
  'signatureHeader',
  'signatureSecret',
  'algorithm',
  'encoding',
  'payload',
  'timestampHeader',
  'toleranceSeconds',
  'prefix',
];

/** The input of the change from `base` to `mine`: only what differs. */
export function changeOf(base: AgentFields, mine: AgentFields): UpdateAgentInput {
  const changed = new Set(differences(base, mine));
  const isPolicyChanged = changed.has('policy') || (mine.policy === '' && changed.has('policyYaml'));
  return {
    ...(changed.has('name') ? { name: mine.name } : {}),
    ...(changed.has('upstream') ? { upstream: mine.upstream } : {}),
    ...(changed.has('tokenization') ? { tokenization: mine.tokenization } : {}),
    ...(!isPolicyChanged ? {} : mine.policy === '' ? { policyYaml: mine.policyYaml } : { policyName: mine.policy }),
    ...([...changed].some((name) => AUTH_NAMES.includes(name)) ? { callerAuth: authOf(mine) } : {}),
  };
}

function authOf(fields: AgentFields): CallerAuthInput | null {
  if (fields.isOpen) return null;
  return {
    proxyKey: fields.proxyKey,
    sharedSecret: fields.sharedSecret ? { header: fields.secretHeader, ...secretOf(fields.secret) } : null,
    signature: fields.signature
      ? {
          header: fields.signatureHeader,
          ...secretOf(fields.signatureSecret),
          algorithm: fields.algorithm,
          encoding: fields.encoding,
          payload: fields.payload,
          timestampHeader: fields.timestampHeader === '' ? null : fields.timestampHeader,
          // The server says what is wrong with a number that is none.
          toleranceSeconds: /^\d{1,6}$/.test(fields.toleranceSeconds) ? Number(fields.toleranceSeconds) : 0,
          prefix: fields.prefix === '' ? null : fields.prefix,
        }
      : null,
  };
}

function secretOf(secret: string): { readonly secret?: string } {
  return secret === '' ? {} : { secret };
}

const NAMES: readonly FieldName[] = ['name', 'upstream', 'policy', 'policyYaml', 'tokenization', ...AUTH_NAMES];

/** The value of a field in words; a secret is never shown. */
export function valueWords(name: FieldName, value: string | boolean): string {
  if (name === 'isOpen') return value === true ? 'anyone who knows its ID' : 'who proves it';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (name === 'policyYaml') return value === '' ? 'none' : 'another text';
  if (name === 'policy' && value === '') return 'a text of its own';
  return value === '' ? 'none' : value;
}

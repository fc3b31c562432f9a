/** Compares documents with what a server has: what would be created, changed, left and deleted. */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ApiClient, Item } from '../client/api-client.ts';
import { identityOf } from './documents.ts';
import type { Fault, Wanted } from './documents.ts';
import type { Kind } from './specs.ts';

/** One field that differs. `before` is undefined where the object has none. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Step {
  readonly action: 'create' | 'update' | 'unchanged' | 'delete';
  readonly kind: Kind;
  readonly name: string;
  /** The id at the server; null for what is created, and for policies, which have none. */
  readonly id: string | null;
  readonly changes: readonly FieldChange[];
  /** Null for what is deleted. */
  readonly wanted: Wanted | null;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
}

const AGENT = z.object({ agent: z.record(z.string(), z.unknown()) });
const POLICY = z.object({ policy: z.looseObject({ policy_yaml: z.string() }) });
const VALIDATION = z.object({
  problems: z.array(z.object({ line: z.number(), column: z.number(), path: z.string(), message: z.string() })),
});

/** The order in which kinds are written: an agent may name a policy. */
const ORDER: readonly Kind[] = ['Retention', 'Policy', 'Agent', 'Webhook'];

/** Reads the server and changes nothing. With `prune`, what has no document is deleted, of the kinds that have any. */
export async function makePlan(client: ApiClient, wanted: readonly Wanted[], prune: boolean): Promise<Plan> {
  const kinds = new Set(wanted.map(({ kind }) => kind));
  const has = async (kind: Kind, path: string): Promise<readonly Item[]> =>
    kinds.has(kind) ? client.list(path, { limit: '100' }, true) : [];
  const agents = await has('Agent', '/agents');
  const policies = kinds.has('Agent')
    ? await client.list('/policies', { limit: '100' }, true)
    : await has('Policy', '/policies');
  const webhooks = await has('Webhook', '/webhooks');
  const faults: Fault[] = [];
  const steps: Step[] = [];
  for (const each of [...wanted].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))) {
    switch (each.kind) {
      case 'Agent':
        faults.push(...unknownPolicy(each, policies, wanted), ...(await policyFaults(client, each)));
        steps.push(await agentStep(client, each, agents));
        break;
      case 'Policy':
        faults.push(...(await policyFaults(client, each)));
        steps.push(await policyStep(client, each, policies));
        break;
      case 'Webhook':
        steps.push(webhookStep(each, webhooks));
        break;
      case 'Retention':
        steps.push(await retentionStep(client, each));
    }
  }
  return { steps: prune ? [...steps, ...deletions(wanted, { agents, policies, webhooks })] : steps, faults };
}

const same = (item: Item | undefined): string | null => (item === undefined ? null : String(item['id']));

async function agentStep(client: ApiClient, wanted: Wanted, agents: readonly Item[]): Promise<Step> {
  const id = same(agents.find((agent) => agent['name'] === wanted.name));
  if (id === null) return created(wanted);
  const { agent } = AGENT.parse(await client.call('GET', `/agents/${encodeURIComponent(id)}`));
  const { inline_policy_yaml: own, ...rest } = agent;
  // With a policy of its own an agent names none, and the other way round.
  const now = { ...rest, policy_yaml: own, policy_name: own === null ? rest['policy_name'] : null };
  const fields = differences(now, wanted.fields);
  return changed(
    wanted,
    id,
    lacksKey(agent, wanted) ? [...fields, { field: PROXY_KEYS, before: 0, after: 1 }] : fields,
  );
}

/** The field of an agent whose change makes a key. */
export const PROXY_KEYS = 'proxy_keys';

const ASKS_FOR_KEY = z.looseObject({ caller_auth: z.looseObject({ proxy_key: z.literal(true) }) });
const HAS_NO_KEY = z.looseObject({ proxy_keys: z.array(z.unknown()).length(0) });

/** Whether the document asks callers for a key and the agent has none: nobody could call it. */
const lacksKey = (agent: unknown, { fields }: Wanted): boolean =>
  ASKS_FOR_KEY.safeParse(fields).success && HAS_NO_KEY.safeParse(agent).success;

/** A policy is compared by what it says, and not by how it is laid out. */
async function policyStep(client: ApiClient, wanted: Wanted, policies: readonly Item[]): Promise<Step> {
  const stored = policies.find(({ name, origin }) => name === wanted.name && origin === 'account');
  if (stored === undefined) return created(wanted);
  const { policy } = POLICY.parse(await client.call('GET', `/policies/${encodeURIComponent(wanted.name)}`));
  const [before, after] = [policy.policy_yaml, String(wanted.fields['policy_yaml'])].map(settingsOf);
  return changed(wanted, null, differences(before, after, '', true));
}

/** What a text says; the text itself where it is not YAML, which the server reports as a fault. */
function settingsOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

function webhookStep(wanted: Wanted, webhooks: readonly Item[]): Step {
  const key = identityOf(wanted);
  const found = webhooks.find((hook) => `Webhook ${new URL(String(hook['url'])).href}` === key);
  if (found === undefined) return created(wanted);
  const { url: _url, event_types: types, ...rest } = wanted.fields;
  const sorted = (list: unknown): unknown => (Array.isArray(list) ? [...(list as string[])].sort() : list);
  const now = { ...found, event_types: sorted(found['event_types']) };
  const after = { ...rest, ...(types === undefined ? {} : { event_types: sorted(types) }) };
  return changed(wanted, same(found), differences(now, after));
}

const RETENTION = z.object({ retention: z.record(z.string(), z.unknown()) });

/** An account has one retention, which is there before any document. */
async function retentionStep(client: ApiClient, wanted: Wanted): Promise<Step> {
  const { retention } = RETENTION.parse(await client.call('GET', '/retention'));
  return changed(wanted, null, differences(retention, wanted.fields));
}

const created = (wanted: Wanted): Step => ({
  action: 'create',
  kind: wanted.kind,
  name: wanted.name,
  id: null,
  changes: Object.entries(wanted.fields).map(([field, after]) => ({ field, before: undefined, after })),
  wanted,
});

const changed = (wanted: Wanted, id: string | null, changes: readonly FieldChange[]): Step => ({
  action: changes.length === 0 ? 'unchanged' : 'update',
  kind: wanted.kind,
  name: wanted.name,
  id,
  changes,
  wanted,
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The fields of `after` that `before` has otherwise. What `after` does not name stays as it is, but where it is `whole`:
 * then a field that only `before` has is a difference as well.
 */
export function differences(before: unknown, after: unknown, at = '', whole = false): FieldChange[] {
  if (isObject(after) && isObject(before)) {
    const names = new Set([...Object.keys(after), ...(whole ? Object.keys(before) : [])]);
    return [...names].flatMap((name) =>
      differences(before[name], after[name], at === '' ? name : `${at}.${name}`, whole),
    );
  }
  return isDeepStrictEqual(before, after) ? [] : [{ field: at, before, after }];
}

function unknownPolicy(agent: Wanted, policies: readonly Item[], wanted: readonly Wanted[]): Fault[] {
  const { policy_name: name } = agent.fields;
  const isKnown =
    name === undefined ||
    policies.some((policy) => policy['name'] === name) ||
    wanted.some((each) => each.kind === 'Policy' && each.name === name);
  return isKnown ? [] : [{ place: agent.place, field: 'spec.policy_name', message: 'there is no policy of this name' }];
}

/** What the server finds wrong with the text: it knows its keys. An agent may have none of its own. */
async function policyFaults(client: ApiClient, { kind, name, place, fields }: Wanted): Promise<Fault[]> {
  const { policy_yaml: text } = fields;
  if (text === undefined || text === null) return [];
  const body = { policy_yaml: text, ...(kind === 'Policy' ? { name } : {}) };
  const { problems } = VALIDATION.parse(await client.call('POST', '/policies/validate', { body }));
  return problems.map(({ line, column, path, message }) => ({
    place,
    field: `spec.${path}`,
    message: `${message} (line ${line}, column ${column} of the policy)`,
  }));
}

function deletions(
  wanted: readonly Wanted[],
  { agents, policies, webhooks }: Readonly<Record<'agents' | 'policies' | 'webhooks', readonly Item[]>>,
): Step[] {
  const kept = new Set(wanted.map(identityOf));
  const kinds = new Set(wanted.map(({ kind }) => kind));
  const gone = (kind: Kind, item: Item, name: string): Step => ({
    action: 'delete',
    kind,
    name,
    id: kind === 'Policy' ? null : same(item),
    changes: [],
    wanted: null,
  });
  const all = [
    ...agents.map((item) => gone('Agent', item, String(item['name']))),
    ...webhooks.map((item) => gone('Webhook', item, String(item['url']))),
    ...policies.filter(({ origin }) => origin === 'account').map((item) => gone('Policy', item, String(item['name']))),
  ];
  return all.filter(
    ({ kind, name }) => kinds.has(kind) && !kept.has(`${kind} ${kind === 'Webhook' ? new URL(name).href : name}`),
  );
}

/** Carries a plan out over the REST API, one object after the other. */
import { z } from 'zod';
import type { ApiClient } from '../client/api-client.ts';
import { CommandFailure } from '../client/command-failure.ts';
import type { Wanted } from './documents.ts';
import { PROXY_KEYS } from './plan.ts';
import type { Plan, Step } from './plan.ts';

/** A secret that the server shows once. */
export interface ShownSecret {
  readonly kind: string;
  readonly name: string;
  readonly secret: string;
}

const AGENT_MADE = z.looseObject({ proxy_key: z.looseObject({ key: z.string() }).optional() });
const KEY_MADE = z.looseObject({ proxy_key: z.looseObject({ key: z.string() }) });
const WEBHOOK_MADE = z.looseObject({ secret: z.string() });

/** Called with each secret as soon as it is there. */
type OnSecret = (shown: ShownSecret) => Promise<void>;

/**
 * Runs the steps in their order, and hands each secret over as soon as it is there. Stops at the first refusal: throws
 * CommandFailure that names the document and says how much was written before. The same command continues from there.
 */
export async function execute(client: ApiClient, { steps }: Plan, onSecret: OnSecret): Promise<void> {
  let written = 0;
  for (const step of steps) {
    if (step.action === 'unchanged') continue;
    try {
      await write(client, step, (secret) => onSecret({ kind: step.kind, name: step.name, secret }));
      written += 1;
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      const { place } = step.wanted ?? {};
      const where = place === undefined ? '' : `${place.file}:${place.line}: document ${place.document}, `;
      throw new CommandFailure(
        error.exitCode,
        `${where}${step.kind} ${step.name}: ${error.message}\n${written} objects were written before this. Correct it and run the command again: it goes on from here.`,
      );
    }
  }
}

/** Keeps the secret of the step before anything else is asked of the server. */
type Keep = (secret: string) => Promise<void>;

async function write(client: ApiClient, step: Step, keep: Keep): Promise<void> {
  const { wanted } = step;
  if (wanted === null) {
    await remove(client, step);
    return;
  }
  switch (wanted.kind) {
    case 'Agent':
      await writeAgent(client, step, wanted, keep);
      return;
    case 'Policy':
      await writePolicy(client, step, wanted);
      return;
    case 'Webhook':
      if (step.action === 'create')
        await keep(WEBHOOK_MADE.parse(await client.call('POST', '/webhooks', { body: wanted.fields })).secret);
      else await client.call('PATCH', `/webhooks/${encodeURIComponent(step.id ?? '')}`, { body: wanted.fields });
      return;
    case 'Retention':
      await client.call('PATCH', '/retention', { body: wanted.fields });
  }
}

async function remove(client: ApiClient, { kind, id, name }: Step): Promise<void> {
  const folder = kind === 'Agent' ? '/agents' : kind === 'Webhook' ? '/webhooks' : '/policies';
  await client.call('DELETE', `${folder}/${encodeURIComponent(id ?? name)}`);
}

async function writeAgent(client: ApiClient, { action, id, changes }: Step, wanted: Wanted, keep: Keep): Promise<void> {
  if (action === 'create') {
    const made = AGENT_MADE.parse(await client.call('POST', '/agents', { body: withSecrets(wanted) }));
    if (made.proxy_key !== undefined) await keep(made.proxy_key.key);
    return;
  }
  const path = `/agents/${encodeURIComponent(id ?? '')}`;
  // The key comes first: an agent that asks for one and has none refuses every caller.
  if (changes.some(({ field }) => field === PROXY_KEYS))
    await keep(KEY_MADE.parse(await client.call('POST', `${path}/proxy-keys`)).proxy_key.key);
  // Only what differs: a way of authentication that is unchanged keeps its secret.
  const names = new Set(changes.map(({ field }) => field.split('.')[0]));
  const body = Object.fromEntries(Object.entries(withSecrets(wanted)).filter(([name]) => names.has(name)));
  if (Object.keys(body).length > 0) await client.call('PATCH', path, { body });
}

function withSecrets({ fields, secrets }: Wanted): Readonly<Record<string, unknown>> {
  const { caller_auth: auth } = fields;
  if (typeof auth !== 'object' || auth === null) return fields;
  const ways = Object.entries(auth).map(([way, settings]: [string, unknown]) => {
    const secret = secrets[way];
    return [way, secret === undefined || typeof settings !== 'object' ? settings : { ...settings, secret }];
  });
  return { ...fields, caller_auth: Object.fromEntries(ways) as unknown };
}

/** A changed policy becomes the next version, which is put in force. */
async function writePolicy(client: ApiClient, { action, name }: Step, { fields }: Wanted): Promise<void> {
  const body = { policy_yaml: fields['policy_yaml'] };
  if (action === 'create') {
    await client.call('POST', '/policies', { body: { name, ...body } });
    return;
  }
  const path = `/policies/${encodeURIComponent(name)}`;
  await client.call('PUT', path, { body });
  await client.call('POST', `${path}/publish`, { body: {} });
}

/** What of an agent may be there or not: caller authentication and the assistant. Works out what a change leaves behind. */
import { isDeepStrictEqual } from 'node:util';
import type { AgentSecretPurpose } from '../generated/prisma/client.ts';
import type { JsonObject } from '../json/json-text.ts';
import type { Failure } from '../platform/failure.ts';
import type { Secret } from '../platform/secret.ts';
import { newWebhookSecret } from '../platform/standard-webhooks.ts';
import { invalid } from './agent-input.ts';
import type { OptionalSettings } from './agent-input.ts';
import type { WayChange } from './caller-auth-input.ts';
import { parseCallerAuth } from './caller-auth.ts';
import type { CallerAuthSettings } from './caller-auth.ts';

/** The options as an agent has them. */
export interface AgentOptions {
  readonly callerAuth: CallerAuthSettings | null;
  readonly assistant: JsonObject | null;
  readonly assistantCallbackUrl: string | null;
}

/** The options after a change, and how the secrets change with them. */
export interface OptionsAfter extends AgentOptions {
  /** Names of what changed, in the spelling of REST. */
  readonly changed: readonly string[];
  readonly newSecrets: ReadonlyMap<AgentSecretPurpose, Secret<string>>;
  readonly lostSecrets: readonly AgentSecretPurpose[];
}

const NO_WAY: CallerAuthSettings = { signature: null, sharedSecret: null, proxyKey: false };

/** The options of a row. Throws where it holds what was never written. */
export function optionsOf(row: {
  readonly callerAuth: unknown;
  readonly assistant: unknown;
  readonly assistantText: string | null;
  readonly assistantCallbackUrl: string | null;
}): AgentOptions {
  return {
    callerAuth: parseCallerAuth(row.callerAuth),
    assistant: storedAssistant(row.assistant, row.assistantText),
    assistantCallbackUrl: row.assistantCallbackUrl,
  };
}

/**
 * Returns the assistant of a row with its members in the order in which they were given. `value` is the jsonb column, which
 * does not keep it; `text` is the JSON text, null in rows that are older than its column.
 */
export function storedAssistant(value: unknown, text: string | null): JsonObject | null {
  // Only objects are ever written.
  const assistant = value as JsonObject | null;
  if (assistant === null || text === null) return assistant;
  const ordered = JSON.parse(text) as JsonObject;
  // A node of an older version writes the jsonb alone: the text is then that of an earlier assistant.
  return isDeepStrictEqual(ordered, assistant) ? ordered : assistant;
}

/** The failure of a change that would open an agent without saying so. */
export function wouldOpen(): Failure {
  return invalid(
    'callerAuth',
    'would_open',
    'This would let anybody call the agent. Set another way first, or send null to open it to anybody.',
  );
}

/**
 * The options that a change leaves behind. `known` are the secrets that are set. Throws Failure `validation_failed` for
 * a way that would be left without its secret, and for an agent that would be opened by anything but null.
 */
export function optionsAfter(
  before: AgentOptions,
  known: ReadonlySet<AgentSecretPurpose>,
  change: OptionalSettings,
): OptionsAfter {
  const newSecrets = new Map<AgentSecretPurpose, Secret<string>>();
  const lostSecrets: AgentSecretPurpose[] = [];
  const changed: string[] = [];

  function way<Settings>(
    purpose: AgentSecretPurpose,
    path: string,
    was: Settings | null,
    to: WayChange<Settings> | undefined,
  ): Settings | null {
    if (to === undefined) return was;
    if (to === null) {
      if (was !== null) lostSecrets.push(purpose);
    } else if (to.secret !== null) newSecrets.set(purpose, to.secret);
    else if (!known.has(purpose)) throw invalid(`callerAuth.${path}.secret`, 'required', 'This field is required.');
    const settings = to?.settings ?? null;
    if (newSecrets.has(purpose) || !isDeepStrictEqual(was, settings)) changed.push(`caller_auth.${purpose}`);
    return settings;
  }

  const was = before.callerAuth ?? NO_WAY;
  const { callerAuth: to = {} } = change;
  const proxyKey = to.proxyKey ?? was.proxyKey;
  const ways = {
    signature: way('signature', 'signature', was.signature, to.signature),
    sharedSecret: way('shared_secret', 'sharedSecret', was.sharedSecret, to.sharedSecret),
    proxyKey,
  };
  if (proxyKey !== was.proxyKey) changed.push('caller_auth.proxy_key');

  const assistant = change.assistant === undefined ? before.assistant : change.assistant;
  // The order of its members counts.
  if (JSON.stringify(assistant) !== JSON.stringify(before.assistant)) changed.push('assistant');
  const assistantCallbackUrl =
    change.assistantCallbackUrl === undefined ? before.assistantCallbackUrl : change.assistantCallbackUrl;
  if (assistantCallbackUrl !== before.assistantCallbackUrl) changed.push('assistant_callback_url');
  // Nobody is ever asked without a signature. The secret outlives the address, so that an address can be mended.
  if (assistantCallbackUrl !== null && !known.has('assistant_callback'))
    newSecrets.set('assistant_callback', newWebhookSecret());

  const open = ways.signature === null && ways.sharedSecret === null && !ways.proxyKey;
  if (open && before.callerAuth !== null && to.opens !== true) throw wouldOpen();
  return { callerAuth: open ? null : ways, assistant, assistantCallbackUrl, changed, newSecrets, lostSecrets };
}

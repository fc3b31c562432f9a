/** What an agent may have for Vapi: an assistant of its own, and who is asked for one. See docs/integrations/vapi.md. */
import { isIP } from 'node:net';
import { MAX_JSON_DEPTH } from '../json/json-bytes.ts';
import { isJsonObject } from '../json/json-text.ts';
import type { JsonObject, JsonValue } from '../json/json-text.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { isForbiddenAddress } from '../platform/forbidden-address.ts';

/** Of the assistant's JSON text, in UTF-8. */
export const MAX_ASSISTANT_BYTES = 65_536;

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: FieldProblem };

// What Vapi's own objects call their secrets. Parameters of a tool may have such names, too: those are objects, not texts.
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'apikey',
  'apisecret',
  'authorization',
  'authtoken',
  'clientsecret',
  'password',
  'secret',
  'secretkey',
  'serverurlsecret',
  'token',
  'twilioauthtoken',
  'x-vapi-secret',
]);

/** An assistant that can be stored and given out to Vapi. Nothing of it is repeated in a message. */
export function checkAssistant(value: unknown): Checked<JsonObject> {
  const wrong = (code: string, message: string): Checked<JsonObject> => ({
    ok: false,
    problem: { path: 'assistant', code, message },
  });
  // It came through a JSON parser, or through GraphQL's own; what neither makes is not looked for.
  const assistant = value as JsonValue;
  if (!isJsonObject(assistant)) return wrong('invalid_type', 'must be a JSON object');
  if (Buffer.byteLength(JSON.stringify(assistant), 'utf8') > MAX_ASSISTANT_BYTES)
    return wrong('too_big', `may have ${MAX_ASSISTANT_BYTES} bytes as JSON`);
  const fault = Object.hasOwn(assistant, 'credentials') ? 'secret' : faultOf(assistant, 0);
  switch (fault) {
    case null:
      return { ok: true, value: assistant };
    case 'deep':
      return wrong('too_deep', `may be nested ${MAX_JSON_DEPTH} deep`);
    case 'text':
      return wrong('invalid_value', 'has a character in it that cannot be stored');
    case 'secret':
      return wrong('secret_not_allowed', 'holds a secret; keep it in Vapi as a credential, and name that by its id');
  }
}

function faultOf(value: JsonValue, depth: number): 'deep' | 'text' | 'secret' | null {
  if (depth >= MAX_JSON_DEPTH) return 'deep';
  if (typeof value === 'string') return isStorable(value) ? null : 'text';
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) return 'text';
    if (typeof item === 'string' && SECRET_NAMES.has(key.toLowerCase())) return 'secret';
    const fault = faultOf(item, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** PostgreSQL keeps no NUL in jsonb, and no half of a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The address of an assistant callback in its normal form: http(s), without a password or a fragment. */
export function checkCallbackUrl(text: string): Checked<string> {
  const wrong = (message: string): Checked<string> => ({
    ok: false,
    problem: { path: 'assistantCallbackUrl', code: 'invalid_value', message },
  });
  if (text.length > 2048 || !URL.canParse(text)) return wrong('must be a URL of at most 2048 characters');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong('must begin with https:// or http://');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return wrong('may have neither a user name nor a fragment');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0 && isForbiddenAddress(host)) return wrong('must not be a link-local or an unspecified address');
  return { ok: true, value: url.href };
}

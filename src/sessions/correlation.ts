/**
 * Which call a request belongs to. See docs/proxy.md, Sessions.
 *
 * The platform's own call id may be a phone number, so it is never kept: the key of a session is an HMAC of it.
 */
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';

/** How a request names its call. */
export type CallReference =
  /** By the id that Masker gave it, as returned in `Masker-Session-Id`. */
  | { readonly by: 'session'; readonly sessionId: SessionId }
  /** By an id of the platform. */
  | { readonly by: 'key'; readonly key: string }
  /** Not at all: a call of one request, or one that goes on from an answer that the provider keeps. */
  | { readonly by: 'nothing' };

/** A reference that names the call itself. */
export type NamedCall = Extract<CallReference, { readonly by: 'session' | 'key' }>;

/**
 * What a request to an API whose provider keeps conversations goes on from; both are null where it begins one. The request
 * does not bring along what was said before, so its answer may hold tokens of the turns before it.
 */
export interface KeptThread {
  /** The provider's id of an earlier answer: `previous_response_id` of the Responses API. */
  readonly responseId: string | null;
  /** The provider's id of a conversation. */
  readonly conversationId: string | null;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A longer id is not one that a platform gives; it is ignored, so that a request cannot make us hash megabytes. */
const LONGEST = 1024;

/**
 * What stands where an id should be when a template was not filled in, or a variable was empty. As a key it would make
 * one session of all calls of an agent.
 */
const NO_ID = /^\s*$|\{\{|^\$\{|^%7B%7B|^(?:null|undefined|none|nan|n\/a|unknown|\[object object\])$/i;

/** The value as the id of a call; null where it is not usable as one. */
export function callId(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.length <= LONGEST && !NO_ID.test(value) ? value : null;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

type Source = (headers: Headers, body: unknown) => unknown;

const header =
  (name: string): Source =>
  (headers) =>
    headers[name];
const field =
  (...path: readonly string[]): Source =>
  (_, body) =>
    path.reduce(member, body);

/** Where an id of the call may stand that the platform, or whoever runs the agent, has set. First match wins. */
const SOURCES: readonly Source[] = [
  header('masker-session-id'),
  // Vapi
  field('call', 'id'),
  header('x-call-id'),
  // Twilio
  header('callsid'),
  field('CallSid'),
  field('metadata', 'session_id'),
  field('metadata', 'call_id'),
  // What else an envelope may hold
  ...['call_id', 'call_sid', 'callSid', 'session_id', 'run_id'].map((name) => field(name)),
];

/**
 * ElevenLabs names no call by itself. It passes `custom_llm_extra_body` on, in which integrations put their ids, some of
 * them from the caller's own browser. Its `user_id` is a person, who may have two calls at once: never a key.
 */
const ELEVENLABS_IDS = [
  'conversation_id',
  'system__conversation_id',
  'session_id',
  'call_id',
  'call_sid',
  'system__call_sid',
];

/**
 * Bolna sends `user` as `<run>#<turn>`; a run is a UUID, or an agent's UUID and a time. `user` is OpenAI's name for a
 * person, so anything else in it is not a call.
 */
const BOLNA_USER = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:#\d{10,20})?)#[\w-]{0,64}$/i;

/** The members of a request's body, at its top, that may name its call. */
export const NAMING_MEMBERS: ReadonlySet<string> = new Set([
  'call',
  'CallSid',
  'metadata',
  'call_id',
  'call_sid',
  'callSid',
  'session_id',
  'run_id',
  'conversation',
  'elevenlabs_extra_body',
  'user',
]);

/** Returns what a request of OpenAI's Responses API goes on from. On other APIs these fields mean nothing. */
export function keptThread(body: unknown): KeptThread {
  const conversation = member(body, 'conversation');
  const responseId = member(body, 'previous_response_id');
  return {
    responseId: typeof responseId === 'string' ? callId(responseId) : null,
    conversationId: callId(member(conversation, 'id')) ?? callId(conversation),
  };
}

/** The id of the call where only one platform can have set it, with the platform's name before it. */
function platformKey(body: unknown, kept: KeptThread | null): string | null {
  if (kept !== null && kept.conversationId !== null) return `openai/${kept.conversationId}`;
  for (const name of ELEVENLABS_IDS) {
    const id = callId(member(member(body, 'elevenlabs_extra_body'), name));
    if (id !== null) return `elevenlabs/${id}`;
  }
  const user = member(body, 'user');
  const run = typeof user === 'string' ? BOLNA_USER.exec(user)?.[1] : undefined;
  return run === undefined ? null : `bolna/${run.toLowerCase()}`;
}

/**
 * The call that a request names. `headers` have lower-case names; `body` is the parsed request, not trusted; `kept` is
 * null on an API whose provider keeps nothing. Keys hold within one agent and credential, see call-digests.ts. What a
 * caller's device may have chosen is a key of its own kind: it names neither a session by Masker's id nor one that a header
 * named.
 */
export function callReference(headers: Headers, body: unknown, kept: KeptThread | null = null): CallReference {
  for (const source of SOURCES) {
    const key = callId(source(headers, body));
    if (key === null) continue;
    const sessionId = parseId('session', key);
    return sessionId === null ? { by: 'key', key } : { by: 'session', sessionId };
  }
  const key = platformKey(body, kept);
  return key === null ? { by: 'nothing' } : { by: 'key', key };
}

/**
 * Makes a chat-completions request of what Retell asks. Retell sends a transcript and no prompt, so the prompt is that of
 * the agent's static assistant, the same that Vapi would be answered with (see docs/integrations/retell.md).
 */
import { createHash } from 'node:crypto';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import type { ResponseRequest, Utterance } from './retell-frames.ts';
import { withoutEnd } from '../../../platform/text-end.ts';

/**
 * Functions that Retell can carry out for the model, as fields of an answer. Others of the assistant are left out: there
 * is nobody on this way who could run them, and a model that waits for a result says nothing.
 */
export const CALL_FUNCTIONS: ReadonlySet<string> = new Set(['end_call', 'transfer_call', 'press_digit']);

/** What stands for a caller who says nothing. Without it a model would see its own words as the last and go on from there. */
const SILENCE = '(The caller has said nothing for a while. Check in briefly.)';

function at(value: JsonValue | null, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (found, key) => (isJsonObject(found) ? own(found, key) : undefined),
    value ?? undefined,
  );
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function message({ role, content }: Utterance): JsonObject {
  return { role: role === 'agent' ? 'assistant' : 'user', content };
}

/**
 * Returns the chat request. `assistant` is the stored assistant of the agent; null for none. Yields where it may be
 * interrupted.
 */
export function* makingRequest(
  { type, transcript }: ResponseRequest,
  assistant: JsonObject | null,
): Generator<undefined, JsonObject> {
  const prompts = list(at(assistant, 'model', 'messages')).filter((each) => at(each, 'role') === 'system');
  const tools = list(at(assistant, 'model', 'tools')).filter((each) => {
    const name = at(each, 'function', 'name');
    return typeof name === 'string' && CALL_FUNCTIONS.has(name);
  });
  const messages = [...prompts];
  for (const utterance of transcript) {
    messages.push(message(utterance));
    yield;
  }
  if (type === 'reminder_required') messages.push(message({ role: 'user', content: SILENCE }));
  return {
    stream: true,
    messages,
    ...(tools.length === 0 ? {} : { tools }),
  };
}

/** The first words of a call; empty where the caller is to speak first. */
export function firstMessage(assistant: JsonObject | null): string {
  const text = at(assistant, 'firstMessage');
  return typeof text === 'string' ? text : '';
}

/**
 * A digest that two requests share when the second says nothing new: speech recognition revises capitals, spaces and the
 * mark at the end of a sentence, and sends it all again.
 */
export function saidDigest({ transcript }: ResponseRequest): string {
  const hash = createHash('sha256');
  for (const { role, content } of transcript) {
    const words = content.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
    const said = withoutEnd(words, /[.,!?;:…]/u).trimEnd();
    if (said !== '') hash.update(`${role}\n${said}\n`);
  }
  return hash.digest('base64');
}

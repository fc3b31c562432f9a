/** Vapi's own record of a call: `end-of-call-report` and `conversation-update`. docs.vapi.ai, Server events. */
import { MOST_MESSAGES } from '../../../completeness/platform-record.ts';
import type { ChargedModels, PlatformRecord, RecordedMessage } from '../../../completeness/platform-record.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import { contentText } from '../../turn/spoken-turn.ts';

/** Roles of both forms of the list: that of OpenAI, and Vapi's own. Tools and prompts are no speech. */
const ROLES: ReadonlyMap<string, 'caller' | 'agent' | 'aside'> = new Map([
  ['user', 'caller'],
  ['assistant', 'agent'],
  ['bot', 'agent'],
  ['system', 'aside'],
  ['developer', 'aside'],
  ['tool', 'aside'],
  ['function', 'aside'],
  ['tool_calls', 'aside'],
  ['tool_call_result', 'aside'],
]);

/** Reads the record in a message of Vapi's; null where it has no list of messages. */
export function readVapiRecord(
  message: JsonObject,
  source: 'end-of-call-report' | 'conversation-update',
): PlatformRecord | null {
  const list = messageList(message);
  if (list === null) return null;
  const read = list.slice(0, MOST_MESSAGES);
  const costs = own(message, 'costs');
  return {
    platform: 'vapi',
    source,
    messages: read.map(recordedMessage),
    unread: list.length - read.length,
    models: Array.isArray(costs) ? chargedModels(costs as readonly JsonValue[]) : null,
  };
}

/** The list in the form that requests have, if there is one: it is divided as they are. */
function messageList(message: JsonObject): readonly JsonValue[] | null {
  const artifact = own(message, 'artifact');
  const holders = [...(isJsonObject(artifact) ? [artifact] : []), message];
  for (const name of ['messagesOpenAIFormatted', 'conversation', 'messages'])
    for (const holder of holders) {
      const list = own(holder, name);
      if (Array.isArray(list) && list.length > 0) return list as readonly JsonValue[];
    }
  return null;
}

function recordedMessage(message: JsonValue): RecordedMessage {
  if (!isJsonObject(message)) return { speaker: 'unknown' };
  const role = own(message, 'role');
  const speaker = typeof role === 'string' ? ROLES.get(role) : undefined;
  if (speaker === undefined) return { speaker: 'unknown' };
  if (speaker === 'aside') return { speaker };
  const said = own(message, 'message');
  const text = typeof said === 'string' ? said : contentText(own(message, 'content'));
  // A message of the assistant that only calls a tool says nothing.
  return text === null ? { speaker: 'aside' } : { speaker, text };
}

/** Costs of models that read what was said, beside those that answered. */
const READERS: ReadonlySet<string> = new Set(['analysis', 'knowledge-base']);

function chargedModels(costs: readonly JsonValue[]): ChargedModels {
  let [through_masker, others] = [0, 0];
  for (const cost of costs) {
    if (!isJsonObject(cost)) continue;
    const type = own(cost, 'type');
    const model = own(cost, 'model');
    const isOurs = isJsonObject(model) && own(model, 'provider') === 'custom-llm';
    if (type === 'model' && isOurs) through_masker += 1;
    else if (type === 'model' || (typeof type === 'string' && READERS.has(type))) others += 1;
  }
  return { through_masker, others };
}

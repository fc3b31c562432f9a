/** What was said in a turn: the messages of its request, and its answer as the caller got it. Nothing of it is kept here. */
import { isJsonObject, own } from '../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../json/json-text.ts';
import { FIRST_MESSAGES } from '../../completeness/spoken.ts';
import type { SpokenMessage, SpokenTurn } from '../../completeness/spoken.ts';

/** Returns what was said. `answer` holds the bytes that the caller got; null where they are too many to be kept. */
export function spokenTurn(request: JsonObject, answer: Uint8Array | null): SpokenTurn {
  return {
    messages: lastMessages(request),
    answer: answer === null ? null : spokenAnswer(Buffer.from(answer).toString('utf8')),
  };
}

/** The texts of a content: a text, or a list of parts. */
export function contentText(content: JsonValue | undefined): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = (content as readonly JsonValue[]).flatMap((part) => {
    const text = isJsonObject(part) ? own(part, 'text') : part;
    return typeof text === 'string' ? [text] : [];
  });
  return texts.length === 0 ? null : texts.join(' ');
}

/**
 * The last messages of the caller and of the agent, on the chat completions API and on the Responses API. They are read from
 * the end: a history may have hundreds.
 */
function lastMessages(request: JsonObject): readonly SpokenMessage[] {
  const list = own(request, 'messages') ?? own(request, 'input');
  if (typeof list === 'string') return [{ speaker: 'caller', text: list }];
  if (!Array.isArray(list)) return [];
  const messages: SpokenMessage[] = [];
  for (let at = list.length - 1; at >= 0 && messages.length < FIRST_MESSAGES; at -= 1) {
    const message = spokenMessage((list as readonly JsonValue[])[at]);
    if (message !== null) messages.push(message);
  }
  return messages.reverse();
}

function spokenMessage(message: JsonValue | undefined): SpokenMessage | null {
  if (!isJsonObject(message)) return null;
  const role = own(message, 'role');
  if (role !== 'user' && role !== 'assistant') return null;
  const text = contentText(own(message, 'content'));
  return text === null ? null : { speaker: role === 'user' ? 'caller' : 'agent', text };
}

/** What an answer says, whole or streamed; null where it says nothing. */
function spokenAnswer(text: string): string | null {
  const whole = parsed(text);
  const said = whole === undefined ? streamedText(text) : wholeText(whole);
  return said === '' ? null : said;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function member(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((found, step) => {
    if (typeof step === 'number') return Array.isArray(found) ? (found as readonly JsonValue[])[step] : undefined;
    return isJsonObject(found) ? own(found, step) : undefined;
  }, value);
}

function wholeText(answer: JsonValue): string {
  const output = member(answer, 'output');
  if (!Array.isArray(output)) return contentText(member(answer, 'choices', 0, 'message', 'content')) ?? '';
  return (output as readonly JsonValue[]).map((item) => contentText(member(item, 'content')) ?? '').join(' ');
}

/** A piece of content as it is written by nearly all upstreams: the text without its quotes. */
const PIECE = /"delta":\s*\{(?:"role":\s*"assistant",\s*)?"content":\s*"((?:[^"\\]|\\.)*)"/g;
const CONTENT = /"content":\s*"/g;

function streamedText(text: string): string {
  const pieces = Array.from(text.matchAll(PIECE), ([, piece = '']) => piece);
  if (pieces.length > 0 && pieces.length === (text.match(CONTENT) ?? []).length) {
    const joined = parsed(`"${pieces.join('')}"`);
    if (typeof joined === 'string') return joined;
  }
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => (line.startsWith('data:') ? pieceOf(parsed(line.slice(5))) : ''))
    .join('');
}

function pieceOf(event: JsonValue | undefined): string {
  const piece =
    member(event, 'type') === 'response.output_text.delta'
      ? member(event, 'delta')
      : member(event, 'choices', 0, 'delta', 'content');
  return typeof piece === 'string' ? piece : '';
}

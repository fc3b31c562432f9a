/** An answer on its way to Retell: the restored stream of a chat completion, taken apart into `response` frames. */
import { parseJsonBytes } from '../../../json/json-bytes.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import { joinedName } from '../../../masking/rehydration/chat-chunk.ts';
import { readEvent, SseFraming } from '../../../masking/rehydration/sse-framing.ts';
import type { AnswerSink } from '../../turn/answer-sink.ts';
import { actionOf } from './retell-actions.ts';
import type { CalledFunction } from './retell-actions.ts';
import type { ResponseFrame } from './retell-frames.ts';

/** Where frames go. */
export interface RetellChannel {
  send(frame: ResponseFrame): void;
  /** Resolves when there is room for more, when the signal is aborted, and when the socket is gone. Never rejects. */
  room(signal: AbortSignal): Promise<void>;
}

/** An event, or a whole answer, is not larger. */
const LARGEST = 16 * 1024 * 1024;

export class RetellAnswer implements AnswerSink {
  readonly #channel: RetellChannel;
  readonly #framing = new SseFraming(LARGEST);
  /** By `index`: the model calls them in pieces. */
  readonly #called = new Map<number, CalledFunction>();
  #responseId: number;
  #said = '';
  #streamed = true;
  #last: ResponseFrame | null = null;
  #failed = false;
  #abandoned = false;

  constructor(responseId: number, channel: RetellChannel) {
    this.#responseId = responseId;
    this.#channel = channel;
  }

  /** Whether it broke off or was given up: then it answers nothing else. */
  get failed(): boolean {
    return this.#failed || this.#abandoned;
  }

  get ended(): boolean {
    return this.#last !== null;
  }

  /** There is nothing in the protocol that would hold it. */
  annotate(): void {
    return;
  }

  begin(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.#failed = status >= 400;
    this.#streamed = String(headers['content-type']).startsWith('text/event-stream');
  }

  async write(bytes: Uint8Array | string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const events = this.#framing.push(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
    if (events === null) throw new RangeError('an event of the answer is too large');
    for (const event of events) this.#hear(readEvent(Buffer.from(event).toString('utf8')).data);
    await this.#channel.room(signal);
  }

  /** `answer`: a whole one where it was not streamed; what says that something failed is never spoken. */
  end(answer?: string): void {
    if (!this.#streamed && answer !== undefined && !this.#failed) this.#read(answer);
    const { message = '', ...action } = this.#failed ? {} : actionOf([...this.#called.values()]);
    this.#said += message;
    this.#last = { ...this.#frame(message, true), ...action };
    this.#send(this.#last);
  }

  /** Ends an answer that cannot go on. The caller hears what was said so far, and may speak again. */
  fail(): void {
    this.#failed = true;
    if (!this.ended) this.end();
  }

  /** From now on it answers another request that asks the same. All of it is said again, for Retell dropped it. */
  retarget(responseId: number): void {
    this.#responseId = responseId;
    if (this.#last !== null) this.#last = { ...this.#last, response_id: responseId, content: this.#said };
    const again = this.#last ?? this.#frame(this.#said, false);
    if (this.ended || this.#said !== '') this.#send(again);
  }

  /** Nobody waits for it any more: nothing further of it is sent. */
  abandon(): void {
    this.#abandoned = true;
  }

  #hear(data: string | null): void {
    if (data === null || data === '[DONE]') return;
    const parsed = parseJsonBytes(Buffer.from(data, 'utf8'));
    if (!parsed.ok || !isJsonObject(parsed.value)) return;
    if ((own(parsed.value, 'error') ?? null) !== null) this.#failed = true;
    const delta = firstChoice(parsed.value, 'delta');
    if (delta === null) return;
    this.#say(spoken(delta));
    this.#collect(delta);
  }

  #read(answer: string): void {
    const parsed = parseJsonBytes(Buffer.from(answer, 'utf8'));
    const message = parsed.ok && isJsonObject(parsed.value) ? firstChoice(parsed.value, 'message') : null;
    if (message === null) {
      this.#failed = true;
      return;
    }
    this.#say(spoken(message));
    this.#collect(message);
  }

  #say(text: string): void {
    if (text === '') return;
    this.#said += text;
    this.#send(this.#frame(text, false));
  }

  #collect(delta: JsonObject): void {
    for (const [place, call] of items(own(delta, 'tool_calls')).entries()) {
      if (!isJsonObject(call)) continue;
      const index = own(call, 'index');
      const key = typeof index === 'number' ? index : place;
      const called = own(call, 'function');
      const before = this.#called.get(key) ?? { name: '', arguments: '' };
      if (!isJsonObject(called)) continue;
      this.#called.set(key, {
        name: joinedName(before.name, textOf(called, 'name')),
        arguments: before.arguments + argumentsOf(called),
      });
    }
  }

  #send(frame: ResponseFrame): void {
    if (!this.#abandoned) this.#channel.send(frame);
  }

  #frame(content: string, complete: boolean): ResponseFrame {
    return { response_type: 'response', response_id: this.#responseId, content, content_complete: complete };
  }
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function textOf(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

/** Some servers send the arguments as JSON itself, whole, instead of a text of it. */
function argumentsOf(called: JsonObject): string {
  const value = own(called, 'arguments');
  return isJsonObject(value) ? JSON.stringify(value) : textOf(called, 'arguments');
}

/** A refusal is spoken too: silence would be taken for a broken line. */
function spoken(delta: JsonObject): string {
  return textOf(delta, 'content') + textOf(delta, 'refusal');
}

function firstChoice(chunk: JsonObject, member: 'delta' | 'message'): JsonObject | null {
  const choice = items(own(chunk, 'choices')).find((each) => isJsonObject(each) && (own(each, 'index') ?? 0) === 0);
  const value = isJsonObject(choice) ? own(choice, member) : undefined;
  return isJsonObject(value) ? value : null;
}

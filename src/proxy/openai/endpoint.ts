/** One API of OpenAI's that the proxy speaks: how its requests are masked and its answers restored. See docs/proxy.md. */
import type { ChatMaskingOptions, ChatMaskingResult } from '../../masking/request/chat-request.ts';
import type { HistoryField } from '../../masking/request/history.ts';
import type { Walking } from '../../masking/request/text-slot.ts';
import type { JsonObject, JsonValue } from '../../json/json-text.ts';
import type { Rehydrator } from '../../masking/rehydration/rehydrate.ts';
import type { Failure } from '../../platform/failure.ts';
import type { Stepped } from '../../platform/steps.ts';
import type { KeptThread } from '../../sessions/correlation.ts';
import type { EndpointName } from '../upstream/upstream.ts';

/** A streamed answer on its way: bytes in, restored bytes out. */
export interface AnswerStream {
  /**
   * What the caller gets for these bytes, maybe nothing. Where a large event ends in them it is the work, to be done in
   * stretches and before anything else is asked of the stream. Throws where the stream cannot go on.
   */
  pushing(chunk: Uint8Array): Stepped<Uint8Array>;
  /** What is left when the upstream has ended. To be called once. */
  ending(): Stepped<Uint8Array>;
  /** Characters that are held back now, because they may be the beginning of a token. */
  readonly heldLength: number;
  /** What has been held back for long enough and is the beginning of no token of this session. */
  flushFalsePrefixes(): Uint8Array;
  /** Whether the upstream said that it failed. */
  readonly sawError: boolean;
  /** Whether the answer came to its end; an upstream that ends without may have died in the middle of it. */
  readonly isWhole: boolean;
  /** The provider's id of the answer, as far as it was told; null where none was that a later request could go on from. */
  readonly responseId: string | null;
  /** What waits only for its turn, and an error as the next event: the status is long gone, and a clean end would be a lie. */
  errorEvent(failure: Failure): string;
}

/** What the policy says of streams. */
export interface StreamRules {
  /** Whether the pieces of several tool calls leave ordered by call. */
  readonly orderToolCalls: boolean;
}

export interface Endpoint {
  readonly name: EndpointName;
  /** What the request goes on from at the provider; null on an API whose provider keeps nothing. */
  kept(body: JsonObject): KeptThread | null;
  /** The field of a request that grows from turn to turn. */
  readonly history: HistoryField;
  /** Walks the texts of a body, and returns it with their masked forms. */
  readonly walking: (body: JsonObject, options: ChatMaskingOptions) => Walking<ChatMaskingResult>;
  /** Restores an answer that is not streamed; error bodies included. `request` is the body as the caller sent it. */
  restoring(answer: JsonValue, request: JsonObject, rehydrator: Rehydrator): Generator<undefined, JsonValue>;
  /** The same id of an answer that is not streamed. */
  responseId(answer: JsonValue): string | null;
  stream(request: JsonObject, rehydrator: Rehydrator, rules: StreamRules): AnswerStream;
}

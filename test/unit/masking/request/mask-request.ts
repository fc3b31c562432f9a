/** Masks requests at once, by a function that masks one text. */
import { walkingChatRequest } from '../../../../src/masking/request/chat-request.ts';
import type { ChatMaskingOptions, ChatMaskingResult } from '../../../../src/masking/request/chat-request.ts';
import { walkingResponsesRequest } from '../../../../src/masking/request/responses-request.ts';
import type { TextNeighbours } from '../../../../src/masking/request/text-neighbours.ts';
import { HISTORY_END } from '../../../../src/masking/request/text-slot.ts';
import type { TextPosition, Walking } from '../../../../src/masking/request/text-slot.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';

/** Returns what is sent for a text. */
export type MaskText = (text: string, at: TextPosition, beside?: TextNeighbours) => string;

/** Runs a walk, and yields where it may be interrupted. */
export function* maskingBy<T>(walk: Walking<T>, mask: MaskText): Generator<undefined, T> {
  for (let masked = ''; ;) {
    const step = walk.next(masked);
    if (step.done === true) return step.value;
    if (step.value === undefined) yield;
    else if (step.value !== HISTORY_END) masked = mask(step.value.text, step.value.position, step.value.beside);
  }
}

/** Runs a walk to its end. */
export function maskedBy<T>(walk: Walking<T>, mask: MaskText): T {
  return runAtOnce(maskingBy(walk, mask));
}

export function maskChatRequest(body: JsonValue, mask: MaskText, options: ChatMaskingOptions): ChatMaskingResult {
  return maskedBy(walkingChatRequest(body, options), mask);
}

export function maskResponsesRequest(body: JsonValue, mask: MaskText, options: ChatMaskingOptions): ChatMaskingResult {
  return maskedBy(walkingResponsesRequest(body, options), mask);
}

/** Restores values in the answer to a chat-completions request that was not streamed, error bodies included. */
import type { TokenIndex } from './issued-tokens.ts';
import { beginsAsJson } from './json-rewrite.ts';
import type { JsonValue } from './json-text.ts';
import { asPlainText, insideJson, scan, type Encode, type RehydrationAccount } from './rehydrate.ts';
import { walkAnswer, walkChoice, type VisitText } from './response-walk.ts';

export interface RehydrationOptions {
  /** Whether the request asked for JSON as content: then values in it are escaped as JSON (see `asksForJson`). */
  readonly jsonContent?: boolean;
}

/**
 * The body with every token issued in this session replaced by its value and every other one by `[REDACTED:KIND]`.
 * `logprobs` of a choice whose texts changed become null; `obfuscation` is left out. The input is not changed.
 */
export function rehydrateChatResponse(
  body: JsonValue,
  index: TokenIndex,
  account: RehydrationAccount,
  options: RehydrationOptions = {},
): JsonValue {
  const restore: VisitText = (text, form) => {
    const json = form === 'json' || (form === 'arguments' && beginsAsJson(text) === true);
    const encode: Encode = json ? insideJson : asPlainText;
    return scan(text, index, true, encode, account).out;
  };
  return walkAnswer(body, (choice) => walkChoice(choice, options.jsonContent === true, restore), restore);
}

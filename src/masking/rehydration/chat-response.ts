/** Restores values in the answer to a chat-completions request that was not streamed, error bodies included. */
import { SPEECH } from './destination.ts';
import type { JsonValue } from '../../json/json-text.ts';
import type { Rehydrator } from './rehydrate.ts';
import { WHOLE_FORMS, walkingAnswer, walkingChoice, type AnswerWalk, type VisitText } from './response-walk.ts';

export interface RehydrationOptions {
  /** Whether the request asked for JSON as content: then values in it are escaped as JSON (see `asksForJson`). */
  readonly jsonContent?: boolean;
}

/**
 * The body with every token that `rehydrator` knows and may restore replaced by its value and every other one by
 * `[REDACTED:KIND]`. `logprobs` of a choice whose texts changed become null; `obfuscation` is left out. The input is not
 * changed. Yields wherever it may be interrupted.
 */
export function rehydratingChatResponse(
  body: JsonValue,
  rehydrator: Rehydrator,
  options: RehydrationOptions = {},
): AnswerWalk {
  const restore: VisitText = (text, { form, tool }) => {
    const isWhole = form === 'whole' || form === 'whole arguments';
    const destination = tool === null ? SPEECH : rehydrator.tool(tool.name);
    return rehydrator.restoring(text, destination, isWhole ? WHOLE_FORMS[form] : form);
  };
  return walkingAnswer(body, (choice) => walkingChoice(choice, options.jsonContent === true, restore), restore);
}

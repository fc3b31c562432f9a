/** `POST /v1/chat/completions`. */
import { asksForJson, walkingChatRequest } from '../../masking/request/chat-request.ts';
import { rehydratingChatResponse } from '../../masking/rehydration/chat-response.ts';
import { ChatStreamRehydrator } from '../../masking/rehydration/sse.ts';
import type { Endpoint } from './endpoint.ts';
import { openAiError } from './openai-error.ts';

export const CHAT_COMPLETIONS: Endpoint = {
  name: 'chat/completions',
  // Each request brings its whole history.
  kept: () => null,
  history: 'messages',
  walking: walkingChatRequest,
  restoring: (answer, request, rehydrator) =>
    rehydratingChatResponse(answer, rehydrator, { jsonContent: asksForJson(request) }),
  responseId: () => null,
  stream: (request, rehydrator, { orderToolCalls }) => {
    const stream = new ChatStreamRehydrator(rehydrator, { jsonContent: asksForJson(request), orderToolCalls });
    return {
      pushing: (chunk) => stream.pushing(chunk),
      ending: () => stream.ending(),
      get heldLength() {
        return stream.heldLength;
      },
      flushFalsePrefixes: () => stream.flushFalsePrefixes(),
      get sawError() {
        return stream.sawError;
      },
      get isWhole() {
        return stream.sawDone || stream.sawFinish;
      },
      responseId: null,
      errorEvent: (failure) => `${stream.releaseCalls()}data: ${JSON.stringify(openAiError(failure))}\n\n`,
    };
  },
};

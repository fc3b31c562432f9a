/** `POST /v1/chat/completions`. */
import { asksForJson, maskChatRequest } from '../masking/chat-request.ts';
import { rehydrateChatResponse } from '../masking/chat-response.ts';
import { ChatStreamRehydrator } from '../masking/sse.ts';
import type { Endpoint } from './endpoint.ts';
import { openAiError } from './openai-error.ts';

export const CHAT_COMPLETIONS: Endpoint = {
  name: 'chat/completions',
  mask: maskChatRequest,
  restore: (answer, request, { index, account }) =>
    rehydrateChatResponse(answer, index, account, { jsonContent: asksForJson(request) }),
  stream: (request, { index, account }) => {
    const stream = new ChatStreamRehydrator(index, account, { jsonContent: asksForJson(request) });
    return {
      push: (chunk) => stream.push(chunk),
      end: () => stream.end(),
      get sawError() {
        return stream.sawError;
      },
      get isWhole() {
        return stream.sawDone || stream.sawFinish;
      },
    };
  },
  errorEvent: (failure) => `data: ${JSON.stringify(openAiError(failure))}\n\n`,
};

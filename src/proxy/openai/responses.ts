/** `POST /v1/responses`. */
import { asksForJsonText, walkingResponsesRequest } from '../../masking/request/responses-request.ts';
import { responseId, ResponsesAnswer } from '../../masking/rehydration/responses-answer.ts';
import { ResponsesStreamRehydrator } from '../../masking/rehydration/responses-stream.ts';
import { keptThread } from '../../sessions/correlation.ts';
import type { Endpoint } from './endpoint.ts';
import { openAiError } from './openai-error.ts';

export const RESPONSES: Endpoint = {
  name: 'responses',
  kept: keptThread,
  history: 'input',
  walking: walkingResponsesRequest,
  restoring: (answer, request, rehydrator) =>
    new ResponsesAnswer(rehydrator, { jsonContent: asksForJsonText(request) }).body(answer),
  responseId,
  stream: (request, rehydrator) => {
    const stream = new ResponsesStreamRehydrator(rehydrator, { jsonContent: asksForJsonText(request) });
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
        return stream.sawEnd;
      },
      get responseId() {
        return stream.responseId;
      },
      errorEvent: (failure) => {
        const { error } = openAiError(failure);
        const { code, message, param } = error;
        // Documented without `error`, sent with it: the official client throws for it only.
        const event = { type: 'error', code, message, param, sequence_number: stream.nextNumber, error };
        return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
      },
    };
  },
};

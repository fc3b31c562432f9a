/** A channel to Retell that keeps what is sent. */
import type { RetellChannel } from '../../../../../src/proxy/platforms/retell/retell-answer.ts';
import type { ResponseFrame } from '../../../../../src/proxy/platforms/retell/retell-frames.ts';

export interface KeptChannel extends RetellChannel {
  readonly sent: ResponseFrame[];
  /** What is spoken for an id: its pieces joined. */
  spoken(responseId: number): string;
  /** The frames that complete an answer. */
  completed(): ResponseFrame[];
}

export function keptChannel(): KeptChannel {
  const sent: ResponseFrame[] = [];
  return {
    sent,
    send: (frame) => sent.push(frame),
    room: () => Promise.resolve(),
    spoken: (responseId) =>
      sent
        .filter(({ response_id: id }) => id === responseId)
        .map(({ content }) => content)
        .join(''),
    completed: () => sent.filter(({ content_complete: complete }) => complete),
  };
}

/** One event of a streamed chat completion. */
export function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

export const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

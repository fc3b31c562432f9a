/** The upstream sent more than may be buffered. The stream cannot go on; the message holds nothing of it. */
export class StreamLimitError extends Error {
  override readonly name = 'StreamLimitError';
  readonly code: 'event_too_large' | 'too_many_lanes';

  constructor(code: StreamLimitError['code']) {
    super(code === 'event_too_large' ? 'an event of the stream is too large' : 'the stream has too many texts at once');
    this.code = code;
  }
}

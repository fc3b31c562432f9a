import { expect, test } from 'vitest';
import { StreamLimitError } from '../../../../src/masking/rehydration/stream-limit.ts';

test('StreamLimitError names the limit by its code and in its message', () => {
  const errors = (['event_too_large', 'too_many_lanes'] as const).map((code) => new StreamLimitError(code));
  expect(errors.map(({ name, code, message }) => [name, code, message])).toEqual([
    ['StreamLimitError', 'event_too_large', 'an event of the stream is too large'],
    ['StreamLimitError', 'too_many_lanes', 'the stream has too many texts at once'],
  ]);
});

/** Frames of Retell's as they come: read, or refused, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingEvent } from '../../../../../src/proxy/platforms/retell/retell-frames.ts';
import type { RetellEvent } from '../../../../../src/proxy/platforms/retell/retell-frames.ts';
import { runAtOnce } from '../../../../../src/platform/steps.ts';

const readEvent = (bytes: Uint8Array): RetellEvent | null => runAtOnce(readingEvent(bytes));

const read = (frame: unknown): ReturnType<typeof readEvent> =>
  readEvent(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)));

const TRANSCRIPT = [
  { role: 'agent', content: 'Hello.', words: [{ word: 'Hello.', start: 0.1, end: 0.5 }] },
  { role: 'user', content: 'Hi, Maria Gonzalez here.' },
];

describe('a frame', () => {
  test.each(['response_required', 'reminder_required'] as const)('of type %s is read with its transcript', (type) => {
    expect(
      read({
        interaction_type: type,
        response_id: 7,
        transcript: TRANSCRIPT,
        transcript_with_tool_calls: [],
        timestamp: 1,
      }),
    ).toEqual({
      type,
      responseId: 7,
      transcript: [
        { role: 'agent', content: 'Hello.' },
        { role: 'user', content: 'Hi, Maria Gonzalez here.' },
      ],
    });
  });

  test('of type ping_pong is read with its timestamp', () => {
    expect(read({ interaction_type: 'ping_pong', timestamp: 1703413636133 })).toEqual({
      type: 'ping_pong',
      timestamp: 1703413636133,
    });
  });

  test.each([
    ['an update', { interaction_type: 'update_only', transcript: TRANSCRIPT, turntaking: 'user_turn' }],
    [
      'the details of a call',
      { interaction_type: 'call_details', call: { call_id: 'c', from_number: '+14155550142' } },
    ],
    ['a type yet to come', { interaction_type: 'weather', transcript: 'sunny' }],
  ])('with %s asks for nothing', (_, frame) => {
    expect(read(frame)).toEqual({ type: 'notice' });
  });

  test.each([
    ['no JSON', 'response_required'],
    ['a list', []],
    ['no type', { response_id: 1, transcript: [] }],
    ['a type that is no text', { interaction_type: 1 }],
    ['a key twice', '{"interaction_type":"ping_pong","timestamp":1,"timestamp":2}'],
    ['a ping without a time', { interaction_type: 'ping_pong' }],
    ['no id', { interaction_type: 'response_required', transcript: [] }],
    ['an id that is no whole number', { interaction_type: 'response_required', response_id: 1.5, transcript: [] }],
    ['an id as a text', { interaction_type: 'response_required', response_id: '1', transcript: [] }],
    ['no transcript', { interaction_type: 'response_required', response_id: 1 }],
    ['a transcript that is no list', { interaction_type: 'reminder_required', response_id: 1, transcript: {} }],
  ])('with %s is malformed', (_, frame) => {
    expect(read(frame)).toBeNull();
  });

  test('leaves out what neither the caller nor the agent said', () => {
    const transcript = [
      { role: 'transfer_target', content: 'Front desk.' },
      null,
      'x',
      { role: 'user' },
      { role: 'user', content: 5 },
      { role: 'user', content: 'Yes.' },
    ];
    expect(read({ interaction_type: 'response_required', response_id: 1, transcript })).toMatchObject({
      transcript: [{ role: 'user', content: 'Yes.' }],
    });
  });

  test('may be anything without doing harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readEvent(bytes)).not.toThrow();
      }),
    );
    const type = fc.constantFrom('response_required', 'reminder_required', 'ping_pong', 'update_only');
    fc.assert(
      fc.property(
        type,
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (interaction_type, response_id, transcript, timestamp) => {
          expect(() => read({ interaction_type, response_id, transcript, timestamp })).not.toThrow();
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callReference, keptThread } from '../../../src/sessions/correlation.ts';

const SESSION = 'sess_01HYZ000000000000000000000';
const RUN = '4c06b4d1-4096-4561-919a-4f94539c8d4a';

describe('the call of a request', () => {
  test.each([
    ['the header of ours', { 'masker-session-id': 'call-1' }, {}, 'call-1'],
    ["Vapi's call id", {}, { call: { id: 'vapi-1' } }, 'vapi-1'],
    ['X-Call-Id', { 'x-call-id': 'x-1' }, {}, 'x-1'],
    ["Twilio's CallSid, as a header", { callsid: 'CA1' }, {}, 'CA1'],
    ["Twilio's CallSid, in the body", {}, { CallSid: 'CA2' }, 'CA2'],
    ['metadata.session_id', {}, { metadata: { session_id: 's-1' } }, 's-1'],
    ['metadata.call_id', {}, { metadata: { call_id: 'c-1' } }, 'c-1'],
    ['a number', {}, { metadata: { call_id: 42 } }, '42'],
    ['an envelope without metadata', {}, { call_sid: 'CA3' }, 'CA3'],
    ['a field of an envelope', {}, { call_id: 'call_9e1', retell_llm_dynamic_variables: {} }, 'call_9e1'],
    [
      "the conversation in ElevenLabs' extra body",
      {},
      { user_id: 'patient-17', elevenlabs_extra_body: { conversation_id: 'conv_01' } },
      'elevenlabs/conv_01',
    ],
    ["the session in ElevenLabs' extra body", {}, { elevenlabs_extra_body: { session_id: 's-9' } }, 'elevenlabs/s-9'],
    [
      "ElevenLabs' own variable in its extra body",
      {},
      { elevenlabs_extra_body: { system__conversation_id: 'conv_02' } },
      'elevenlabs/conv_02',
    ],
    ["Bolna's run", {}, { user: `${RUN}#3` }, `bolna/${RUN}`],
    ["Bolna's run before the first turn", {}, { user: `${RUN}#` }, `bolna/${RUN}`],
    [
      "Bolna's run, its turn a UUID",
      {},
      { user: `${RUN.toUpperCase()}#0e7c2f5a-0000-4000-8000-000000000001` },
      `bolna/${RUN}`,
    ],
    ["Bolna's run of an agent and a time", {}, { user: `${RUN}#1732183000123#4` }, `bolna/${RUN}#1732183000123`],
  ])('is named by %s', (_, headers, body, key) => {
    expect(callReference(headers, body)).toEqual({ by: 'key', key });
  });

  test('is named by the first of several, in the documented order', () => {
    const body = { call: { id: 'vapi' }, metadata: { session_id: 's', call_id: 'c' } };
    expect(callReference({ 'masker-session-id': 'mine', 'x-call-id': 'x' }, body)).toEqual({ by: 'key', key: 'mine' });
    expect(callReference({ 'x-call-id': 'x' }, body)).toEqual({ by: 'key', key: 'vapi' });
    expect(callReference({ 'x-call-id': 'x' }, { metadata: body.metadata })).toEqual({ by: 'key', key: 'x' });
    expect(callReference({}, { metadata: body.metadata })).toEqual({ by: 'key', key: 's' });
  });

  test.each([
    [
      'a conversation',
      { conversation: 'conv_1' },
      { by: 'key', key: 'openai/conv_1' },
      { responseId: null, conversationId: 'conv_1' },
    ],
    [
      'a conversation as an object',
      { conversation: { id: 'conv_1' } },
      { by: 'key', key: 'openai/conv_1' },
      { responseId: null, conversationId: 'conv_1' },
    ],
    [
      'an earlier answer',
      { previous_response_id: 'resp_1' },
      { by: 'nothing' },
      { responseId: 'resp_1', conversationId: null },
    ],
    [
      'a call id before an earlier answer',
      { previous_response_id: 'resp_1', metadata: { call_id: 'c' } },
      { by: 'key', key: 'c' },
      { responseId: 'resp_1', conversationId: null },
    ],
    [
      'a call id before a conversation',
      { conversation: 'conv_1', call: { id: 'c' } },
      { by: 'key', key: 'c' },
      { responseId: null, conversationId: 'conv_1' },
    ],
    [
      'the session before an earlier answer',
      { previous_response_id: 'resp_1', call_id: SESSION },
      { by: 'session', sessionId: SESSION },
      { responseId: 'resp_1', conversationId: null },
    ],
    [
      "a platform's id before an earlier answer",
      { previous_response_id: 'resp_1', user: `${RUN}#3` },
      { by: 'key', key: `bolna/${RUN}` },
      { responseId: 'resp_1', conversationId: null },
    ],
    [
      'a conversation before an earlier answer',
      { previous_response_id: 'resp_1', conversation: 'conv_1' },
      { by: 'key', key: 'openai/conv_1' },
      { responseId: 'resp_1', conversationId: 'conv_1' },
    ],
  ])('is named, on an API whose provider keeps it, by %s', (_, body, reference, kept) => {
    expect(keptThread(body)).toEqual(kept);
    expect(callReference({}, body, kept)).toEqual(reference);
  });

  test.each([
    ['a conversation', { conversation: 'conv_1' }],
    ['a conversation as an object', { conversation: { id: 'conv_1' } }],
    ['an earlier answer', { previous_response_id: 'resp_1' }],
  ])('is not named by %s on an API whose provider keeps nothing', (_, body) => {
    expect(callReference({}, body)).toEqual({ by: 'nothing' });
  });

  test('is the session itself, where its id is given back', () => {
    expect(callReference({ 'masker-session-id': SESSION }, {})).toEqual({ by: 'session', sessionId: SESSION });
  });

  test.each([
    ['nothing', {}],
    ['an empty id', { call: { id: '' } }],
    ['an id that is no text', { call: { id: { deep: true } } }],
    ['an id that is too long', { call: { id: 'x'.repeat(1025) } }],
    ['no earlier answer', { previous_response_id: null }],
    ['an empty id of an earlier answer', { previous_response_id: '' }],
    ['a number for an earlier answer', { previous_response_id: 4155550142 }],
    ['an earlier answer of too long an id', { previous_response_id: `resp_${'a'.repeat(1025)}` }],
    ['a template for an earlier answer', { previous_response_id: '{{last_response}}' }],
    ['a list', [{ call: { id: 'x' } }]],
    ['an inherited member', Object.create({ call: { id: 'x' } }) as object],
    ['a template that was not filled in', { metadata: { call_id: '{{system__conversation_id}}' } }],
    ['a template of a shell', { metadata: { call_id: '${CALL_ID}' } }],
    [
      'an empty variable, spelled out',
      { metadata: { session_id: 'undefined', call_id: 'None' }, elevenlabs_extra_body: { call_id: 'null' } },
    ],
    ['an object, spelled out', { metadata: { call_id: '[object Object]' }, call_sid: 'N/A' }],
    ['blanks', { call: { id: ' \t' } }],
    [
      "a person of ElevenLabs'",
      { user_id: '4c06b4d1-4096-4561-919a-4f94539c8d4a', elevenlabs_extra_body: { user_id: 'u1', name: 'x' } },
    ],
    ["a person of OpenAI's", { user: RUN }],
    ['a user who is a name and a number', { user: 'patient#5' }],
    ['a run of Bolna that has no id', { user: 'None#1' }],
  ])('is not named by %s', (_, body) => {
    expect(keptThread(body)).toEqual({ responseId: null, conversationId: null });
    expect(callReference({}, body, keptThread(body))).toEqual({ by: 'nothing' });
  });
});

describe('what a caller may have chosen', () => {
  test('names no session by its id', () => {
    expect(callReference({}, { elevenlabs_extra_body: { session_id: SESSION } })).toEqual({
      by: 'key',
      key: `elevenlabs/${SESSION}`,
    });
    expect(callReference({}, { metadata: { session_id: SESSION } })).toEqual({ by: 'session', sessionId: SESSION });
  });

  test('is another key than the same id in a header', () => {
    const chosen = callReference({}, { elevenlabs_extra_body: { call_id: 'CA1' } });
    expect(chosen).not.toEqual(callReference({ callsid: 'CA1' }, {}));
  });

  const id = fc.string({ minLength: 1, maxLength: 40 });
  const lesser = fc.record(
    { user: id, user_id: id, elevenlabs_extra_body: fc.dictionary(id, fc.jsonValue()), run_id: id, call_id: id },
    { requiredKeys: [] },
  );

  test('never decides where a better source does', () => {
    fc.assert(
      fc.property(fc.uuid(), lesser, (call, body) => {
        const key = { by: 'key', key: call };
        expect(
          callReference({ 'masker-session-id': call, 'x-call-id': 'other' }, { ...body, call: { id: 'third' } }),
        ).toEqual(key);
        expect(callReference({}, { ...body, call: { id: call } })).toEqual(key);
        expect(callReference({ 'x-call-id': call }, body)).toEqual(key);
        expect(callReference({}, { ...body, metadata: { session_id: call } })).toEqual(key);
      }),
    );
  });

  test('is never a person', () => {
    fc.assert(
      fc.property(fc.anything(), (person) => {
        expect(callReference({}, { user_id: person, elevenlabs_extra_body: { user_id: person } })).toEqual({
          by: 'nothing',
        });
      }),
    );
  });
});

test('whatever is sent, the reference is a short key, a session or nothing', () => {
  const where = fc.constantFrom('call', 'metadata', 'elevenlabs_extra_body', 'user', 'call_id', 'CallSid');
  fc.assert(
    fc.property(
      fc.dictionary(where, fc.anything()),
      fc.dictionary(fc.constantFrom('x-call-id', 'callsid'), fc.string()),
      (body, headers) => {
        const reference = callReference(headers, body);
        if (reference.by === 'key') expect(reference.key.length).toBeLessThanOrEqual(1024 + 'elevenlabs/'.length);
        expect(['key', 'session', 'nothing']).toContain(reference.by);
      },
    ),
  );
  fc.assert(
    fc.property(fc.anything(), (body) => {
      expect(() => callReference({}, body)).not.toThrow();
    }),
  );
});

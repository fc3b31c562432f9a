import { describe, expect, test } from 'vitest';
import type { AgentId } from '../../../src/platform/ids.ts';
import { callReference, keyDigester } from '../../../src/sessions/correlation.ts';

const SESSION = 'sess_01HYZ000000000000000000000';

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

  test('is the session itself, where its id is given back', () => {
    expect(callReference({ 'masker-session-id': SESSION }, {})).toEqual({ by: 'session', sessionId: SESSION });
  });

  test.each([
    ['nothing', {}],
    ['an empty id', { call: { id: '' } }],
    ['an id that is no text', { call: { id: { deep: true } } }],
    ['an id that is too long', { call: { id: 'x'.repeat(1025) } }],
    ['a list', [{ call: { id: 'x' } }]],
    ['an inherited member', Object.create({ call: { id: 'x' } }) as object],
  ])('is not named by %s', (_, body) => {
    expect(callReference({}, body)).toEqual({ by: 'nothing' });
  });
});

describe('the digest of a call id', () => {
  const agent: AgentId = 'agt_01HYZ000000000000000000000';
  const other: AgentId = 'agt_01HYZ000000000000000000001';

  test('differs by agent, by id and by key, and does not show the id', () => {
    const digest = keyDigester(Buffer.alloc(32, 1));
    const phone = digest(agent, '+14155550142');
    expect(digest(agent, '+14155550142')).toEqual(phone);
    expect(digest(other, '+14155550142')).not.toEqual(phone);
    expect(digest(agent, '+14155550143')).not.toEqual(phone);
    expect(keyDigester(Buffer.alloc(32, 2))(agent, '+14155550142')).not.toEqual(phone);
    expect(phone).toHaveLength(32);
  });
});

/** Which worker keeps a call, and how a request names it. */
import { describe, expect, test } from 'vitest';
import { CallOwners, callName } from '../../../../src/cli/workers/call-owners.ts';
import { callReference, keptThread, NAMING_MEMBERS } from '../../../../src/sessions/correlation.ts';

const kept = (): null => null;
const bytes = (body: object): Buffer => Buffer.from(JSON.stringify(body), 'utf8');
const member = (number: number): { number: number; socketPath: string } => ({
  number,
  socketPath: `/tmp/${number}.sock`,
});

describe('callName', () => {
  test.each<[string, Record<string, string>, object]>([
    ['a header', { 'x-call-id': 'a' }, {}],
    ['the header of Masker', { 'masker-session-id': 'sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }, {}],
    ['Vapi', {}, { call: { id: 'a' } }],
    ['Twilio', {}, { CallSid: 'CA1' }],
    ['metadata', {}, { metadata: { session_id: 'a' } }],
    ['an envelope', {}, { run_id: 'a' }],
    ['ElevenLabs', {}, { elevenlabs_extra_body: { conversation_id: 'a' } }],
    ['Bolna', {}, { user: '01234567-89ab-cdef-0123-456789abcdef#1' }],
  ])('is what a session is found by, of %s', (_, headers, body) => {
    const reference = callReference(headers, body);
    const name = reference.by === 'session' ? reference.sessionId : reference.by === 'key' ? reference.key : null;
    expect(name).not.toBeNull();
    expect(callName(headers, bytes({ messages: [{ role: 'user' }], ...body }), { kept })).toBe(name);
  });

  test('is the conversation of the Responses API, and of no other', () => {
    const body = { input: 'hello', conversation: { id: 'conv_1' } };
    expect(callName({}, bytes(body), { kept: keptThread })).toBe('openai/conv_1');
    expect(callName({}, bytes(body), { kept })).toBeNull();
  });

  test('is null for a request without one, and for what is no JSON', () => {
    expect(callName({}, bytes({ messages: [], user: 'mary' }), { kept })).toBeNull();
    expect(callName({}, Buffer.from('\u0000{'), { kept })).toBeNull();
  });

  test('needs no member of a body that it does not look for', () => {
    const whole = { call: { id: 'c' }, messages: [], user: 'mary', metadata: {}, model: 'm' };
    const looked = Object.fromEntries(Object.entries(whole).filter(([name]) => NAMING_MEMBERS.has(name)));
    expect(callReference({}, looked)).toEqual(callReference({}, whole));
  });
});

describe('CallOwners', () => {
  test('agree on the owner of each call, and each names another worker only', () => {
    const all = [1, 2, 3].map((number) => new CallOwners(member(number)));
    for (const owners of all) owners.update([member(3), member(1), member(2)]);
    for (let call = 0; call < 50; call += 1) {
      const named = all.map((owners) => owners.ownerOf('agent', `call ${call}`)?.number ?? null);
      const owner = named.indexOf(null) + 1;
      expect(named).toEqual([1, 2, 3].map((number) => (number === owner ? null : owner)));
    }
  });

  test('keep every call while no worker is known', () => {
    expect(new CallOwners(member(1)).ownerOf('agent', 'call')).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../src/json/json-text.ts';
import { Failure } from '../../../../../src/platform/failure.ts';
import { readVapiEvent } from '../../../../../src/proxy/platforms/vapi/vapi-event.ts';

const OTHERS = [
  'assistant.speechStarted',
  'assistant.started',
  'call.artifact.upload',
  'call.delete.failed',
  'call.deleted',
  'call.endpointing.request',
  'campaign.predial',
  'chat.created',
  'chat.deleted',
  'function-call',
  'function-call-result',
  'handoff-destination-request',
  'hang',
  'knowledge-base-request',
  'language-change-detected',
  'language-changed',
  'metadata',
  'model-output',
  'phone-call-control',
  'session.created',
  'session.deleted',
  'session.updated',
  'speech-update',
  'status-update',
  'tool-calls',
  'tool-calls-result',
  'tool.completed',
  'transcript',
  'transcript[transcriptType="final"]',
  'transfer-destination-request',
  'transfer-update',
  'user-interrupted',
  'voice-input',
  'voice-request',
  'workflow.node.started',
];
const call = { id: 'call-1', customer: { number: '+14155550100' } };

function failureOf(body: JsonObject): string {
  try {
    return readVapiEvent(body).kind;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(JSON.stringify([error.message, error.details])).not.toContain('PATIENT');
    return [error.code, ...error.details.map(({ path }) => path)].join(' ');
  }
}

describe('an event', () => {
  it.each<readonly [JsonObject, string]>([
    [{ type: 'assistant-request', call }, 'assistant-request'],
    [{ type: 'end-of-call-report', call }, 'ended'],
    [{ type: 'status-update', status: 'ended', call }, 'ended'],
    [{ type: 'status-update', status: 'in-progress', call }, 'other'],
    [{ type: 'status-update', call }, 'other'],
    [{ type: 'conversation-update', call }, 'update'],
    ...OTHERS.map((type) => [{ type, call }, 'other'] as const),
  ])('%j is %s, wrapped or not', (message, kind) => {
    for (const body of [message, { message }]) expect(readVapiEvent(body)).toMatchObject({ kind, callId: 'call-1' });
  });

  it.each([
    [{ customer: { number: '+14155550199' }, call }, '+14155550199'],
    [{ customer: { number: '104' } }, '104'],
    [{ customer: { number: '+1' } }, null],
    [{ customer: { number: 'anonymous' } }, null],
    [{ customer: { number: 'Restricted' }, call }, '+14155550100'],
    [{ customer: { number: 'sip:anonymous@anonymous.invalid' } }, null],
    [{ customer: { number: 'sip:+14155550199@carrier.example' } }, 'sip:+14155550199@carrier.example'],
    [{ call }, '+14155550100'],
    [{ call: { id: 'x' } }, null],
    [{ call: { id: 'x', customer: null } }, null],
    [{ customer: { number: 5 } }, null],
    [{ customer: { number: '' }, call }, '+14155550100'],
    [{ customer: { number: '9'.repeat(65) } }, null],
    [{ customer: '+1' }, null],
  ])('of a call that begins has the caller’s number: %j', (fields, number) => {
    expect(readVapiEvent({ type: 'assistant-request', ...fields }).callerNumber).toBe(number);
  });

  it('of no call is one, too', () => {
    for (const fields of [{}, { call: null }, { call: {} }, { call: { id: null } }])
      expect(readVapiEvent({ type: 'hang', ...fields }).callId).toBe(null);
  });

  it.each([
    [{}, 'validation_failed type'],
    [{ type: 5 }, 'validation_failed type'],
    [{ message: null }, 'validation_failed message'],
    [{ message: 'PATIENT', type: 'hang' }, 'validation_failed message'],
    [{ message: ['PATIENT'] }, 'validation_failed message'],
    [{ message: {} }, 'validation_failed message.type'],
    [{ type: 'hang', call: 'PATIENT' }, 'validation_failed call'],
    [{ message: { type: 'hang', call: [] } }, 'validation_failed message.call'],
    [{ message: { type: 'hang', call: { id: 5 } } }, 'validation_failed message.call.id'],
    [{ type: 'hang', call: { id: '' } }, 'validation_failed call.id'],
    [{ type: 'hang', call: { id: 'x'.repeat(1025) } }, 'validation_failed call.id'],
    [{ type: 'PATIENT' }, 'unsupported_event'],
    [{ type: 'customer.speech-update' }, 'unsupported_event'],
    [{ type: 'toString' }, 'unsupported_event'],
    [{ message: { type: '' } }, 'unsupported_event'],
  ] as const)('%j: %s', (body, failure) => {
    expect(failureOf(body)).toBe(failure);
  });

  it('of any JSON is read or refused, and never breaks', () => {
    const types = fc.constantFrom('assistant-request', 'end-of-call-report', 'status-update', 'hang', 'x');
    const some = fc.dictionary(
      fc.constantFrom('type', 'call', 'customer', 'status', 'message'),
      fc.oneof(fc.jsonValue(), types),
    );
    fc.assert(
      fc.property(fc.oneof(some, fc.record({ message: some })), (body) => {
        failureOf(JSON.parse(JSON.stringify(body)) as JsonObject);
      }),
    );
  });
});
